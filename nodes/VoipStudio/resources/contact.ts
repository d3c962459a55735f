import { additionalFields, flag, text, updateFields, value } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { api, recordOf } from '../api';
import { locator, somethingOf } from '../fields';
import { listFields, singleRecord } from '../lists/list';
import { pages } from '../lists/pages';
import { properties } from '../lists/properties';

const PATH = '/contacts/{id}';

const contactId = locator('path', 'searchContacts', {
	displayName: 'Contact',
	name: 'contactId',
	required: true,
	description: 'The contact to read or to change',
});

const ATTRIBUTES = [
	text('body.email', {
		displayName: 'Email',
		name: 'email',
		placeholder: 'e.g. name@email.com',
		description: 'The e-mail address of the contact',
	}),
	text('body.first_name', {
		displayName: 'First Name',
		name: 'firstName',
		placeholder: 'e.g. Aisha',
		description: 'The first name of the contact',
	}),
	flag('body.global', {
		displayName: 'Global',
		name: 'global',
		description: 'Whether all users of the account see the contact',
	}),
	text('body.group_name', {
		displayName: 'Group Name',
		name: 'groupName',
		placeholder: 'e.g. Customers',
		description: 'The group the contact belongs to',
	}),
	value('body.labels', {
		displayName: 'Labels',
		name: 'labels',
		placeholder: 'e.g. vip',
		description: 'Labels of the contact. VoIPstudio documents a text; a list from an expression is sent as a list.',
	}),
	text('body.last_name', {
		displayName: 'Last Name',
		name: 'lastName',
		placeholder: 'e.g. Rahman',
		description: 'The last name of the contact',
	}),
	text('body.mobile', {
		displayName: 'Mobile',
		name: 'mobile',
		placeholder: 'e.g. 34600000000',
		description: 'The mobile number of the contact',
	}),
	text('body.notes', {
		displayName: 'Notes',
		name: 'notes',
		placeholder: 'e.g. Prefers to be called in the morning',
		typeOptions: { rows: 3 },
		description: 'Notes about the contact',
	}),
	text('body.speed_dial_mobile', {
		displayName: 'Speed Dial Mobile',
		name: 'speedDialMobile',
		placeholder: 'e.g. 12',
		description: 'The short number for the mobile',
	}),
	text('body.speed_dial_phone', {
		displayName: 'Speed Dial Phone',
		name: 'speedDialPhone',
		placeholder: 'e.g. 11',
		description: 'The short number for the telephone',
	}),
	text('body.tel', {
		displayName: 'Telephone',
		name: 'tel',
		placeholder: 'e.g. 34910000000',
		description: 'The telephone number of the contact',
	}),
];

const PROPERTIES = properties('created_at first_name global group_name id internal last_name user_id', [
	{ name: 'Related User ID', value: 'rel_user_id' },
]);

const option = { name: 'Contact', value: 'contact', description: 'An entry of the address book' };

export const contact = resource(api, option, 'getAll', {
	create: {
		name: 'Create',
		action: 'Create a contact',
		description: 'Create a contact',
		request: { method: 'POST', url: '/contacts' },
		fields: [additionalFields(ATTRIBUTES)],
		complete: somethingOf('Additional Fields'),
		output: recordOf,
		effect: 'writes',
		evidence: 'D',
	},
	get: {
		name: 'Get',
		action: 'Get a contact',
		description: 'Get a contact',
		request: { method: 'GET', url: PATH },
		fields: [contactId],
		...singleRecord(),
		effect: 'reads',
		evidence: 'D',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many contacts',
		description: 'Get many contacts',
		request: { method: 'GET', url: '/contacts' },
		...listFields(PROPERTIES, { first: 'last_name', example: 'Rahman or 2026-11-21' }),
		pages,
		effect: 'reads',
		evidence: 'D',
	},
	update: {
		name: 'Update',
		action: 'Update a contact',
		description: 'Change a contact',
		request: { method: 'PATCH', url: PATH },
		fields: [contactId, updateFields(ATTRIBUTES)],
		complete: somethingOf('Update Fields'),
		output: recordOf,
		effect: 'writes',
		evidence: 'D',
	},
});
