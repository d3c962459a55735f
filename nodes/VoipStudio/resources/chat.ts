import { id } from '../../shared/fields';
import { resource } from '../../shared/resource';
import { api, recordOf } from '../api';
import { pages } from '../pages';

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

export const chat = resource(api, 'chat', 'getAll', {
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
		output: recordOf,
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'D',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many chats',
		description: 'Get many website chats',
		request: { method: 'GET', url: '/chats' },
		pages,
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'D',
	},
});
