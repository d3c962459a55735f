import type { IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { additionalFields, jsonObject, text, value } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { reference } from '../fields';
import { resultOf } from '../lists/pages';

const option = { name: 'CRM Lead', value: 'crmLead', description: 'A lead in the PBX' };

export const crmLead = resource(api, option, 'save', {
	save: {
		name: 'Save',
		action: 'Save a CRM lead',
		description: 'Create a lead, or change the one with the ID or remote ID',
		request: { method: 'POST', url: '/crm-leads', body: { action: 'save' } },
		fields: [
			text('body.data.properties.remote_id', {
				displayName: 'Remote ID',
				name: 'remoteId',
				required: true,
				placeholder: 'e.g. ASDF1234',
				description: 'Your own ID of the lead. A lead with the same one is changed.',
			}),
			additionalFields(
				[
					reference('body.data.properties.crm_type_id', {
						displayName: 'CRM Type ID',
						name: 'crmTypeId',
						description: 'The kind of lead (CRM Config :: Element types)',
					}),
					value('body.data.properties.contact_email', {
						displayName: 'Contact Email',
						name: 'contactEmail',
						placeholder: 'e.g. name@email.com',
						description: 'The email address of the contact',
					}),
					value('body.data.properties.contact_name', {
						displayName: 'Contact Name',
						name: 'contactName',
						placeholder: 'e.g. John Doe',
						description: 'The name of the contact',
					}),
					value('body.data.properties.contact_telephone', {
						displayName: 'Contact Telephone',
						name: 'contactTelephone',
						placeholder: 'e.g. 0123456789',
						description: 'The number of the contact',
					}),
					jsonObject('body.data.custom_fields', {
						displayName: 'Custom Fields',
						name: 'customFields',
						description: 'A JSON object of field IDs with a text, or a list of option IDs, each',
					}),
					value('body.data.properties.id', {
						displayName: 'ID',
						name: 'leadId',
						placeholder: 'e.g. 12',
						description: 'The ID in the PBX; empty to find the lead by its remote ID',
					}),
					value('body.data.properties.referrer_source', {
						displayName: 'Referrer Source',
						name: 'referrerSource',
						placeholder: 'e.g. website',
						description: 'Where the lead came from',
					}),
					value('body.data.properties.subject', {
						displayName: 'Subject',
						name: 'subject',
						placeholder: 'e.g. Offer for 20 phones',
						description: 'What the lead is about',
					}),
				],
				'Fields',
			),
		],
		complete: byRemoteId,
		output: resultOf,
		effect: 'writes',
		evidence: 'D',
	},
});

/** Unlike contacts, leads are a map by your own ID; an empty `id` makes the PBX look for the remote ID. */
async function byRemoteId(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	const { data, ...body } = request.body as { data: { properties: { remote_id: string } } };
	const lead = { ...data, properties: { id: '', ...data.properties } };
	return { ...request, body: { ...body, data: { [data.properties.remote_id]: lead } } };
}
