import type { INodeProperties } from 'n8n-workflow';

import { additionalFields, changedText, id, type Kind, text, updateFields } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { api, recordOf } from '../api';
import { deleted, somethingOf } from '../fields';
import { singleRecord } from '../lists/list';

const PATH = '/callmeback/buttons/{id}';

const buttonId = id('path', {
	displayName: 'Button ID',
	name: 'buttonId',
	required: true,
	placeholder: 'e.g. 530',
	description: "The ID of the button. Call Me Back settings name it in 'button_id'; VoIPstudio lists no buttons.",
	hint: 'VoIPstudio\'s document calls it "CallMeBackSetting identifier". If a button is not found by its own ID, enter that of the setting.',
});

/** The document names the attributes only for the change of a button; the same are sent for a new one. */
const attributes = (asText: Kind): INodeProperties[] => [
	asText('body.data_offline', {
		displayName: 'Data Offline',
		name: 'dataOffline',
		placeholder: 'e.g. data:image/png;base64,iVBORw0KGgo…',
		description: 'The image of the button while nobody can call back, in the form that your existing buttons show',
	}),
	asText('body.data_online', {
		displayName: 'Data Online',
		name: 'dataOnline',
		placeholder: 'e.g. data:image/png;base64,iVBORw0KGgo…',
		description: 'The image of the button while somebody can call back, in the form that your existing buttons show',
	}),
	text('body.name', {
		displayName: 'Name',
		name: 'name',
		placeholder: 'e.g. Green button',
		description: 'The name of the button',
	}),
];

const option = { name: 'Call Me Back Button', value: 'callMeBackButton', description: 'The button of a widget' };

export const callMeBackButton = resource(api, option, 'get', {
	create: {
		name: 'Create',
		action: 'Create a call me back button',
		description: 'Create a button for Call Me Back widgets',
		request: { method: 'POST', url: '/callmeback/buttons' },
		fields: [additionalFields(attributes(text))],
		output: recordOf,
		effect: 'writes',
		evidence: 'P',
	},
	delete: {
		name: 'Delete',
		action: 'Delete a call me back button',
		description: 'Delete a button of Call Me Back widgets',
		request: { method: 'DELETE', url: PATH },
		fields: [buttonId],
		output: deleted,
		isKeptFromAgents: true,
		effect: 'writes',
		evidence: 'P',
	},
	get: {
		name: 'Get',
		action: 'Get a call me back button',
		description: 'Get a button of Call Me Back widgets',
		request: { method: 'GET', url: PATH },
		fields: [buttonId],
		...singleRecord(),
		effect: 'reads',
		evidence: 'P',
	},
	update: {
		name: 'Update',
		action: 'Update a call me back button',
		description: 'Change a button of Call Me Back widgets',
		request: { method: 'PATCH', url: PATH },
		fields: [buttonId, updateFields(attributes(changedText))],
		complete: somethingOf('Update Fields'),
		output: recordOf,
		effect: 'writes',
		evidence: 'P',
	},
});
