import { PollContext, PollTriggerExecutor, TriggersAndPollers } from 'n8n-core';
import {
	Workflow,
	deepCopy,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IPollFunctions,
	type IWorkflowExecuteAdditionalData,
	type WorkflowActivateMode,
} from 'n8n-workflow';

import { HOUR } from './calls';
import type { HttpAnswer, ModelProvider } from './provider';

/** n8n's two polling engines. */
export type EngineKind = 'in-memory' | 'durable';

/** When n8n dies, seen from a poll that has something to emit. */
export type Death = 'before emitting' | 'after emitting';

/** The surroundings of the node. */
interface Surroundings {
	/** True time. */
	now(): number;
	send(request: IHttpRequestOptions): Promise<HttpAnswer>;
	/** n8n took over a batch for good. */
	emitted(items: IDataObject[]): void;
}

export interface Poll {
	/** What n8n took over, null if nothing. */
	items: IDataObject[] | null;
	error: Error | null;
}

interface Installation {
	readonly kind: EngineKind;
	readonly nodeType: INodeType;
	readonly type: string;
	readonly credentials: Record<string, IDataObject>;
	readonly timezone: string | undefined;
	/** What `getPollBudgetMs` says to polls on schedule; undefined is n8n before 2.37, which has no such function. */
	readonly budgetMs: number | undefined;
	readonly hourly?: ModelProvider['hourly'];
}

/** The durable engine gives up a poll after this time; what the poll does later is ignored. */
const DURABLE_TIMEOUT_MS = 45_000;
/** What a context of n8n says where nobody set it, as at the poll while publishing. */
const FIRST_BUDGET_MS = 300_000;

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore, scoped: () => silent };

/** n8n's own executor: what null, items and errors of a poll lead to. */
const executor = new PollTriggerExecutor(
	...([
		silent,
		new TriggersAndPollers(),
		{
			startSpan: async (_options: unknown, run: (span: unknown) => unknown) => await run({ setStatus: ignore }),
			startNewTraceSpan: async (_options: unknown, run: (span: unknown) => unknown) => await run({ setStatus: ignore }),
			pickWorkflowAttributes: () => ({}),
			pickNodeAttributes: () => ({}),
		},
		{ error: ignore },
	] as unknown as ConstructorParameters<typeof PollTriggerExecutor>),
);

let processes = 0;

/**
 * One n8n with one published workflow, by the rules of either engine as they stand in n8n's sources:
 * - in-memory: polls see one live object; what they change stays, also when they throw; it is written to the database
 *   when a poll has emitted and after the activation, which polls once at every start;
 * - durable: polls see a copy; it is committed together with what is emitted, or on null, except at the first poll of
 *   all; it is thrown away with an error, with a poll that took too long, and with one that another has overtaken.
 */
export class Engine {
	/** The state in n8n's database: the workflow's static data, or the node's cursor. */
	private database: IDataObject = {};
	/** The first poll of the durable engine's job was made. */
	private registered = false;
	private workflow: Workflow | undefined;
	private readonly node: INode;
	private run = 0;

	/** When the request that is allowed once an hour was last sent, with which key; and whether that was too often. */
	private askedHourly: { at: number; key: unknown } = { at: -Infinity, key: null };
	askedTooOften = false;

	/** Items that n8n took over and whose state it has not yet written. */
	unsaved: IDataObject[] = [];

	constructor(
		private readonly installation: Installation,
		parameters: INodeParameters,
		private readonly around: Surroundings,
	) {
		this.node = {
			id: 'node',
			name: 'Trigger',
			type: installation.type,
			typeVersion: 1,
			position: [0, 0],
			parameters,
			credentials: Object.fromEntries(
				Object.keys(installation.credentials).map((type) => [type, { id: 'credential', name: type }]),
			),
		};
	}

	get isRunning(): boolean {
		return this.workflow !== undefined;
	}

	/** The trigger's state as the next poll would see it. */
	get state(): IDataObject {
		if (this.installation.kind === 'durable') return this.database;
		return this.workflow?.getStaticData('node', this.node) ?? {};
	}

	/** The state that a crash right now would leave behind. */
	get savedState(): IDataObject {
		if (this.installation.kind === 'durable') return this.database;
		return (this.database[`node:${this.node.name}`] ?? {}) as IDataObject;
	}

	/** Starts n8n, or publishes the workflow again with other parameters. */
	async start(mode: WorkflowActivateMode, parameters?: INodeParameters, death?: Death): Promise<Poll | undefined> {
		this.stop();
		if (parameters !== undefined) this.node.parameters = parameters;
		// What the package remembers in the memory of the process, by the node's id, is gone after a start.
		if (mode !== 'update') this.node.id = `node ${++processes}`;
		this.workflow = this.newWorkflow();
		if (this.installation.kind === 'durable') {
			if (this.registered) return undefined;
			const poll = await this.poll(true, mode, death);
			this.registered = poll.error === null && this.workflow !== undefined;
			if (poll.error !== null) this.stop();
			return poll;
		}
		const poll = await this.poll(true, mode, death);
		if (poll.error !== null) this.stop();
		else if (this.workflow !== undefined) this.save(this.workflow);
		return poll;
	}

	/** A poll on schedule. */
	async tick(death?: Death): Promise<Poll> {
		return await this.poll(false, this.installation.kind === 'durable' ? 'update' : 'activate', death);
	}

	/** n8n ends or dies. */
	stop(): void {
		this.workflow = undefined;
		this.run++;
	}

	/** A test run in the editor. */
	async test(): Promise<Poll> {
		const workflow = this.newWorkflow();
		const context = this.context(workflow, 'manual', 'manual', FIRST_BUDGET_MS, {});
		try {
			const items = await this.installation.nodeType.poll?.call(context);
			return { items: items?.[0].map(({ json }) => json) ?? null, error: null };
		} catch (error) {
			return { items: null, error: error as Error };
		}
	}

	private async poll(isFirst: boolean, mode: WorkflowActivateMode, death?: Death): Promise<Poll> {
		const { workflow, run } = this;
		if (workflow === undefined) throw new Error('n8n does not run');
		const isDurable = this.installation.kind === 'durable';
		const startedAt = this.around.now();
		const result: Poll = { items: null, error: null };
		const { id: process } = this.node;
		const isAlive = () => this.run === run;
		// An old n8n still takes what a poll of an earlier publication returns.
		const isCurrent = () =>
			isAlive() || (this.installation.budgetMs === undefined && this.isRunning && this.node.id === process);
		// n8n's fence tells apart two runs of one task. Polls of several poll times are tasks of their own: all of them count.
		const inTime = () => this.around.now() - startedAt <= DURABLE_TIMEOUT_MS;
		const staged = deepCopy(this.database);

		const hooks = {
			emit: (data: Array<Array<{ json: IDataObject }>>) => {
				if (!isCurrent() || (isDurable && !inTime())) return;
				if (death === 'before emitting') return this.stop();
				// The durable engine writes the state and the execution in one transaction.
				if (isDurable) {
					if (death !== undefined) return this.stop();
					this.database = staged;
				}
				result.items = data[0].map(({ json }) => json);
				this.around.emitted(result.items);
				if (isDurable) return undefined;
				if (!isAlive()) return this.save(workflow);
				this.unsaved = result.items;
				if (death === 'after emitting') return this.stop();
				this.save(workflow);
			},
			emitError: (error: Error) => {
				if (isAlive()) result.error = error;
			},
			commit: async () => {
				if (isDurable && isAlive() && inTime()) this.database = staged;
			},
		};
		const budgetMs = isFirst && this.installation.budgetMs !== undefined ? FIRST_BUDGET_MS : this.installation.budgetMs;
		const context = this.context(workflow, 'trigger', mode, budgetMs, isDurable ? staged : undefined, hooks);
		const execute = executor.create(workflow, this.node, context, isCurrent);
		try {
			await execute(isFirst);
		} catch (error) {
			if (isAlive()) result.error = error as Error;
		}
		if (death !== undefined && isAlive()) this.stop();
		return result;
	}

	/** n8n writes the static data of the workflow to its database. */
	private save(workflow: Workflow): void {
		this.database = deepCopy(workflow.staticData);
		this.unsaved = [];
	}

	private newWorkflow(): Workflow {
		const nodeTypes: INodeTypes = {
			getByName: () => this.installation.nodeType,
			getByNameAndVersion: () => this.installation.nodeType,
			getKnownTypes: () => ({}),
		};
		return new Workflow({
			// It stays the same when it is published again, and so does what the trigger remembers of it in memory.
			id: 'workflow',
			nodes: [this.node],
			connections: {},
			active: false,
			nodeTypes,
			staticData: this.installation.kind === 'durable' ? {} : deepCopy(this.database),
			settings: { timezone: this.installation.timezone ?? 'UTC' },
		});
	}

	private context(
		workflow: Workflow,
		mode: 'trigger' | 'manual',
		activation: WorkflowActivateMode,
		budgetMs: number | undefined,
		staged: IDataObject | undefined,
		hooks: { emit?: unknown; emitError?: unknown; commit?: unknown } = {},
	): IPollFunctions {
		const { credentials } = this.installation;
		const additionalData = {
			credentialsHelper: {
				getParentTypes: () => [],
				isCredentialUsableByNode: () => true,
				getDecrypted: async (_data: unknown, _node: unknown, type: string) => credentials[type],
			},
		} as unknown as IWorkflowExecuteAdditionalData;
		const context = new PollContext(
			workflow,
			this.node,
			additionalData,
			mode,
			activation,
			hooks.emit as never,
			hooks.emitError as never,
			hooks.commit as never,
			undefined,
			() => staged ?? workflow.getStaticData('node', this.node),
			() => budgetMs ?? NaN,
		);
		const send = async (type: string, request: IHttpRequestOptions) => {
			const list = this.installation.hourly?.(request);
			if (list === undefined) return await this.around.send(request);
			const [at, key] = [this.around.now(), credentials[type].apiKey];
			if (key === this.askedHourly.key && at - this.askedHourly.at < HOUR) this.askedTooOften = true;
			this.askedHourly = { at, key };
			return list;
		};
		Object.assign(context.helpers, { httpRequestWithAuthentication: send });
		Object.defineProperty(context, 'logger', { value: silent });
		if (budgetMs === undefined) Object.assign(context, { getPollBudgetMs: undefined });
		return context as unknown as IPollFunctions;
	}
}

function ignore(): void {}
