import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { requiredText } from '../../shared/operations';
import { action } from '../api';
import { ifAny, jsonObject, named, options, parameters } from '../parameters';

const show = { resource: ['crmLead'], operation: ['save'] };

/** Leads of the PBX: crm-leads. */
export const crmLead: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['crmLead'] } },
		options: [
			{
				name: 'Save',
				value: 'save',
				action: 'Save CRM lead',
				description: 'Create a lead, or change the one with the ID or remote ID',
				routing: {
					request: { method: 'POST', url: '/crm-leads', body: { action: 'save' } },
					send: { paginate: true, preSend: [parameters(lead)] },
					operations: { pagination: action() },
				},
			},
		],
		default: 'save',
	},
	{
		displayName: 'Remote ID',
		name: 'remoteId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. ASDF1234',
		displayOptions: { show },
		description: 'Your own ID of the lead. A lead with the same one is changed.',
	},
	{
		displayName: 'Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add field',
		default: {},
		displayOptions: { show },
		options: [
			{
				displayName: 'Contact Email',
				name: 'contactEmail',
				type: 'string',
				default: '',
				placeholder: 'e.g. name@email.com',
				description: 'The email address of the contact',
			},
			{
				displayName: 'Contact Name',
				name: 'contactName',
				type: 'string',
				default: '',
				placeholder: 'e.g. John Doe',
				description: 'The name of the contact',
			},
			{
				displayName: 'Contact Telephone',
				name: 'contactTelephone',
				type: 'string',
				default: '',
				placeholder: 'e.g. 0123456789',
				description: 'The number of the contact',
			},
			{
				displayName: 'CRM Type ID',
				name: 'crmTypeId',
				type: 'number',
				default: 0,
				description: 'The kind of lead (CRM Config :: Element types)',
			},
			{
				displayName: 'Custom Fields',
				name: 'customFields',
				type: 'json',
				default: '{}',
				description: 'A JSON object of field IDs with a text, or a list of option IDs, each',
			},
			{
				displayName: 'ID',
				name: 'leadId',
				type: 'string',
				default: '',
				placeholder: 'e.g. 12',
				description: 'The ID in the PBX; empty to find the lead by its remote ID',
			},
			{
				displayName: 'Referrer Source',
				name: 'referrerSource',
				type: 'string',
				default: '',
				placeholder: 'e.g. website',
				description: 'Where the lead came from',
			},
			{
				displayName: 'Subject',
				name: 'subject',
				type: 'string',
				default: '',
				placeholder: 'e.g. Offer for 20 phones',
				description: 'What the lead is about',
			},
		],
	},
	options(show),
];

/** Unlike contacts, leads are a map by your own ID; an empty `id` makes the PBX look for the remote ID. */
function lead(context: IExecuteSingleFunctions): IDataObject {
	const remoteId = requiredText(context, context.getNodeParameter('remoteId'), 'Remote ID', 'ASDF1234');
	const fields = context.getNodeParameter('additionalFields', {}) as IDataObject;
	const properties = {
		id: '',
		...named(fields, { leadId: 'id', crmTypeId: 'crm_type_id' }),
		remote_id: remoteId,
		...named(fields, {
			subject: 'subject',
			contactName: 'contact_name',
			contactEmail: 'contact_email',
			contactTelephone: 'contact_telephone',
			referrerSource: 'referrer_source',
		}),
	};
	return {
		data: {
			[remoteId]: {
				properties,
				...ifAny('custom_fields', jsonObject(context, fields.customFields ?? {}, 'Custom Fields')),
			},
		},
	};
}
