import type { INodePropertyOptions } from 'n8n-workflow';

import { text } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { api, recordOf } from '../api';
import { deleted, locator } from '../fields';
import { listFields, singleRecord } from '../lists/list';
import { pages } from '../lists/pages';

const PATH = '/queuegroups/{id}';

const group = locator('path', 'searchQueueGroups', {
	displayName: 'Queue Group',
	name: 'queueGroupId',
	required: true,
	description: 'The group of queues',
});

/** No body is documented; the record has an ID and a name, so the name is what is sent. */
const name = text('body.name', {
	displayName: 'Name',
	name: 'name',
	required: true,
	placeholder: 'e.g. Front office',
	description: 'The name of the group',
});

const PROPERTIES: INodePropertyOptions[] = [
	{ name: 'Created At', value: 'created_at' },
	{ name: 'ID', value: 'id' },
	{ name: 'Name', value: 'name' },
];

const option = { name: 'Queue Group', value: 'queueGroup', description: 'A group of queues' };

export const queueGroup = resource(api, option, 'getAll', {
	create: {
		name: 'Create',
		action: 'Create a queue group',
		description: 'Create a group of queues',
		request: { method: 'POST', url: '/queuegroups' },
		fields: [name],
		output: recordOf,
		effect: 'writes',
		evidence: 'D',
	},
	delete: {
		name: 'Delete',
		action: 'Delete a queue group',
		description: 'Delete a group of queues',
		request: { method: 'DELETE', url: PATH },
		fields: [group],
		output: deleted,
		isKeptFromAgents: true,
		effect: 'writes',
		evidence: 'D',
	},
	get: {
		name: 'Get',
		action: 'Get a queue group',
		description: 'Get a group of queues',
		request: { method: 'GET', url: PATH },
		fields: [group],
		...singleRecord(),
		effect: 'reads',
		evidence: 'D',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many queue groups',
		description: 'Get many groups of queues',
		request: { method: 'GET', url: '/queuegroups' },
		...listFields(PROPERTIES, { first: 'name', example: 'Front office or 2026-11-21' }),
		pages,
		effect: 'reads',
		evidence: 'D',
	},
	update: {
		name: 'Update',
		action: 'Update a queue group',
		description: 'Rename a group of queues',
		request: { method: 'PATCH', url: PATH },
		fields: [group, name],
		output: recordOf,
		effect: 'writes',
		evidence: 'D',
	},
});
