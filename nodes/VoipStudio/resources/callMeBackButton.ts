import type { INodeProperties } from 'n8n-workflow';

import { dryRunProperty } from '../../shared/dryRun';
import { maxWaitProperty } from '../../shared/properties';
import { bodyOf, deleted, notEmpty, oneRecord, toRecord, type BodyFields, type PreSend } from '../requests';
import { createOnce } from '../sending';

const resource = ['callMeBackButton'];
const PATH = '/callmeback/buttons/{id}';
const toButton = toRecord('buttonId', 'Button ID', PATH);

const FIELDS: BodyFields = {
	dataOffline: { field: 'data_offline', label: 'Data Offline', as: 'text' },
	dataOnline: { field: 'data_online', label: 'Data Online', as: 'text' },
	name: { field: 'name', label: 'Name', as: 'text' },
};

/** The document names the attributes only for the change of a button; the same are sent for a new one. */
const createBody: PreSend = async function (request) {
	return { ...request, body: bodyOf(this, ['additionalFields'], FIELDS) };
};

const updateBody: PreSend = async function (request) {
	return { ...(await toButton.call(this, request)), body: notEmpty(this, bodyOf(this, ['updateFields'], FIELDS)) };
};

const ATTRIBUTES: INodeProperties[] = [
	{
		displayName: 'Data Offline',
		name: 'dataOffline',
		type: 'string',
		default: '',
		placeholder: 'e.g. data:image/png;base64,iVBORw0KGgo…',
		description: 'The image of the button while nobody can call back, in the form that your existing buttons show',
	},
	{
		displayName: 'Data Online',
		name: 'dataOnline',
		type: 'string',
		default: '',
		placeholder: 'e.g. data:image/png;base64,iVBORw0KGgo…',
		description: 'The image of the button while somebody can call back, in the form that your existing buttons show',
	},
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		placeholder: 'e.g. Green button',
		description: 'The name of the button',
	},
];

/** Call Me Back buttons: /callmeback/buttons. */
export const callMeBackButton: INodeProperties[] = [
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
				action: 'Create call me back button',
				description: 'Create a button for Call Me Back widgets',
				routing: {
					request: { method: 'POST', url: '/callmeback/buttons' },
					send: { paginate: true, preSend: [createBody] },
					operations: { pagination: createOnce() },
				},
			},
			{
				name: 'Delete',
				value: 'delete',
				action: 'Delete call me back button',
				description: 'Delete a button of Call Me Back widgets',
				routing: {
					request: { method: 'DELETE', url: PATH },
					send: { paginate: true, preSend: [toButton] },
					operations: { pagination: deleted },
				},
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get call me back button',
				description: 'Get a button of Call Me Back widgets',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toButton] },
					operations: { pagination: oneRecord() },
				},
			},
			{
				name: 'Update',
				value: 'update',
				action: 'Update call me back button',
				description: 'Change a button of Call Me Back widgets',
				routing: {
					request: { method: 'PATCH', url: PATH },
					send: { paginate: true, preSend: [updateBody] },
					operations: { pagination: oneRecord() },
				},
			},
		],
		default: 'get',
	},
	{
		displayName: 'Button ID',
		name: 'buttonId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 530',
		displayOptions: { show: { resource, operation: ['get', 'update', 'delete'] } },
		description: "The ID of the button. Call Me Back settings name it in 'button_id'; VoIPstudio lists no buttons.",
	},
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
		displayOptions: { show: { resource, operation: ['delete', 'get', 'update'] } },
		options: [maxWaitProperty],
	},
];
