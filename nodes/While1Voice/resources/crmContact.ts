import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { parameterError } from '../../shared/errors';
import { getMany } from '../../shared/operations';
import { byDisplayName, returnAllAndLimit, simplifyProperty } from '../../shared/properties';
import { nameList } from '../../shared/values';
import { action, pagesOf, while1Voice } from '../api';
import { filters, ifAny, jsonObject, named, options, parameters, projectFilter, timeOf } from '../parameters';

const showList = { resource: ['crmContact'], operation: ['getAll'] };
const showSave = { resource: ['crmContact'], operation: ['save'] };

const SIMPLE_FIELDS = [
	'id',
	'name',
	'title',
	'company',
	'email',
	'crm_type_id',
	'project_id',
	'assigned_user_id',
	'comments',
	'remote_id',
];

/** The customers of the PBX: crm-contacts. */
export const crmContact: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['crmContact'] } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many CRM contacts',
				description: 'Get many contacts of the PBX',
				routing: {
					request: { method: 'POST', url: '/crm-contacts', body: { action: 'read' } },
					send: { paginate: true, preSend: [parameters(contactFilters)] },
					operations: { pagination: getMany(while1Voice, pagesOf({ hasIds: true }), { simple: SIMPLE_FIELDS }) },
				},
			},
			{
				name: 'Save',
				value: 'save',
				action: 'Save CRM contact',
				description: 'Create a contact, or change the one with the ID or remote ID',
				routing: {
					request: { method: 'POST', url: '/crm-contacts', body: { action: 'save' } },
					send: { paginate: true, preSend: [parameters(contact)] },
					operations: { pagination: action() },
				},
			},
		],
		default: 'getAll',
	},
	...returnAllAndLimit(showList),
	simplifyProperty(showList),
	filters(
		showList,
		projectFilter,
		{
			displayName: 'CRM Type ID',
			name: 'crmTypeId',
			type: 'number',
			default: 0,
			description: 'The kind of contact (CRM Config :: Element types); 0 for all',
		},
		{
			displayName: 'Search',
			name: 'search',
			type: 'string',
			default: '',
			placeholder: 'e.g. 0123456789',
			description: 'A phone number, an ID or a name',
		},
		{
			displayName: 'Status',
			name: 'status',
			type: 'options',
			options: [
				{ name: 'All', value: '-1' },
				{ name: 'Valid', value: 'valid' },
			],
			default: 'valid',
			description: 'Which contacts to list',
		},
	),
	options(showList),
	{
		displayName: 'Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add field',
		default: {},
		displayOptions: { show: showSave },
		options: byDisplayName([
			{
				displayName: 'Address',
				name: 'address',
				type: 'string',
				default: '',
				placeholder: 'e.g. Main Street 1',
				description: 'The postal address',
			},
			{
				displayName: 'Comments',
				name: 'comments',
				type: 'string',
				default: '',
				placeholder: 'e.g. Prefers email',
				description: 'A note on the contact',
			},
			{
				displayName: 'CRM Type ID',
				name: 'crmTypeId',
				type: 'number',
				default: 0,
				description: 'The kind of contact (CRM Config :: Element types)',
			},
			{
				displayName: 'Custom Fields',
				name: 'customFields',
				type: 'json',
				default: '{}',
				description: 'A JSON object of field IDs with a text, or a list of option IDs, each',
			},
			{
				displayName: 'Direct Line',
				name: 'directLine',
				type: 'string',
				default: '',
				placeholder: 'e.g. SIP/john-doe',
				description: 'Who rings when this contact calls',
			},
			{
				displayName: 'Email',
				name: 'email',
				type: 'string',
				default: '',
				placeholder: 'e.g. name@email.com',
				description: 'The email address',
			},
			{
				displayName: 'End Date',
				name: 'endDate',
				type: 'dateTime',
				default: '',
				description: "Until when the contact counts, in the PBX's time",
			},
			{
				displayName: 'ID',
				name: 'contactId',
				type: 'string',
				default: '',
				placeholder: 'e.g. 3',
				description: 'The ID in the PBX, to change that contact',
			},
			{
				displayName: 'Name',
				name: 'name',
				type: 'string',
				default: '',
				placeholder: 'e.g. John Doe',
				description: 'The name of the contact',
			},
			{
				displayName: 'Priority',
				name: 'priority',
				type: 'string',
				default: '',
				placeholder: 'e.g. 10',
				description: 'The priority in queues, as the PBX knows it',
			},
			{
				displayName: 'Remote ID',
				name: 'remoteId',
				type: 'string',
				default: '',
				placeholder: 'e.g. CUST-12',
				description: 'Your own ID of the contact',
			},
			{
				displayName: 'Start Date',
				name: 'startDate',
				type: 'dateTime',
				default: '',
				description: "From when on the contact counts, in the PBX's time",
			},
			{
				displayName: 'Status',
				name: 'status',
				type: 'string',
				default: 'active',
				placeholder: 'e.g. active',
				description: "The state; the sample says 'active', other values are not documented",
			},
			{
				displayName: 'Telephones',
				name: 'telephones',
				type: 'string',
				default: '',
				placeholder: 'e.g. 0123456789, 0987654321',
				description: 'Numbers separated by commas, or an expression that gives a list',
			},
			{
				displayName: 'Title',
				name: 'title',
				type: 'string',
				default: '',
				placeholder: 'e.g. Dr',
				description: 'The title of the contact',
			},
			{
				displayName: 'Website',
				name: 'website',
				type: 'string',
				default: '',
				placeholder: 'e.g. https://example.com',
				description: 'The website of the contact',
			},
		]),
	},
	options(showSave, { hasTimes: true }),
];

function contactFilters(context: IExecuteSingleFunctions): IDataObject {
	const chosen = context.getNodeParameter('filters', {}) as IDataObject;
	return ifAny(
		'filters',
		named(chosen, { projectId: 'project_id', crmTypeId: 'crm_type_id', search: 'search', status: 'status' }),
	);
}

const TEXTS = {
	remoteId: 'remote_id',
	contactId: 'id',
	crmTypeId: 'crm_type_id',
	name: 'name',
	title: 'title',
	email: 'email',
	website: 'website',
	priority: 'priority',
	directLine: 'direct_line',
	address: 'address',
	comments: 'comments',
	status: 'status',
};

/** One contact of the list that the endpoint takes. */
function contact(context: IExecuteSingleFunctions): IDataObject {
	const fields = context.getNodeParameter('additionalFields', {}) as IDataObject;
	const properties: IDataObject = {
		...named(fields, TEXTS),
		...ifAny('telephones', nameList(fields.telephones)),
		...ifAny('start_date', timeOf(context, fields.startDate, 'Start Date')),
		...ifAny('end_date', timeOf(context, fields.endDate, 'End Date')),
	};
	const custom = jsonObject(context, fields.customFields ?? {}, 'Custom Fields');
	if (Object.keys(properties).length === 0 && Object.keys(custom).length === 0) {
		throw parameterError(context, "'Fields' is empty", 'Nothing was sent. Add at least a name.');
	}
	return { data: [{ properties, ...ifAny('custom_fields', custom) }] };
}
