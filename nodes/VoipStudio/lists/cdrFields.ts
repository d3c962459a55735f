import type { INodePropertyOptions } from 'n8n-workflow';

import type { KnownValues } from './filterForm';
import { listFields } from './list';

/** The fields of a call detail record, as documented and as seen on the live API. */
export const CDR_FIELDS: INodePropertyOptions[] = [
	{ name: 'Billed Seconds', value: 'billsec' },
	{ name: 'Call Date', value: 'calldate', description: 'When the call began' },
	{ name: 'Call ID', value: 'call_id' },
	{ name: 'Caller ID Shown', value: 'clid' },
	{ name: 'Charge', value: 'charge' },
	{ name: 'Context', value: 'context' },
	{ name: 'Destination', value: 'destination' },
	{ name: 'Destination Codec', value: 'dst_codec' },
	{ name: 'Destination ID', value: 'dst_id', description: 'For calls to a user: the ID of the user' },
	{ name: 'Destination Name', value: 'dst_name' },
	{ name: 'Destination Number', value: 'dst', description: 'The number called, digits only' },
	{ name: 'Destination User Agent', value: 'dst_ua' },
	{ name: 'Disposition', value: 'disposition', description: 'CONNECTED, NO ANSWER, BUSY or FAILED' },
	{ name: 'Duration', value: 'duration', description: 'Seconds in all' },
	{ name: 'ID', value: 'id' },
	{ name: 'Info', value: 'info' },
	{ name: 'Is Root', value: 'is_root' },
	{ name: 'Labels', value: 'labels' },
	{ name: 'Live ID', value: 'live_id' },
	{ name: 'Metadata', value: 'metadata' },
	{ name: 'Number of Notes', value: 'nb_notes' },
	{ name: 'Parent Live ID', value: 'parent_live_id' },
	{ name: 'Rate', value: 'rate' },
	{ name: 'Root Live ID', value: 'root_live_id' },
	{ name: 'Server ID', value: 'server_id' },
	{ name: 'SIP Endpoint ID', value: 'sip_endpoint_id' },
	{ name: 'Source Codec', value: 'src_codec' },
	{ name: 'Source ID', value: 'src_id' },
	{ name: 'Source Name', value: 'src_name' },
	{ name: 'Source Number', value: 'src', description: 'The number of the caller, digits only' },
	{ name: 'Source User Agent', value: 'src_ua' },
	{ name: 'Termination Cause', value: 't_cause' },
	{ name: 'Type', value: 'type', description: 'I inbound, O outbound, M missed' },
	{ name: 'User ID', value: 'user_id' },
];

/** The values that these properties are known to have. */
const VALUES: KnownValues = {
	disposition: [
		{ name: 'BUSY', value: 'BUSY' },
		{ name: 'CONNECTED', value: 'CONNECTED' },
		{ name: 'FAILED', value: 'FAILED' },
		{ name: 'NO ANSWER', value: 'NO ANSWER' },
	],
	type: [
		{ name: 'I (Inbound)', value: 'I' },
		{ name: 'M (Missed)', value: 'M' },
		{ name: 'O (Outbound)', value: 'O' },
	],
};

/** Values to filter by, of several kinds: one text stands beside every property. */
const EXAMPLE = '34600000000, CONNECTED or 2026-11-21';

const list = listFields(CDR_FIELDS, {
	first: 'calldate',
	example: EXAMPLE,
	known: VALUES,
	firstGroup: 'src',
	isSorted: true,
});

/** What a list of call detail records takes: the account's and that of Call Me Back alike. */
export const cdrList = {
	...list,
	fields: list.fields.map((field) => ({
		...field,
		description:
			'Conditions on records that must all hold. With one item or row per call, each call comes whole that has such a record.',
	})),
};
