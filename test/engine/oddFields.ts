/** A field of each kind, and how to find in a request what became of its value. */
import type { INodeParameters } from 'n8n-workflow';

import type { JournalEntry } from '../../simulator/server/journal';
import { rules } from './oddValues';

export interface Field {
	/** The kind by the file below `nodes/` that makes it. */
	readonly kind: string;
	readonly displayName: string;
	readonly node: string;
	/** The parameters of an item whose odd value is `={{ $json.value }}`. */
	readonly parameters: INodeParameters;
	/** Which input item a request is of, and the value in it; undefined for what the node asks first. */
	received(request: JournalEntry): { item: number; value: unknown } | undefined;
	/** What a good item has there, and what is sent for it. */
	readonly good: unknown;
	readonly goodSent: unknown;
	readonly isRequired?: boolean;
	/** What is sent where the field is empty; nothing where it is not told. */
	readonly ifEmpty?: unknown;
	/** What a refusal names, where it is not the field itself. */
	readonly named?: RegExp;
	/** What is documented to be sent for a value that is not empty. */
	sentFor(value: unknown): unknown;
}

type Values = Record<string, unknown>;

const ODD = '={{ $json.value }}';
const ITEM = '=item {{ $itemIndex }}';

const itemIn = (marker: unknown): number => Number(String(marker).replace('item ', ''));
const bodyOf = ({ body }: JournalEntry): Values => JSON.parse(body) as Values;

/** Fields of requests whose body holds the item's number beside the value. */
function inBody(
	node: string,
	marker: string,
	holderOf: (body: Values) => Values,
): (kind: string, field: Omit<Field, 'kind' | 'node' | 'received'> & { property: string }) => Field {
	return (kind, { property, ...field }) => ({
		kind,
		node,
		received: (request) => {
			const holder = holderOf(bodyOf(request));
			return { item: itemIn(holder[marker]), value: holder[property] };
		},
		...field,
	});
}

const originated = inBody('while1Voice', 'external_id', ({ data }) => data as Values);
const filtered = inBody('while1Voice', 'external_id', ({ filters }) => filters as Values);
const saved = inBody('while1Voice', 'name', ({ data }) => (data as Array<{ properties: Values }>)[0].properties);
const widget = inBody('voipStudio', 'name', (body) => body);

const ORIGINATE: INodeParameters = {
	...{ resource: 'call', operation: 'originate', projectId: 1, callerId: '0123456789' },
	...{ type: 'queue', destination: 'test-queue', additionalFields: { externalId: ITEM } },
};
const optional = (name: string): INodeParameters => ({
	...ORIGINATE,
	additionalFields: { externalId: ITEM, [name]: ODD },
});
const calls = (filters: INodeParameters): INodeParameters => ({
	...{ resource: 'cdr', operation: 'getAll' },
	filters: { ...filters, externalId: ITEM },
});
const planned = (filters: INodeParameters): INodeParameters => ({ ...calls(filters), resource: 'campaignCall' });
const campaign = (more: INodeParameters): INodeParameters => ({
	...{ resource: 'campaignCall', operation: 'create', projectId: 1, type: 'queue', destination: 'test-queue' },
	...more,
});
const byId = (value: string): INodeParameters => ({ __rl: true, mode: 'id', value });
const setting = (attributes: INodeParameters, settingId: INodeParameters = byId('12')): INodeParameters => ({
	...{ resource: 'callMeBackSetting', operation: 'update', settingId },
	updateFields: { ...attributes, name: ITEM },
});

/** Records of a list of which as many are asked for as the item's number says. */
const listed = (node: string, resource: string, more: INodeParameters): Pick<Field, 'node' | 'parameters'> => ({
	node,
	parameters: { resource, operation: 'getAll', limit: '={{ $itemIndex + 1 }}', ...more },
});
const queried =
	(property: string): Field['received'] =>
	({ query }) => ({
		item: Number(query.limit) - 1,
		value: query[property],
	});

const while1Fields: Field[] = [
	originated('shared/operation/fields.ts text', {
		...{ displayName: 'Name', parameters: optional('callerIdName'), property: 'caller_id_name' },
		...{ good: 'Ann', goodSent: 'Ann', sentFor: rules.text },
	}),
	originated('shared/operation/fields.ts dialled', {
		...{ displayName: 'Number to Call', parameters: { ...ORIGINATE, callerId: ODD }, property: 'caller_id' },
		...{ good: '+44 (0)20 7946 0958', goodSent: '+442079460958', isRequired: true, sentFor: rules.dialled },
	}),
	originated('shared/operation/fields.ts wholeNumber', {
		...{ displayName: 'Project ID', parameters: { ...ORIGINATE, projectId: ODD }, property: 'project_id' },
		...{ good: 3, goodSent: 3, isRequired: true, sentFor: rules.wholeNumber },
	}),
	originated('shared/operation/fields.ts choice', {
		...{ displayName: 'Type', parameters: { ...ORIGINATE, type: ODD }, property: 'type' },
		...{ good: 'queue', goodSent: 'queue', sentFor: rules.choice },
	}),
	originated('While1Voice/fields.ts bit', {
		...{ displayName: 'Async', parameters: optional('async'), property: 'async' },
		...{ good: true, goodSent: 1, sentFor: rules.bit },
	}),
	originated('shared/operation/fields.ts jsonObject', {
		...{ displayName: 'Variables', parameters: optional('vars'), property: 'vars' },
		...{ good: { lang: 'ro' }, goodSent: { lang: 'ro' }, sentFor: rules.jsonObject },
	}),
	originated('shared/operation/fields.ts value', {
		...{ displayName: 'External Info', parameters: optional('externalInfo'), property: 'external_info' },
		...{ good: 'note', goodSent: 'note', sentFor: rules.value },
	}),
	filtered('While1Voice/fields.ts reference', {
		...{ displayName: 'Project ID', parameters: calls({ projectId: ODD }), property: 'project_id' },
		...{ good: 3, goodSent: 3, sentFor: rules.reference },
	}),
	filtered('shared/operation/fields.ts ids', {
		...{ displayName: 'Inbound Route IDs', parameters: calls({ inboundRouteIds: ODD }), property: 'inbound_route_id' },
		...{ good: '4, 5', goodSent: [4, 5], sentFor: rules.ids },
	}),
	filtered('shared/operation/fields.ts flag', {
		...{ displayName: 'Include Unscheduled', parameters: planned({ scheduleNull: ODD }), property: 'schedule_null' },
		...{ good: true, goodSent: true, sentFor: rules.flag },
	}),
	filtered('While1Voice/fields.ts time', {
		...{ displayName: 'Scheduled Before', parameters: planned({ scheduleBefore: ODD }), property: 'schedule_lt' },
		...{ good: '2026-11-21T09:00:00+01:00', goodSent: '2026-11-21 08:00:00', sentFor: rules.time },
	}),
	saved('shared/operation/fields.ts names', {
		displayName: 'Telephones',
		parameters: {
			...{ resource: 'crmContact', operation: 'save' },
			additionalFields: { telephones: ODD, name: ITEM },
		},
		...{ property: 'telephones', good: '0123, 0456', goodSent: ['0123', '0456'], sentFor: rules.names },
	}),
	{
		kind: 'shared/operation/fields.ts json',
		...{ displayName: 'Data', node: 'while1Voice', good: [{ a: 2 }], goodSent: [{ a: 2 }], sentFor: rules.json },
		parameters: {
			...{ resource: 'endpoint', operation: 'call', endpointName: 'users-status', data: ODD },
			options: { topLevel: '={{ { mark: $itemIndex } }}' },
		},
		received: (request) => ({ item: Number(bodyOf(request).mark), value: bodyOf(request).data }),
	},
	{
		kind: 'While1Voice/resources/endpoint.ts endpointName',
		...{ displayName: 'Endpoint Name', node: 'while1Voice', good: 'users-status', goodSent: 'users-status' },
		...{ isRequired: true, sentFor: rules.endpointName },
		parameters: {
			...{ resource: 'endpoint', operation: 'call', endpointName: ODD },
			options: { topLevel: '={{ { mark: $itemIndex } }}' },
		},
		received: (request) => ({
			item: Number(bodyOf(request).mark),
			value: decodeURIComponent(request.path.split('/').pop() ?? ''),
		}),
	},
	{
		kind: 'While1Voice/resources/report.ts reportId',
		...{ displayName: 'Report ID', node: 'while1Voice', good: '2', goodSent: 2 },
		...{ isRequired: true, sentFor: rules.reportId },
		parameters: {
			...{ resource: 'report', operation: 'run', reportType: 'custom', reportId: ODD },
			filters: { dateFrom: '={{ DateTime.fromSeconds($itemIndex) }}' },
		},
		received: (request) => {
			const { data, filters } = bodyOf(request) as { data: Values; filters: { date_between: string[] } };
			return { item: Date.parse(`${filters.date_between[0].replace(' ', 'T')}Z`) / 1000, value: data.id };
		},
	},
	{
		kind: 'While1Voice/resources/campaignCall.ts callRows',
		...{ displayName: 'Number to Call', node: 'while1Voice', good: '0212', goodSent: '0212' },
		...{ isRequired: true, sentFor: rules.dialled, named: /'Number to Call( \(call 1\))?'/ },
		parameters: campaign({ calls: { call: [{ callerId: ODD, externalId: ITEM }] } }),
		received: firstCall,
	},
	{
		kind: 'While1Voice/resources/campaignCall.ts callList',
		...{ displayName: 'Calls (JSON)', node: 'while1Voice', good: '0212', goodSent: '0212' },
		...{
			isRequired: true,
			sentFor: rules.dialled,
			named: /'(Number to Call|Calls \(JSON\)(: caller_id \(call 1\))?)'/,
		},
		parameters: campaign({
			additionalFields: {
				callsJson: "={{ [{ caller_id: $json.value, external_id: 'item ' + $itemIndex }] }}",
			},
		}),
		received: firstCall,
	},
	{
		kind: 'While1Voice/resources/cdr.ts transcriptions',
		...{ displayName: 'Transcriptions', node: 'while1Voice', sentFor: rules.nothing },
		good: [{ filename: 'a.wav', provider: 'x' }],
		goodSent: [{ filename: 'a.wav', provider: 'x' }],
		parameters: {
			...{ resource: 'cdr', operation: 'update', cdrId: 1 },
			updateFields: { comments: ITEM, transcriptions: ODD },
		},
		received: (request) => {
			const [{ comments, transcriptions }] = bodyOf(request).data as Values[];
			return { item: itemIn(comments), value: transcriptions };
		},
	},
	{
		kind: 'While1Voice/resources/queue.ts memberRows',
		...{ displayName: 'Name or Number', node: 'while1Voice', good: 'ann', goodSent: 'ann' },
		...{ isRequired: true, sentFor: rules.text },
		parameters: {
			...{ resource: 'queue', operation: 'setMembers', queueName: ITEM },
			members: { member: [{ name: ODD }] },
		},
		received: (request) => {
			const [[name, queue]] = Object.entries(bodyOf(request).data as Record<string, { members: Values }>);
			return { item: itemIn(name), value: Object.keys(queue.members)[0] };
		},
	},
];

function firstCall(request: JournalEntry): { item: number; value: unknown } {
	const { data } = bodyOf(request) as { data: { calls: Values[] } };
	return { item: itemIn(data.calls[0].external_id), value: data.calls[0].caller_id };
}

const voipstudioFields: Field[] = [
	widget('shared/operation/fields.ts idNumber', {
		...{ displayName: 'Button ID', parameters: setting({ buttonId: ODD }), property: 'button_id' },
		...{ good: '530', goodSent: 530, sentFor: rules.idNumber },
	}),
	widget('shared/operation/fields.ts number', {
		...{ displayName: 'Max Call Rate', parameters: setting({ maxCallRate: ODD }), property: 'max_call_rate' },
		...{ good: 0.5, goodSent: 0.5, sentFor: rules.number },
	}),
	widget('shared/operation/fields.ts count', {
		displayName: 'Expiry',
		parameters: { resource: 'apiToken', operation: 'create', name: ITEM, expiry: ODD },
		...{ property: 'expiry', good: 60, goodSent: 60, sentFor: rules.count },
	}),
	{
		kind: 'VoipStudio/fields.ts locator',
		...{ displayName: 'Setting', node: 'voipStudio', good: '12', goodSent: '12', isRequired: true, sentFor: rules.id },
		parameters: setting({}, byId(ODD)),
		received: (request) => ({ item: itemIn(bodyOf(request).name), value: request.path.split('/').pop() }),
	},
	{
		kind: 'shared/operation/fields.ts id',
		...{ displayName: 'Call ID', node: 'voipStudio', good: '12', goodSent: '12', isRequired: true, sentFor: rules.id },
		parameters: {
			...{ resource: 'call', operation: 'transfer', callId: ODD },
			destination: '={{ 2000 + $itemIndex }}',
		},
		received: (request) => ({ item: Number(bodyOf(request).dst) - 2000, value: request.path.split('/').pop() }),
	},
	{
		kind: 'VoipStudio/fields.ts phoneNumber',
		...{ displayName: 'To', node: 'voipStudio', good: '+34 600 00 00 00', goodSent: '34600000000' },
		...{ isRequired: true, sentFor: rules.voipstudioNumber },
		parameters: { resource: 'sms', operation: 'send', to: ODD, message: ITEM },
		received: (request) => ({ item: itemIn(bodyOf(request).message), value: bodyOf(request).to }),
	},
	{
		kind: 'VoipStudio/fields.ts callerId',
		...{ displayName: 'Caller ID', node: 'voipStudio', good: 'Anonymous', goodSent: 'anonymous' },
		sentFor: rules.voipstudioNumber,
		parameters: {
			...{ resource: 'call', operation: 'create', to: '={{ 2000 + $itemIndex }}' },
			additionalFields: { callerId: ODD },
		},
		received: (request) => ({ item: Number(bodyOf(request).to) - 2000, value: bodyOf(request).caller_id }),
	},
	{
		kind: 'VoipStudio/resources/queue.ts members',
		...{ displayName: 'User of member 1', node: 'voipStudio', good: '77', goodSent: 77 },
		...{ isRequired: true, sentFor: rules.idNumber },
		parameters: {
			...{ resource: 'queue', operation: 'setMembers', queueId: byId('8001') },
			members: {
				member: [
					{ userId: ODD, status: 'left' },
					{ userId: '={{ 500000 + $itemIndex }}', status: 'joined' },
				],
			},
		},
		received: (request) => {
			if (request.method === 'GET') return undefined;
			const users = bodyOf(request).users as Array<{ id: number; status: boolean }>;
			const [added] = users.slice(-1);
			return { item: added.id - 500_000, value: users.find(({ status }) => !status)?.id };
		},
	},
	{
		kind: 'VoipStudio/lists/list.ts direction',
		...{ displayName: 'Sort Direction', good: 'asc', goodSent: 'ASC', ifEmpty: 'DESC', sentFor: rules.nothing },
		...listed('voipStudio', 'sms', { options: { sortDirection: ODD } }),
		received: queried('dir'),
	},
	{
		kind: 'VoipStudio/lists/filterForm.ts conditionFilters',
		...{ displayName: 'Filters', good: '346', goodSent: '346', isRequired: true, sentFor: rules.condition },
		...listed('voipStudio', 'sms', { filters: { conditions: [{ property: 'src', operator: 'eq', value: ODD }] } }),
		received: ({ query }) => ({
			item: Number(query.limit) - 1,
			value: (JSON.parse(String(query.filter)) as Values[])[0].value,
		}),
	},
];

const otherFields: Field[] = [
	{
		kind: 'shared/operation/fields.ts extension',
		...{ displayName: 'User Number', node: 'voipcloud', good: '1010', goodSent: '1010' },
		...{ isRequired: true, sentFor: rules.dialled },
		parameters: {
			...{ resource: 'call', operation: 'create', userNumber: ODD },
			numberToCall: '={{ String(61290000000 + $itemIndex) }}',
		},
		received: ({ body }) => {
			const form = new URLSearchParams(body);
			return { item: Number(form.get('number_to_call')) - 61_290_000_000, value: form.get('user_number') };
		},
	},
	{
		kind: 'shared/operation/fields.ts joinedNames',
		...{ displayName: 'Queue Names', good: ['Sales', 'Desk'], goodSent: 'Sales,Desk', sentFor: rules.joinedNames },
		...listed('voipcloud', 'queueCall', { filters: { names: ODD } }),
		received: queried('queues_names'),
	},
	{
		kind: 'LiveChat247/api.ts phoneNumber',
		...{ displayName: 'To', node: 'liveChat247', good: '+44 (0)20 7946 0958', goodSent: '+442079460958' },
		...{ isRequired: true, sentFor: rules.nothing },
		parameters: { resource: 'sms', operation: 'send', to: ODD, message: ITEM },
		received: ({ body }) => {
			const form = new URLSearchParams(body);
			return { item: itemIn(form.get('text')), value: form.get('to_no') };
		},
	},
	{
		kind: 'LiveChat247/resources/sms.ts message',
		...{ displayName: 'Message', node: 'liveChat247', good: ' Hello ', goodSent: ' Hello ' },
		...{ isRequired: true, sentFor: rules.message },
		parameters: { resource: 'sms', operation: 'send', to: '={{ "+4420794600" + (10 + $itemIndex) }}', message: ODD },
		received: ({ body }) => {
			const form = new URLSearchParams(body);
			return { item: Number(String(form.get('to_no')).slice('+4420794600'.length)) - 10, value: form.get('text') };
		},
	},
	{
		kind: 'VoipStudio/resources/sms.ts message',
		...{ displayName: 'Message', node: 'voipStudio', good: ' Hello ', goodSent: 'Hello' },
		...{ isRequired: true, sentFor: rules.text },
		parameters: { resource: 'sms', operation: 'send', to: '={{ "+3460000" + (1000 + $itemIndex) }}', message: ODD },
		received: (request) => {
			const { to, message } = bodyOf(request);
			return { item: Number(String(to).slice(-4)) - 1000, value: message };
		},
	},
	widget('shared/operation/fields.ts changedText', {
		...{
			displayName: 'Welcome Screen Message',
			property: 'welcome_screen_msg',
			parameters: setting({ welcomeScreenMsg: ODD }),
		},
		...{ good: 'Hello', goodSent: 'Hello', sentFor: rules.text },
	}),
	{
		kind: 'While1Voice/fields.ts liveChannel',
		...{ displayName: 'Channel', node: 'while1Voice', good: 'SIP/ann-00000001', goodSent: 'SIP/ann-00000001' },
		...{ isRequired: true, sentFor: rules.channel },
		parameters: {
			...{ resource: 'channel', operation: 'redirect', channel: ODD, context: 'internal', priority: 1 },
			extension: '={{ String(1000 + $itemIndex) }}',
		},
		received: (request) => {
			const { channel, exten } = bodyOf(request).data as Values;
			return { item: Number(exten) - 1000, value: channel };
		},
	},
];

export const fields: readonly Field[] = [...while1Fields, ...voipstudioFields, ...otherFields];
