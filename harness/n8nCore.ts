import {
	ExecuteContext,
	ExecutionLifecycleHooks,
	LazyPackageDirectoryLoader,
	LoadOptionsContext,
	PackageDirectoryLoader,
	PollContext,
	RoutingNode,
	WorkflowExecute,
} from 'n8n-core';
import get from 'lodash/get';
import {
	createRunExecutionData,
	NodeHelpers,
	Workflow,
	type IAuthenticateGeneric,
	type ICredentialDataDecryptedObject,
	type ICredentialsHelper,
	type IDataObject,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INode,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyOptions,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IWorkflowExecuteAdditionalData,
	type WorkflowActivateMode,
} from 'n8n-workflow';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { noteOutput, noteRun } from './notes';
import { ownRequests } from './ownRequests';

const ROOT = join(__dirname, '..');

/** The built package, loaded the way n8n loads it: by the `n8n` entries of package.json, with icons and codex files. */
export const loader = new PackageDirectoryLoader(ROOT);

let loading: Promise<void> | undefined;

/** Loads the built package once. */
export async function loadPackage(): Promise<void> {
	loading ??= Promise.resolve().then(async () => {
		if (newest('nodes', '.ts') > newest('dist', '.js'))
			throw new Error('dist/ is older than nodes/: run "npm run build" first');
		await loader.loadAll();
	});
	await loading;
}

/** When a file of a folder was last written, in milliseconds since 1970. */
function newest(folder: string, ending: string): number {
	const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
		file.endsWith(ending),
	);
	return Math.max(...files.map((file) => statSync(join(ROOT, folder, file)).mtimeMs));
}

const PACKAGE = 'n8n-nodes-cloud-pbx.';

let otherLoader: LazyPackageDirectoryLoader | undefined;

export const nodeTypes: INodeTypes = {
	getByName: (type) => nodeTypes.getByNameAndVersion(type),
	getByNameAndVersion: (type, version) => {
		if (type.startsWith(PACKAGE)) return withExecute(loader.getNode(type.replace(PACKAGE, '')).type as INodeType);
		const [, name] = type.split('.');
		return NodeHelpers.getVersionedNodeType((otherLoader ?? loader).getNode(name).type, version);
	},
	getKnownTypes: () => ({}),
};

/** n8n gives a declarative node an `execute` (packages/cli, NodeTypes): only then is it told when an execution is stopped. */
function withExecute(type: INodeType): INodeType {
	if (type.execute !== undefined || type.poll !== undefined) return type;
	type.execute = async function () {
		return (await new RoutingNode(this as ExecuteContext, type).runNode()) ?? [];
	};
	return type;
}

export interface NodeRun {
	/** As in package.json's list, e.g. `voipcloud`. */
	node: string;
	parameters: INodeParameters;
	/** By credential type. */
	credentials?: Record<string, ICredentialDataDecryptedObject>;
	/** One empty item unless told. */
	items?: INodeExecutionData[];
	onError?: INode['onError'];
	/** The version of the node with which the workflow was saved; 1 unless told. */
	typeVersion?: number;
	timezone?: string;
	/** When the user stops the execution. */
	stopped?: Promise<unknown>;
}

export interface NodeResult {
	items: INodeExecutionData[];
	/** Of the error output, where the node has one (`onError: 'continueErrorOutput'`). */
	errorItems: INodeExecutionData[];
	/** The error that stopped the node. */
	error:
		| (Error & { description?: string | null; context?: IDataObject; httpCode?: string | null; failure?: IDataObject })
		| undefined;
	run: IRun;
}

/** Runs one node in n8n's own execution engine. */
export async function runNode(request: NodeRun): Promise<NodeResult> {
	await loadPackage();
	const what = `${request.parameters.resource as string} ${request.parameters.operation as string}`;
	noteRun(request.node, what);
	const node = nodeOf(request);
	const workflow = workflowOf(node, request.timezone);
	const input = { main: [request.items ?? [{ json: {} }]] };
	// The node has one before it, as in any workflow: n8n takes the fields of error items from there.
	const runExecutionData = createRunExecutionData({
		resultData: {
			runData: { Input: [{ startTime: 0, executionIndex: 0, executionTime: 0, source: [], data: input }] },
		},
		executionData: {
			nodeExecutionStack: [{ node, data: input, source: { main: [{ previousNode: 'Input' }] } }],
		},
	});
	const execution = new WorkflowExecute(additionalDataOf(request), 'manual', runExecutionData).processRunExecutionData(
		workflow,
	);
	void request.stopped?.then(() => execution.cancel());
	const run = await execution;
	const task = run.data.resultData.runData[node.name]?.[0];
	const isWhole =
		request.parameters.simplify !== false &&
		request.parameters.output !== 'normalized' &&
		(request.parameters.options as IDataObject | undefined)?.dryRun !== true;
	if (isWhole)
		noteOutput(
			request.node,
			what,
			(task?.data?.main[0] ?? []).map(({ json }) => json),
		);
	return {
		items: task?.data?.main[0] ?? [],
		errorItems: task?.data?.main[1] ?? [],
		error: (task?.error ?? run.data.resultData.error) as NodeResult['error'],
		run,
	};
}

/** A node of another package in a chain, for comparisons. */
interface ChainLink {
	type: string;
	typeVersion: number;
	parameters: INodeParameters;
}

/**
 * Runs nodes of n8n's own collection one after the other, in the same engine.
 *
 * @param folder where the package `n8n-nodes-base` lies
 * @returns how many items the last node gave; with no nodes, only loads what is needed
 */
export async function runWorkflow(
	folder: string,
	links: ChainLink[],
	items: INodeExecutionData[] = [{ json: {} }],
): Promise<number> {
	otherLoader ??= new LazyPackageDirectoryLoader(folder);
	await otherLoader.loadAll();
	if (links.length === 0) return 0;
	const nodes = links.map((link, i): INode => ({ ...link, id: `node${i}`, name: `Node ${i}`, position: [i * 200, 0] }));
	const connections = Object.fromEntries(
		nodes.slice(1).map((node, i) => [`Node ${i}`, { main: [[{ node: node.name, type: 'main' as const, index: 0 }]] }]),
	);
	const workflow = new Workflow({
		id: 'workflow1',
		name: 'Chain',
		nodes,
		connections,
		active: false,
		nodeTypes,
		settings: {},
	});
	const data = createRunExecutionData({
		executionData: { nodeExecutionStack: [{ node: nodes[0], data: { main: [items] }, source: null }] },
	});
	const run = await new WorkflowExecute(
		additionalDataOf({ node: '', parameters: {} }),
		'manual',
		data,
	).processRunExecutionData(workflow);
	if (run.data.resultData.error !== undefined) throw run.data.resultData.error;
	return run.data.resultData.runData[nodes[nodes.length - 1].name]?.[0]?.data?.main[0]?.length ?? 0;
}

interface PollOptions {
	mode?: 'trigger' | 'manual';
	activation?: WorkflowActivateMode;
	/** How long the poll may take, as n8n's durable engine says it. */
	budgetMs?: number;
	/** What the durable engine hands over: a copy. Without it the poll sees the live object of the workflow. */
	staged?: IDataObject;
}

/** A published workflow with one trigger: its polls see one live state object, as in n8n's in-memory engine. */
export class PublishedTrigger {
	readonly workflow: Workflow;

	private readonly node: INode;

	private constructor(
		private readonly request: NodeRun,
		staticData?: IDataObject,
		id?: string,
	) {
		this.node = nodeOf(request);
		this.workflow = workflowOf(this.node, request.timezone, staticData, id);
	}

	/**
	 * @param staticData what the database holds from an earlier publication
	 * @param id of the workflow, where there are several
	 */
	static async publish(request: NodeRun, staticData?: IDataObject, id?: string): Promise<PublishedTrigger> {
		await loadPackage();
		return new PublishedTrigger(request, staticData, id);
	}

	async poll({ mode = 'trigger', activation = 'activate', budgetMs, staged }: PollOptions = {}): Promise<
		IDataObject[]
	> {
		const context = new PollContext(
			this.workflow,
			this.node,
			additionalDataOf(this.request),
			mode,
			activation,
			undefined,
			undefined,
			undefined,
			undefined,
			() => staged ?? this.workflow.getStaticData('node', this.node),
			budgetMs === undefined ? undefined : () => budgetMs,
		);
		const { event, output } = this.request.parameters as { event: string; output?: string };
		noteRun(this.request.node, event);
		const type = nodeTypes.getByNameAndVersion(this.node.type);
		const result = await type.poll?.call(context);
		const records = (result?.[0] ?? []).map(({ json }) => json);
		if (output !== 'raw') noteOutput(this.request.node, event, records);
		return records;
	}

	/** What n8n would write to the database now. */
	saved(): IDataObject {
		return JSON.parse(JSON.stringify(this.workflow.staticData)) as IDataObject;
	}
}

/** The entries of a drop-down, as the editor asks for them. */
export async function searchList(
	request: NodeRun,
	method: string,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const { context, methods } = await editorAt(request, 'parameters.id');
	const search = methods?.listSearch?.[method];
	if (search === undefined) throw new Error(`No drop-down ${method}`);
	return await search.call(context, filter, paginationToken);
}

/** The choices of a field that takes several, as the editor asks for them. */
export async function loadChoices(request: NodeRun, method: string): Promise<INodePropertyOptions[]> {
	const { context, methods } = await editorAt(request, 'parameters.filters');
	const load = methods?.loadOptions?.[method];
	if (load === undefined) throw new Error(`No choices ${method}`);
	return await load.call(context);
}

/** What the editor has at a field of a node: its context, and the node's methods. */
async function editorAt(
	request: NodeRun,
	path: string,
): Promise<{ context: LoadOptionsContext; methods: INodeType['methods'] }> {
	await loadPackage();
	const node = nodeOf(request);
	const workflow = workflowOf(node, request.timezone);
	const context = new LoadOptionsContext(workflow, node, additionalDataOf(request), path);
	return { context, methods: nodeTypes.getByNameAndVersion(node.type).methods };
}

/**
 * The test of a credential, as n8n's `CredentialsTester` runs and judges it: the test request as the only property of a
 * node without anything else, the answer by the rules.
 */
export async function testCredential(
	type: string,
	data: ICredentialDataDecryptedObject,
): Promise<{ status: 'OK' | 'Error'; message: string }> {
	await loadPackage();
	const { test } = loader.getCredential(type).type;
	if (test === undefined) throw new Error(`${type} has no test`);
	const { request, rules = [] } = test;
	const temp: INodeProperties = {
		displayName: 'Temp',
		name: 'temp',
		type: 'string',
		routing: { request },
		default: '',
	};
	const nodeType = {
		description: {
			displayName: 'Temp',
			name: 'temp',
			group: [],
			version: 1,
			description: '',
			defaults: {},
			inputs: [],
			outputs: [],
			credentials: [{ name: type, required: true }],
			properties: [temp],
		},
	} as unknown as INodeType;
	const run: NodeRun = { node: 'temp', parameters: {}, credentials: { [type]: data } };
	const node = nodeOf(run);
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: { getByName: () => nodeType, getByNameAndVersion: () => nodeType, getKnownTypes: () => ({}) },
	});
	const inputData = { main: [[{ json: {} }]] };
	const context = new ExecuteContext(
		workflow,
		node,
		additionalDataOf(run),
		'internal',
		createRunExecutionData({}),
		0,
		[],
		inputData,
		{ node, data: {}, source: null },
		[],
	);
	let answer: unknown;
	try {
		const items = await new RoutingNode(context, nodeType, { id: '1', name: type, type, data }).runNode();
		answer = items?.[0][0].json;
	} catch (thrown) {
		const error = thrown as Error & { cause?: { response?: { status: number; statusText: string }; code?: string } };
		const response = error.cause?.response;
		if (response !== undefined) {
			const rule = rules.find(
				({ type: kind, properties }) => kind === 'responseCode' && properties.value === response.status,
			);
			return { status: 'Error', message: rule?.properties.message ?? response.statusText };
		}
		return { status: 'Error', message: error.cause?.code ?? error.message };
	}
	const rule = rules.find(
		({ type: kind, properties }) =>
			kind === 'responseSuccessBody' &&
			get(answer, (properties as { key: string }).key) === (properties.value as unknown),
	);
	return rule === undefined
		? { status: 'OK', message: 'Connection successful!' }
		: { status: 'Error', message: rule.properties.message };
}

export function nodeOf({ node, parameters, credentials = {}, onError, typeVersion = 1 }: NodeRun): INode {
	return {
		id: 'a1b2c3d4-0000-4000-8000-000000000001',
		name: 'Node under test',
		type: PACKAGE + node,
		typeVersion,
		position: [0, 0],
		parameters,
		onError,
		credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: `id-${type}`, name: type }])),
	};
}

function workflowOf(node: INode, timezone = 'UTC', staticData: IDataObject = {}, id = 'workflow1'): Workflow {
	return new Workflow({
		id,
		name: 'Workflow',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes,
		staticData,
		settings: { executionOrder: 'v1', timezone },
	});
}

/** What n8n hands to every execution besides the workflow. */
export function additionalDataOf(request: NodeRun): IWorkflowExecuteAdditionalData {
	const additionalData = {
		credentialsHelper: credentialsHelper(request.credentials ?? {}),
		executionId: 'execution1',
		restApiUrl: '',
		instanceBaseUrl: '',
		webhookBaseUrl: '',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		webhookTestBaseUrl: '',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		currentNodeParameters: undefined,
		executionTimeoutTimestamp: undefined,
		variables: {},
		setExecutionStatus: () => undefined,
		logAiEvent: () => undefined,
	};
	return Object.assign(additionalData, {
		hooks: new ExecutionLifecycleHooks('manual', 'execution1', {
			id: 'workflow1',
			name: 'Workflow',
			active: false,
			activeVersionId: null,
			isArchived: false,
			createdAt: new Date(),
			updatedAt: new Date(),
			nodes: [],
			connections: {},
		}),
	}) as unknown as IWorkflowExecuteAdditionalData;
}

/**
 * n8n keeps credentials in its database; here they are given. How a credential type authenticates and signs in is run
 * as the type says it. (The end-to-end test uses n8n's own helper.)
 */
function credentialsHelper(credentials: Record<string, ICredentialDataDecryptedObject>): ICredentialsHelper {
	const helper = {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		getDecrypted: async (_data: unknown, _node: unknown, type: string) => {
			if (credentials[type] === undefined) throw new Error(`No credential of the type ${type} is given`);
			return await Promise.resolve(credentials[type]);
		},
		getCredentialsProperties: (type: string) => loader.getCredential(type).type.properties,
		preAuthentication: async (
			helpers: IHttpRequestHelper,
			data: ICredentialDataDecryptedObject,
			type: string,
			_node: INode,
			isExpired: boolean,
		) => {
			const { preAuthentication, properties } = loader.getCredential(type).type;
			const expirable = properties.find((property) => property.typeOptions?.expirable === true);
			if (preAuthentication === undefined || expirable === undefined) return undefined;
			if (data[expirable.name] !== '' && data[expirable.name] !== undefined && !isExpired) return undefined;
			const fresh = (await preAuthentication.call(ownRequests(helpers, data), data)) as ICredentialDataDecryptedObject;
			Object.assign(credentials[type], fresh);
			return fresh;
		},
		authenticate: async (
			data: ICredentialDataDecryptedObject,
			type: string,
			request: IHttpRequestOptions,
			workflow: Workflow,
			node: INode,
		) => {
			const { authenticate } = loader.getCredential(type).type;
			if (authenticate === undefined) return request;
			if (typeof authenticate === 'function') return await authenticate(data, request);
			return withAuthentication(authenticate, data, request, workflow, node);
		},
	};
	return helper as unknown as ICredentialsHelper;
}

function withAuthentication(
	{ properties }: IAuthenticateGeneric,
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
	workflow: Workflow,
	node: INode,
): IHttpRequestOptions {
	const result: IDataObject = { ...request };
	for (const [part, values] of Object.entries(properties)) {
		for (const [name, value] of Object.entries(values as object)) {
			const resolved = workflow.expression.getParameterValue(value as string, null, 0, 0, node.name, [], 'internal', {
				$credentials: credentials as IDataObject,
			});
			result[part] = { ...(result[part] as IDataObject), [name]: resolved };
		}
	}
	return result as unknown as IHttpRequestOptions;
}
