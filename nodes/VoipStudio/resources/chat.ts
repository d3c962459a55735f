import { id } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { listFields, singleRecord } from '../lists/list';
import { pages } from '../lists/pages';
import { properties } from '../lists/properties';

const SIMPLE_FIELDS = [
	'id',
	'created_at',
	'state',
	'duration',
	'visitor_name',
	'visitor_email',
	'visitor_country',
	'visitor_city',
	'operator_id',
	'website_id',
] as const;

const PROPERTIES = properties(
	'created_at customer_id duration id operator_id state visitor_city visitor_country visitor_email visitor_id visitor_ip visitor_name website_id',
	[
		{ name: 'Operator User Agent', value: 'operator_ua' },
		{ name: 'Visitor Location', value: 'visitor_geo' },
		{ name: 'Visitor Referrer', value: 'visitor_referer' },
		{ name: 'Visitor User Agent', value: 'visitor_ua' },
	],
);

const option = { name: 'Chat', value: 'chat', description: 'A chat on a website' };

export const chat = resource(api, option, 'getAll', {
	get: {
		name: 'Get',
		action: 'Get a chat',
		description: 'Get a website chat',
		request: { method: 'GET', url: '/chats/{id}' },
		fields: [
			id('path', {
				displayName: 'Chat ID',
				name: 'chatId',
				required: true,
				placeholder: 'e.g. 2096',
				description: "The ID of the chat, as 'Get Many' gives it",
			}),
		],
		...singleRecord(SIMPLE_FIELDS),
		effect: 'reads',
		evidence: 'D',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many chats',
		description: 'Get many website chats',
		request: { method: 'GET', url: '/chats' },
		...listFields(PROPERTIES, { first: 'created_at', example: 'Visitor or 2026-11-21' }),
		pages,
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'D',
	},
});
