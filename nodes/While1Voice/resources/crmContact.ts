import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { additionalFields, choice, filters, jsonObject, names, value } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { parameterError } from '../../shared/request/nodeErrors';
import { api } from '../api';
import { projectFilter, reference, time, timezoneOption } from '../fields';
import { pagesOf, resultOf } from '../lists/pages';

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

const option = { name: 'CRM Contact', value: 'crmContact', description: 'A contact in the PBX' };

/** The customers of the PBX. */
export const crmContact = resource(api, option, 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many CRM contacts',
		description: 'Get many contacts of the PBX',
		request: { method: 'POST', url: '/crm-contacts', body: { action: 'read' } },
		fields: [
			filters([
				projectFilter,
				reference('body.filters.crm_type_id', {
					displayName: 'CRM Type ID',
					name: 'crmTypeId',
					description: 'The kind of contact (CRM Config :: Element types); 0 for all',
				}),
				value('body.filters.search', {
					displayName: 'Search',
					name: 'search',
					placeholder: 'e.g. 0123456789',
					description: 'A phone number, an ID or a name',
				}),
				choice('body.filters.status', {
					displayName: 'Status',
					name: 'status',
					type: 'options',
					options: [
						{ name: 'All', value: '-1' },
						{ name: 'Valid', value: 'valid' },
					],
					default: 'valid',
					description: 'Which contacts to list',
				}),
			]),
		],
		pages: pagesOf({ hasIds: true }),
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'D',
	},
	save: {
		name: 'Save',
		action: 'Save a CRM contact',
		description: 'Create a contact, or change the one with the ID or remote ID',
		request: { method: 'POST', url: '/crm-contacts', body: { action: 'save' } },
		// The endpoint takes a list of contacts.
		fields: [
			additionalFields(
				[
					value('body.data[0].properties.address', {
						displayName: 'Address',
						name: 'address',
						placeholder: 'e.g. Main Street 1',
						description: 'The postal address',
					}),
					reference('body.data[0].properties.crm_type_id', {
						displayName: 'CRM Type ID',
						name: 'crmTypeId',
						description: 'The kind of contact (CRM Config :: Element types)',
					}),
					value('body.data[0].properties.comments', {
						displayName: 'Comments',
						name: 'comments',
						placeholder: 'e.g. Prefers email',
						description: 'A note on the contact',
					}),
					jsonObject('body.data[0].custom_fields', {
						displayName: 'Custom Fields',
						name: 'customFields',
						description: 'A JSON object of field IDs with a text, or a list of option IDs, each',
					}),
					value('body.data[0].properties.direct_line', {
						displayName: 'Direct Line',
						name: 'directLine',
						placeholder: 'e.g. SIP/john-doe',
						description: 'Who rings when this contact calls',
					}),
					value('body.data[0].properties.email', {
						displayName: 'Email',
						name: 'email',
						placeholder: 'e.g. name@email.com',
						description: 'The email address',
					}),
					time('body.data[0].properties.end_date', {
						displayName: 'Valid Until',
						name: 'endDate',
						description: "Until when the contact counts, in the PBX's time (end_date)",
					}),
					value('body.data[0].properties.id', {
						displayName: 'ID',
						name: 'contactId',
						placeholder: 'e.g. 3',
						description: 'The ID in the PBX, to change that contact',
					}),
					value('body.data[0].properties.name', {
						displayName: 'Name',
						name: 'name',
						placeholder: 'e.g. John Doe',
						description: 'The name of the contact',
					}),
					value('body.data[0].properties.priority', {
						displayName: 'Priority',
						name: 'priority',
						placeholder: 'e.g. 10',
						description: 'The priority in queues, as the PBX knows it',
					}),
					value('body.data[0].properties.remote_id', {
						displayName: 'Remote ID',
						name: 'remoteId',
						placeholder: 'e.g. CUST-12',
						description: 'Your own ID of the contact',
					}),
					time('body.data[0].properties.start_date', {
						displayName: 'Valid From',
						name: 'startDate',
						description: "From when on the contact counts, in the PBX's time (start_date)",
					}),
					value('body.data[0].properties.status', {
						displayName: 'Status',
						name: 'status',
						default: 'active',
						placeholder: 'e.g. active',
						description: "The state; the sample says 'active', other values are not documented",
					}),
					names('body.data[0].properties.telephones', {
						displayName: 'Telephones',
						name: 'telephones',
						placeholder: 'e.g. 0123456789, 0987654321',
						description: 'Numbers separated by commas, or an expression that gives a list',
					}),
					value('body.data[0].properties.title', {
						displayName: 'Title',
						name: 'title',
						placeholder: 'e.g. Dr',
						description: 'The title of the contact',
					}),
					value('body.data[0].properties.website', {
						displayName: 'Website',
						name: 'website',
						placeholder: 'e.g. https://example.com',
						description: 'The website of the contact',
					}),
				],
				'Fields',
			),
		],
		options: [timezoneOption],
		complete: withProperties,
		output: resultOf,
		effect: 'writes',
		evidence: 'D',
	},
});

async function withProperties(
	this: IExecuteSingleFunctions,
	request: IHttpRequestOptions,
): Promise<IHttpRequestOptions> {
	const { data, ...body } = request.body as IDataObject & { data?: IDataObject[] };
	if (data === undefined) {
		throw parameterError(this, "'Fields' is empty", 'Nothing was sent. Add at least a name.');
	}
	return { ...request, body: { ...body, data: data.map((contact) => ({ properties: {}, ...contact })) } };
}
