import type { IDataObject } from 'n8n-workflow';

import type { CallFacts, CallIdentity, Identity, MessageFacts, Named } from './call';
import { wholeCall, type AnsweredMeans, type LegFacts, type WholeCallFacts } from './facts';
import type { Observed } from './observed';
import { simplifiedCall, simplifiedMessage } from './simplified';

/** The forms of items, the default first: one flat row, all that is known, or the provider's record. */
export const OUTPUTS = ['simplified', 'full', 'raw'] as const;

export type OutputForm = (typeof OUTPUTS)[number];

/** How records become items: the same for trigger and history, so that neither repeats what the other has given. */
export interface ItemForm {
	/** As in the ids: `<provider>:<event>:<key>`. */
	readonly provider: string;
	readonly event: string;
	/** The event as the user chose it, where its calls are those of another. */
	readonly chosenEvent?: string;
	readonly output: OutputForm;
	/** *Time Zone of Results*, for the times of simplified rows. */
	readonly reportZone: string;
	readonly includeRaw: boolean;
	/** Whether a queue, menu or mailbox that picks up counts as an answer. */
	readonly answeredMeans?: AnsweredMeans;
	normalize(record: IDataObject): CallFacts | MessageFacts;
}

/** The JSON of an item for a record, or for a whole call. */
export function itemOf(call: Observed<IDataObject>, form: ItemForm): IDataObject {
	if (form.output === 'raw') return call.record;
	const { provider, event, chosenEvent = event } = form;
	const id = idOf(call.key, form);
	const facts = factsOf(call, form);
	if (form.output === 'simplified') {
		return isCall(facts) ? simplifiedCall(facts, id, form.reportZone) : simplifiedMessage(facts, id, form.reportZone);
	}
	const identity: Identity | CallIdentity = {
		id,
		...(isCall(facts) && { callId: call.link && call.legs === undefined ? idOf(call.link.call, form) : id }),
		provider,
		event: chosenEvent,
		schemaVersion: 1,
	};
	// The call first: the editor's table shows the first fields without scrolling.
	return { ...withObjects(facts), ...identity, ...(form.includeRaw && { raw: call.record }) };
}

const NOBODY: Named = { id: null, name: null };

/** Facts whose objects are always there, so that an expression made with any call fits every other. */
function withObjects<Any extends IDataObject>(facts: Any): Any {
	const objects = ['queue', 'ringGroup', 'user', 'answeredBy'].filter((name) => facts[name] === null);
	const legs = Array.isArray(facts.legs) ? { legs: (facts.legs as IDataObject[]).map(withObjects) } : {};
	return { ...facts, ...Object.fromEntries(objects.map((name) => [name, NOBODY])), ...legs };
}

/** The fields of a record, or of all records of a whole call combined. */
export function factsOf(call: Observed<IDataObject>, form: ItemForm): CallFacts | MessageFacts | WholeCallFacts {
	if (call.legs === undefined) return form.normalize(call.record);
	const legs = call.legs.map((leg) => ({ isRoot: leg.link?.isRoot ?? true, facts: legFacts(leg, form) }));
	const roots = legs.filter(({ isRoot }) => isRoot);
	return wholeCall(
		legs.map(({ facts }) => facts),
		roots.map(({ facts }) => facts),
		form.answeredMeans,
	);
}

function legFacts({ key, record }: Observed<IDataObject>, form: ItemForm): LegFacts {
	const facts = form.normalize(record) as CallFacts;
	return { id: idOf(key, form), ...facts, ...(form.includeRaw && { raw: record }) };
}

function idOf(key: string, { provider, event }: ItemForm): string {
	return `${provider}:${event}:${key}`;
}

function isCall(facts: CallFacts | MessageFacts): facts is CallFacts {
	return 'outcome' in facts;
}
