import type { INodeProperties } from 'n8n-workflow';

import { dryRunProperty } from '../../shared/dryRun';
import { maxWaitProperty, returnAllAndLimit, simplifyProperty } from '../../shared/properties';
import { getManyOf } from '../list';
import { bodyOf, deleted, locator, notEmpty, oneRecord, toRecord, type BodyFields, type PreSend } from '../requests';
import { createOnce } from '../sending';

const resource = ['callMeBackSetting'];
const SIMPLE_FIELDS = [
	'id',
	'name',
	'title',
	'button_id',
	'ddi',
	'position',
	'culture',
	'floating_icon',
	'max_call_rate',
	'created_at',
] as const;

const PATH = '/callmeback/settings/{id}';
const toSetting = toRecord('settingId', 'Setting', PATH);

const FIELDS: BodyFields = {
	allowedCountries: { field: 'allowed_countries', label: 'Allowed Countries', as: 'any' },
	buttonId: { field: 'button_id', label: 'Button ID', as: 'id' },
	culture: { field: 'culture', label: 'Culture', as: 'text' },
	ddiE164: { field: 'ddi_e164', label: 'DDI Number', as: 'e164' },
	floatingIcon: { field: 'floating_icon', label: 'Floating Icon', as: 'boolean' },
	maxCallRate: { field: 'max_call_rate', label: 'Max Call Rate', as: 'number' },
	name: { field: 'name', label: 'Name', as: 'text' },
	position: { field: 'position', label: 'Position', as: 'text' },
	privacyPolicyUrl: { field: 'privacy_policy_url', label: 'Privacy Policy URL', as: 'text' },
	showToAllowedCountriesOnly: {
		field: 'show_to_allowed_countries_only',
		label: 'Show to Allowed Countries Only',
		as: 'boolean',
	},
	welcomeScreenMsg: { field: 'welcome_screen_msg', label: 'Welcome Screen Message', as: 'text' },
};

const createBody: PreSend = async function (request) {
	return { ...request, body: bodyOf(this, ['additionalFields'], FIELDS) };
};

const updateBody: PreSend = async function (request) {
	return { ...(await toSetting.call(this, request)), body: notEmpty(this, bodyOf(this, ['updateFields'], FIELDS)) };
};

/** The attributes of a widget; the document marks none as required. */
const ATTRIBUTES: INodeProperties[] = [
	{
		displayName: 'Allowed Countries',
		name: 'allowedCountries',
		type: 'string',
		default: '',
		placeholder: 'e.g. ES,PT,GB',
		description:
			'The countries visitors may be called back in. VoIPstudio does not document the form; what you enter, or the list an expression gives, is sent as it is.',
	},
	{
		displayName: 'Button ID',
		name: 'buttonId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 530',
		description: 'The ID of the Call Me Back button',
	},
	{
		displayName: 'Culture',
		name: 'culture',
		type: 'string',
		default: '',
		placeholder: 'e.g. en_GB',
		description: 'The language of the widget, in the form that your existing settings show',
	},
	locator(
		'DDI Number',
		'ddiE164',
		'searchPhoneNumbers',
		'The number of the account that the call goes through, in international form',
	),
	{
		displayName: 'Floating Icon',
		name: 'floatingIcon',
		type: 'boolean',
		default: false,
		description: 'Whether the icon floats over the page',
	},
	{
		displayName: 'Max Call Rate',
		name: 'maxCallRate',
		type: 'number',
		typeOptions: { numberPrecision: 4, minValue: 0 },
		default: 0,
		description: 'The highest price of a call in a minute',
	},
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		placeholder: 'e.g. Shop callback',
		description: 'The name of the widget',
	},
	{
		displayName: 'Position',
		name: 'position',
		type: 'string',
		default: '',
		placeholder: 'e.g. bottom-right',
		description: 'Where the widget stands, in the form that your existing settings show',
	},
	{
		displayName: 'Privacy Policy URL',
		name: 'privacyPolicyUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/privacy',
		description: 'The address of the privacy policy that the widget links to',
	},
	{
		displayName: 'Show to Allowed Countries Only',
		name: 'showToAllowedCountriesOnly',
		type: 'boolean',
		default: false,
		description: 'Whether visitors from other countries do not see the widget',
	},
	{
		displayName: 'Welcome Screen Message',
		name: 'welcomeScreenMsg',
		type: 'string',
		default: '',
		placeholder: 'e.g. May we call you back?',
		description: 'The text on the first screen of the widget',
	},
];

/** Call Me Back widgets: /callmeback/settings. */
export const callMeBackSetting: INodeProperties[] = [
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
				action: 'Create call me back setting',
				description: 'Create the settings of a Call Me Back widget',
				routing: {
					request: { method: 'POST', url: '/callmeback/settings' },
					send: { paginate: true, preSend: [createBody] },
					operations: { pagination: createOnce(SIMPLE_FIELDS) },
				},
			},
			{
				name: 'Delete',
				value: 'delete',
				action: 'Delete call me back setting',
				description: 'Delete the settings of a Call Me Back widget',
				routing: {
					request: { method: 'DELETE', url: PATH },
					send: { paginate: true, preSend: [toSetting] },
					operations: { pagination: deleted },
				},
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get call me back setting',
				description: 'Get the settings of a Call Me Back widget',
				routing: {
					request: { method: 'GET', url: PATH },
					send: { paginate: true, preSend: [toSetting] },
					operations: { pagination: oneRecord(SIMPLE_FIELDS) },
				},
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many call me back settings',
				description: 'Get the settings of many Call Me Back widgets',
				routing: getManyOf({ path: '/callmeback/settings', isSorted: false, simpleFields: SIMPLE_FIELDS }),
			},
			{
				name: 'Update',
				value: 'update',
				action: 'Update call me back setting',
				description: 'Change some settings of a Call Me Back widget',
				routing: {
					request: { method: 'PATCH', url: PATH },
					send: { paginate: true, preSend: [updateBody] },
					operations: { pagination: oneRecord(SIMPLE_FIELDS) },
				},
			},
		],
		default: 'getAll',
	},
	...returnAllAndLimit({ resource, operation: ['getAll'] }),
	locator('Setting', 'settingId', 'searchCallMeBackSettings', 'The Call Me Back widget', {
		resource,
		operation: ['get', 'update', 'delete'],
	}),
	simplifyProperty({ resource, operation: ['getAll', 'get', 'create', 'update'] }),
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
		displayOptions: { show: { resource, operation: ['delete', 'get', 'getAll', 'update'] } },
		options: [maxWaitProperty],
	},
];
