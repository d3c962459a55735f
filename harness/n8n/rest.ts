import { Failure } from '../failure';
import { until } from '../processes';

/** The person who owns the n8n instance. */
export interface Owner {
	email: string;
	firstName: string;
	lastName: string;
	password: string;
}

/** One node of a workflow, as n8n stores it. */
export interface WorkflowNode {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
	onError?: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
}

/** What leads on from a node: to the next one, or as model or tool to the agent it belongs to. */
type Connections = { [Type in ConnectionType]?: Array<Array<{ node: string; type: Type; index: number }>> };
type ConnectionType = 'main' | 'ai_languageModel' | 'ai_tool';

/** What a workflow is made of. */
export interface WorkflowContent {
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, Connections>;
	settings?: Record<string, unknown>;
	pinData?: Record<string, unknown>;
}

/** A workflow that n8n has stored. */
export interface StoredWorkflow extends WorkflowContent {
	id: string;
	/** The version that is edited. */
	versionId: string;
	/** The version that is published, or null. */
	activeVersionId: string | null;
}

/** A credential that n8n has stored, without its secrets. */
export interface StoredCredential {
	id: string;
	name: string;
	type: string;
}

/** A type of nodes or credentials, as far as a test asks. */
interface ListedType {
	name: string;
	properties?: Array<{ hint?: string }>;
}

/** One item between two nodes. */
export interface ExecutionItem {
	json: Record<string, unknown>;
	pairedItem?: number | { item: number } | Array<{ item: number }>;
	error?: unknown;
}

/** An execution in a list. */
export interface ExecutionSummary {
	id: string;
	status: string;
	mode: string;
	workflowId: string;
	startedAt: string;
}

interface ExecutionData {
	resultData: {
		runData: Record<string, Array<{ data?: { [Type in ConnectionType]?: Array<ExecutionItem[] | null> } }>>;
		error?: {
			message: string;
			description?: string | null;
			node?: { name: string };
			context?: { itemIndex?: number };
		};
	};
}

/** An execution with what its nodes gave. */
export class Execution {
	constructor(
		readonly summary: ExecutionSummary,
		private readonly data: ExecutionData,
	) {}

	/** n8n 1 may call an execution ended a moment before it has stored what the nodes gave. */
	get isStored(): boolean {
		return (this.data as ExecutionData | undefined)?.resultData !== undefined;
	}

	/** What stopped it, as the editor shows it. */
	get error(): { message: string; description: string; node: string; item?: number } | undefined {
		const { error } = this.data.resultData;
		if (error === undefined) return undefined;
		const { message, description, node, context } = error;
		// The editor shows the index of the item, counted from 0, behind the message.
		return { message, description: description ?? '', node: node?.name ?? '', item: context?.itemIndex };
	}

	/** The items of a node's first output (of a kind), of all its runs. A node that did not run has none. */
	items(node: string, kind: ConnectionType = 'main'): ExecutionItem[] {
		const runs = this.data.resultData.runData[node] ?? [];
		return runs.flatMap((run) => run.data?.[kind]?.[0] ?? []);
	}
}

interface PublicationStatus {
	status: 'in_progress' | 'published' | 'partial' | 'failed' | 'not_published';
	liveVersionId: string | null;
	triggers: Array<{ errorMessage: string | null }>;
}

/** n8n's REST interface, as its own editor uses it: signed in with a cookie. */
export class N8nRest {
	private cookie = '';
	private readonly secrets = new Set<string>();

	/** @param url where n8n listens, without a slash at the end */
	constructor(readonly url: string) {}

	/** Creates the instance's owner and signs in. False where it has an owner already. */
	async setUpOwner(owner: Owner): Promise<boolean> {
		this.secrets.add(owner.password);
		const { userManagement } = await this.request<{ userManagement: { showSetupOnFirstLoad: boolean } }>(
			'GET',
			'/settings',
		);
		if (userManagement.showSetupOnFirstLoad === false) return false;
		await this.request('POST', '/owner/setup', owner);
		return true;
	}

	/** Signs in; every later request is made as this person. */
	async signIn(owner: Pick<Owner, 'email' | 'password'>): Promise<void> {
		this.secrets.add(owner.password);
		await this.request('POST', '/login', { emailOrLdapLoginId: owner.email, password: owner.password });
	}

	/** The names of all node types n8n has loaded whose name begins with the prefix. */
	async nodeTypes(prefix: string): Promise<string[]> {
		return await this.typeNames('nodes', prefix);
	}

	/** The same of the credential types. */
	async credentialTypes(prefix = ''): Promise<string[]> {
		return await this.typeNames('credentials', prefix);
	}

	/** The hints in the form of a credential type, as n8n hands them to its editor. */
	async hints(credentialType: string): Promise<string[]> {
		const { properties = [] } = (await this.types('credentials')).find(({ name }) => name === credentialType) ?? {};
		return properties.map(({ hint = '' }) => hint).filter((hint) => hint !== '');
	}

	private async typeNames(kind: 'nodes' | 'credentials', prefix: string): Promise<string[]> {
		return (await this.types(kind)).map(({ name }) => name).filter((name) => name.startsWith(prefix));
	}

	private async types(kind: 'nodes' | 'credentials'): Promise<ListedType[]> {
		// n8n writes the file anew when a package is installed, and serves it meanwhile.
		return await until(`the list of ${kind} to be whole`, 30, async () => {
			const text = await (await this.send('GET', `/types/${kind}.json`)).text();
			return text.trimEnd().endsWith(']') ? (JSON.parse(text) as ListedType[]) : undefined;
		});
	}

	/** Stores a credential under a name, or changes the one that is stored under this name and type. */
	async saveCredential(name: string, type: string, data: Record<string, unknown>): Promise<StoredCredential> {
		this.keepSecret(data);
		const stored = await this.request<StoredCredential[]>('GET', '/credentials');
		const known = stored.find((credential) => credential.name === name && credential.type === type);
		return known === undefined
			? await this.request('POST', '/credentials', { name, type, data })
			: await this.request('PATCH', `/credentials/${known.id}`, { name, type, data });
	}

	/** Lets n8n send the credential's test request, as its editor does on saving. */
	async testCredential(
		credential: StoredCredential,
		data: Record<string, unknown>,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		this.keepSecret(data);
		return await this.request('POST', '/credentials/test', { credentials: { ...credential, data } });
	}

	/** Stores a new workflow. With an id, n8n takes it as the workflow's own. */
	async createWorkflow(content: WorkflowContent & { id?: string }): Promise<StoredWorkflow> {
		return await this.request('POST', '/workflows', { settings: { executionOrder: 'v1' }, ...content });
	}

	/** All workflows' ids and names. */
	async workflows(): Promise<Array<{ id: string; name: string }>> {
		return await this.request('GET', '/workflows');
	}

	async workflow(id: string): Promise<StoredWorkflow> {
		return await this.request('GET', `/workflows/${id}`);
	}

	/** Stores changes of a workflow; what is published stays as it is. */
	async updateWorkflow(id: string, content: Partial<WorkflowContent>): Promise<StoredWorkflow> {
		const { versionId } = await this.workflow(id);
		return await this.request('PATCH', `/workflows/${id}`, { ...content, versionId });
	}

	/** Publishes the version that is edited, and waits until its triggers run. */
	async publish(id: string): Promise<void> {
		const { versionId } = await this.workflow(id);
		await this.request('POST', `/workflows/${id}/activate`, { versionId });
		await until(`workflow ${id} to be published`, 60, async () => {
			const status = await this.publication(id);
			if (status.status === 'failed' || status.status === 'partial') {
				const reasons = status.triggers.map(({ errorMessage }) => errorMessage).filter((text) => text !== null);
				throw new Failure(
					`n8n did not publish workflow ${id}: ${reasons.join('; ') || 'without a reason'}`,
					'The trigger polls once when it is published, so this is what that poll ran into.',
				);
			}
			return status.status === 'published' && status.liveVersionId === versionId ? true : undefined;
		});
	}

	/** Takes a workflow out of service and waits until its triggers have stopped. */
	async unpublish(id: string): Promise<void> {
		await this.request('POST', `/workflows/${id}/deactivate`, {});
		await until(`workflow ${id} to be unpublished`, 60, async () => {
			const { status } = await this.publication(id);
			return status === 'not_published' ? true : undefined;
		});
	}

	/** Runs a stored workflow from one of its triggers, as the editor's button does, and waits for its end. */
	async run(id: string, trigger: string): Promise<Execution> {
		const { executionId } = await this.start(id, { triggerToStartFrom: { name: trigger } });
		if (executionId === undefined) throw new Failure(`n8n did not start workflow ${id}`, "See n8n's log.");
		return await until(`execution ${executionId} to end`, 60, async () => {
			const execution = await this.execution(executionId);
			const isUnderWay = ['new', 'running', 'waiting'].includes(execution.summary.status);
			return isUnderWay || !execution.isStored ? undefined : execution;
		});
	}

	/** A workflow's executions, newest first; at most the last hundred. */
	async executions(workflowId: string): Promise<ExecutionSummary[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await this.request<{ results: ExecutionSummary[] }>(
			'GET',
			`/executions?limit=100&filter=${filter}`,
		);
		return results;
	}

	/** The same with what their nodes gave. */
	async wholeExecutions(workflowId: string): Promise<Execution[]> {
		return await Promise.all((await this.executions(workflowId)).map(async ({ id }) => await this.execution(id)));
	}

	async execution(id: string): Promise<Execution> {
		const { data, ...summary } = await this.request<ExecutionSummary & { data: string }>('GET', `/executions/${id}`);
		return new Execution(summary, parseFlatted(data) as ExecutionData);
	}

	/** The rest of the interface, for a test of something that has no method here. */
	async request<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await this.send(method, `/rest${path}`, body);
		const { data } = (await response.json()) as { data: T };
		return data;
	}

	/** What n8n says of a workflow's triggers. */
	protected async publication(id: string): Promise<PublicationStatus> {
		return await this.request('GET', `/workflows/${id}/publication-status`);
	}

	/** Starts an execution, if n8n does not wait for something from outside first. */
	protected async start(id: string, from: object): Promise<{ executionId?: string }> {
		return await this.request('POST', `/workflows/${id}/run`, from);
	}

	private async send(method: string, path: string, body?: unknown): Promise<Response> {
		const response = await fetch(`${this.url}${path}`, {
			method,
			// n8n ends a connection that it could not look at for some seconds, just when the next request is under way on it.
			headers: { 'content-type': 'application/json', cookie: this.cookie, connection: 'close' },
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(60_000),
		});
		for (const cookie of response.headers.getSetCookie()) {
			if (cookie.startsWith('n8n-auth=')) this.cookie = cookie.split(';')[0] ?? '';
		}
		if (response.ok) return response;
		const text = this.withoutSecrets(await response.text());
		throw new Failure(
			`n8n answered ${response.status} to ${method} ${path}: ${text.slice(0, 1000)}`,
			"This is how n8n refuses a request of these tools; n8n's log tells more.",
		);
	}

	private keepSecret(data: Record<string, unknown>): void {
		for (const value of Object.values(data)) if (typeof value === 'string' && value !== '') this.secrets.add(value);
	}

	private withoutSecrets(text: string): string {
		return [...this.secrets].reduce((shown, secret) => shown.replaceAll(secret, '…'), text);
	}
}

/** Everything that differs in the interface of n8n 1. */
export class N8n1Rest extends N8nRest {
	/** It stores a workflow only if that says that it is not published. */
	override async createWorkflow(content: WorkflowContent & { id?: string }): Promise<StoredWorkflow> {
		return await super.createWorkflow({ ...content, ...{ active: false } });
	}

	/** It starts and stops triggers before it answers, so what is stored is so. */
	protected override async publication(id: string): Promise<PublicationStatus> {
		const { activeVersionId } = await this.workflow(id);
		return {
			status: activeVersionId === null ? 'not_published' : 'published',
			liveVersionId: activeVersionId,
			triggers: [],
		};
	}

	/** It runs what it is sent, even where the workflow is stored. */
	protected override async start(id: string, from: object): Promise<{ executionId?: string }> {
		return await super.start(id, { ...from, workflowData: await this.workflow(id) });
	}
}

/**
 * Reads n8n's notation for execution data (that of the npm package `flatted`): a list of values in which every string
 * inside an object or a list is the index of the value that stands there.
 */
export function parseFlatted(text: string): unknown {
	const table = JSON.parse(text) as unknown[];
	const built = new Map<number, unknown>();

	const resolve = (value: unknown): unknown => (typeof value === 'string' ? at(Number(value)) : value);
	const at = (index: number): unknown => {
		if (built.has(index)) return built.get(index);
		const value = table[index];
		if (Array.isArray(value)) {
			const list: unknown[] = [];
			built.set(index, list);
			for (const entry of value) list.push(resolve(entry));
			return list;
		}
		if (typeof value === 'object' && value !== null) {
			const object: Record<string, unknown> = {};
			built.set(index, object);
			for (const [key, entry] of Object.entries(value)) object[key] = resolve(entry);
			return object;
		}
		return value;
	};
	return at(0);
}
