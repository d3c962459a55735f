import { PollContext } from 'n8n-core';
import type { IDataObject, INode, Workflow, WorkflowActivateMode } from 'n8n-workflow';

import { noteRun } from './notes';
import { loadPackage, nodeTypes } from './package';
import { additionalDataOf, nodeOf, workflowOf, type NodeRun } from './run';

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
		noteRun(this.request.node, this.request.parameters.event as string);
		const type = nodeTypes.getByNameAndVersion(this.node.type);
		const result = await type.poll?.call(context);
		return (result?.[0] ?? []).map(({ json }) => json);
	}

	/** What n8n would write to the database now. */
	saved(): IDataObject {
		return JSON.parse(JSON.stringify(this.workflow.staticData)) as IDataObject;
	}
}
