import type { INodeProperties } from 'n8n-workflow';

import { dryRunProperty } from '../../shared/dryRun';
import { maxWaitProperty, returnAllAndLimit } from '../../shared/properties';
import { getManyOf } from '../list';
import { bodyOf, locator, notEmpty, oneRecord, toRecord, type BodyFields, type PreSend } from '../requests';
import { createOnce } from '../sending';

const resource = ['contact'];
const PATH = '/contacts/{id}';
const toContact = toRecord('contactId', 'Contact', PATH);

const FIELDS: BodyFields = {
	email: { field: 'email', label: 'Email', as: 'text' },
	firstName: { field: 'first_name', label: 'First Name', as: 'text' },
	global: { field: 'global', label: 'Global', as: 'boolean' },
	groupName: { field: 'group_name', label: 'Group Name', as: 'text' },
	labels: { field: 'labels', label: 'Labels', as: 'any' },
	lastName: { field: 'last_name', label: 'Last Name', as: 'text' },
	mobile: { field: 'mobile', label: 'Mobile', as: 'text' },
	notes: { field: 'notes', label: 'Notes', as: 'text' },
	speedDialMobile: { field: 'speed_dial_mobile', label: 'Speed Dial Mobile', as: 'text' },
	speedDialPhone: { field: 'speed_dial_phone', label: 'Speed Dial Phone', as: 'text' },
	tel: { field: 'tel', label: 'Telephone', as: 'text' },
};

const createBody: PreSend = async function (request) {
	return { ...request, body: notEmpty(this, bodyOf(this, ['additionalFields'], FIELDS), 'Additional Fields') };
};

const updateBody: PreSend = async function (request) {
	return { ...(await toContact.call(this, request)), body: notEmpty(this, bodyOf(this, ['updateFields'], FIELDS)) };
};

const ATTRIBUTES: INodeProperties[] = [
	{
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '',
		placeholder: 'e.g. name@email.com',
		description: 'The e-mail address of the contact',
	},
	{
		displayName: 'First Name',
		name: 'firstName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Aisha',
		description: 'The first name of the contact',
	},
	{
		displayName: 'Global',
		name: 'global',
		type: 'boolean',
		default: false,
		description: 'Whether all users of the account see the contact',
	},
	{
		displayName: 'Group Name',
		name: 'groupName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Customers',
		description: 'The group the contact belongs to',
	},
	{
		displayName: 'Labels',
		name: 'labels',
		type: 'string',
		default: '',
		placeholder: 'e.g. vip',
		description: 'Labels of the contact. VoIPstudio documents a text; a list from an expression is sent as a list.',
	},
	{
		displayName: 'Last Name',
		name: 'lastName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Rahman',
		description: 'The last name of the contact',
	},
	{
		displayName: 'Mobile',
		name: 'mobile',
		type: 'string',
		default: '',
		placeholder: 'e.g. 34600000000',
		description: 'The mobile number of the contact',
	},
	{
		displayName: 'Notes',
		name: 'notes',
		type: 'string',
		default: '',
		placeholder: 'e.g. Prefers to be called in the morning',
		typeOptions: { rows: 3 },
		description: 'Notes about the contact',
	},
	{
		displayName: 'Speed Dial Mobile',
		name: 'speedDialMobile',
		type: 'string',
		default: '',
		placeholder: 'e.g. 12',
		description: 'The short number for the mobile',
	},
	{
		displayName: 'Speed Dial Phone',
		name: 'speedDialPhone',
		type: 'string',
		default: '',
		placeholder: 'e.g. 11',
		description: 'The short number for the telephone',
	},
	{
		displayName: 'Telephone',
		name: 'tel',
		type: 'string',
		default: '',
		placeholder: 'e.g. 34910000000',
		description: 'The telephone number of the contact',
	},
];

/** Contacts: /contacts. */
export const contact: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource } },
		options: [
			{
				name: 'Create',
				value: 'create',
				action: 'Create contact',
				description: 'Create a contact',
				routing: {
					request: { method: 'POST', url: '/contacts' },
					send: { paginate: true, preSend: [createBody] },
					operations: { pagination: createOnce() },
				},
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get contact',
				description: 'Get a contact',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toContact] },
					operations: { pagination: oneRecord() },
				},
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many contacts',
				description: 'Get many contacts',
				routing: getManyOf({ path: '/contacts', isSorted: false }),
			},
			{
				name: 'Update',
				value: 'update',
				action: 'Update contact',
				description: 'Change a contact',
				routing: {
					request: { method: 'PATCH', url: PATH },
					send: { paginate: true, preSend: [updateBody] },
					operations: { pagination: oneRecord() },
				},
			},
		],
		default: 'getAll',
	},
	...returnAllAndLimit({ resource, operation: ['getAll'] }),
	locator('Contact', 'contactId', 'searchContacts', 'The contact to read or to change', {
		resource,
		operation: ['get', 'update'],
	}),
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add field',
		default: {},
		displayOptions: { show: { resource, operation: ['create'] } },
		options: ATTRIBUTES,
	},
	{
		displayName: 'Update Fields',
		name: 'updateFields',
		type: 'collection',
		placeholder: 'Add field',
		default: {},
		displayOptions: { show: { resource, operation: ['update'] } },
		options: ATTRIBUTES,
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource, operation: ['create'] } },
		options: [dryRunProperty, maxWaitProperty],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource, operation: ['get', 'getAll', 'update'] } },
		options: [maxWaitProperty],
	},
];
