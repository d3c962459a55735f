import type { IDataObject, INodeProperties, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { log, type Answer } from '../../shared/events/receive';
import { decimal, text } from '../../shared/values/values';
import { CALLER_DATA, while1VoiceEvents } from './events';

/** What *Caller Data Retrieval* is answered for an unknown contact. */
const NOBODY = {
	id: null,
	name: null,
	backend_link: null,
	direct_line: null,
	queue_position: null,
	route_identifier: null,
	outbound_number: null,
	language: null,
	external_id: null,
} as const;

/** A field of the answer; its value may be an expression on the question, which is in `$json.query`. */
const field = (
	displayName: string,
	name: keyof typeof NOBODY,
	example: string,
	description: string,
): INodeProperties => ({
	displayName,
	name,
	type: 'string',
	default: '',
	placeholder: `e.g. ${example}`,
	description,
});

export const respondProperties: INodeProperties[] = [
	{
		displayName: 'Respond',
		name: 'respond',
		type: 'options',
		options: [
			{ name: 'Immediately', value: 'immediately', description: 'Answers that the caller is unknown' },
			{ name: 'With Fields', value: 'fields', description: 'The fields below, at once' },
			{
				name: 'When Last Node Finishes',
				value: 'lastNode',
				description: "The first item of the last node, with While1's names: ID, name, direct_line …",
			},
		],
		default: 'immediately',
		description:
			'How to answer when While1 Voice asks who is calling (Caller Data Retrieval). Events always get an empty answer at once.',
	},
	{
		displayName:
			"The call waits for the answer. Set the workflow's <i>Timeout</i>, and let the last node give one item with While1's names. If the workflow fails, n8n answers 500; if it is late, so is the answer.",
		name: 'lastNodeNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { respond: ['lastNode'] } },
	},
	{
		displayName: 'Answer',
		name: 'answer',
		type: 'collection',
		placeholder: 'Add field',
		default: {},
		displayOptions: { show: { respond: ['fields'] } },
		description:
			'Fields you leave out are null; if an expression fails, all are. The item has the request in its query: telephone, dnid.',
		options: [
			field('Backend Link', 'backend_link', 'https://crm.example.com/contacts/17', 'The page that While1 opens'),
			field('Contact ID', 'id', '17', 'The ID of the contact; events of the call carry it as contactId'),
			field('Direct Line', 'direct_line', 'SIP/101', 'SIP/x, Local/x or the name of a queue, to ring at once'),
			field('External ID', 'external_id', 'ABC-17', 'An ID of your own'),
			field('Language', 'language', 'ro', 'The language of the announcements'),
			field('Name', 'name', '{{ $json.query.telephone }}', 'The name of the caller'),
			field('Outbound Number', 'outbound_number', '40312345678', 'The number to show when the call is forwarded'),
			field('Queue Position', 'queue_position', '10', 'From 0 to 100: where in the queue the caller begins'),
			field('Route', 'route_identifier', 'vip', 'The identifier of a route'),
		],
	},
];

/** What While1 is answered: an event nothing, the question who is calling as *Respond* says. */
export function withAnswer(context: IWebhookFunctions, result: IWebhookResponseData): IWebhookResponseData {
	if (result.noWebhookResponse === true) return result;
	const isLookup = while1VoiceEvents.nameOf(context.getQueryData() as IDataObject) === CALLER_DATA;
	const respond = context.getNodeParameter('respond');
	const isWaiting = respond === 'lastNode' && result.workflowData !== undefined;
	if (isLookup)
		return isWaiting ? result : { ...result, webhookResponse: respond === 'fields' ? answerOf(context) : NOBODY };
	if (!isWaiting) return result;
	// n8n would wait for the last node.
	(context.getResponseObject() as Answer).end();
	return { ...result, noWebhookResponse: true };
}

/** The fields as While1 reads them; all null if one cannot be evaluated, as the call waits. */
function answerOf(context: IWebhookFunctions): IDataObject {
	try {
		const given = context.getNodeParameter('answer') as IDataObject;
		const fields = Object.keys(NOBODY).map((name) => [name, text(given[name])]);
		return {
			...(Object.fromEntries(fields) as IDataObject),
			queue_position: positionOf(context, given.queue_position),
		};
	} catch (error) {
		log.warn(context, `While1 Voice Event Trigger answered with nothing: ${(error as Error).message}`);
		return NOBODY;
	}
}

function positionOf(context: IWebhookFunctions, given: unknown): number | null {
	if (text(given) === null) return null;
	const position = decimal(given);
	if (position !== null && position >= 0 && position <= 100) return position;
	log.warn(context, "While1 Voice Event Trigger left 'Queue Position' out: it is not a number from 0 to 100");
	return null;
}
