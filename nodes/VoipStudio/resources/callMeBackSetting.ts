import type { INodeProperties } from 'n8n-workflow';

import {
	additionalFields,
	changedText,
	flag,
	idNumber,
	type Kind,
	number,
	text,
	updateFields,
	value,
} from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { api, recordOf } from '../api';
import { asE164Number, deleted, locator, somethingOf } from '../fields';
import { CALL_ME_BACK_FIELDS } from '../lists/callMeBackFields';
import { listFields, singleRecord } from '../lists/list';
import { pagesIfMore } from '../lists/pages';

const PATH = '/callmeback/settings/{id}';

/** What visitors see of a widget, and whom it serves. A change returns the whole record: nothing that was just set is hidden. */
const SIMPLE_FIELDS = [
	'id',
	'name',
	'button_id',
	'ddi',
	'position',
	'culture',
	'allowed_countries',
	'show_to_allowed_countries_only',
	'welcome_screen_msg',
	'privacy_policy_url',
] as const;

const settingId = locator('path', 'searchCallMeBackSettings', {
	displayName: 'Setting',
	name: 'settingId',
	required: true,
	description: 'The Call Me Back widget',
});

/** The attributes of a widget; the document marks none as required. Only what visitors read can be emptied. */
const attributes = (asText: Kind): INodeProperties[] => [
	value('body.allowed_countries', {
		displayName: 'Allowed Countries',
		name: 'allowedCountries',
		placeholder: 'e.g. ES,PT,GB',
		description:
			'The countries visitors may be called back in. VoIPstudio does not document the form; what you enter, or the list an expression gives, is sent as it is.',
	}),
	idNumber('body.button_id', {
		displayName: 'Button ID',
		name: 'buttonId',
		placeholder: 'e.g. 530',
		description: 'The ID of the Call Me Back button',
	}),
	text('body.culture', {
		displayName: 'Culture',
		name: 'culture',
		placeholder: 'e.g. en_GB',
		description:
			'The language of the widget, in the form that your existing settings show: a number, as the document prints it, is sent as a text',
	}),
	locator(
		'body.ddi_e164',
		'searchPhoneNumbers',
		{
			displayName: 'DDI Number',
			name: 'ddiE164',
			description: 'The number of the account that the call goes through, in international form',
		},
		asE164Number,
	),
	flag('body.floating_icon', {
		displayName: 'Floating Icon',
		name: 'floatingIcon',
		description: 'Whether the icon floats over the page',
	}),
	number('body.max_call_rate', {
		displayName: 'Max Call Rate',
		name: 'maxCallRate',
		typeOptions: { numberPrecision: 4, minValue: 0 },
		description: 'The highest price of a call in a minute',
	}),
	text('body.name', {
		displayName: 'Name',
		name: 'name',
		placeholder: 'e.g. Shop callback',
		description: 'The name of the widget',
	}),
	text('body.position', {
		displayName: 'Position',
		name: 'position',
		placeholder: 'e.g. bottom-right',
		description:
			'Where the widget stands, in the form that your existing settings show: a number, as the document prints it, is sent as a text',
	}),
	asText('body.privacy_policy_url', {
		displayName: 'Privacy Policy URL',
		name: 'privacyPolicyUrl',
		placeholder: 'e.g. https://example.com/privacy',
		description: 'The address of the privacy policy that the widget links to',
	}),
	flag('body.show_to_allowed_countries_only', {
		displayName: 'Show to Allowed Countries Only',
		name: 'showToAllowedCountriesOnly',
		description: 'Whether visitors from other countries do not see the widget',
	}),
	asText('body.welcome_screen_msg', {
		displayName: 'Welcome Screen Message',
		name: 'welcomeScreenMsg',
		placeholder: 'e.g. May we call you back?',
		description: 'The text on the first screen of the widget',
	}),
];

const option = { name: 'Call Me Back Setting', value: 'callMeBackSetting', description: 'The settings of a widget' };

export const callMeBackSetting = resource(api, option, 'getAll', {
	create: {
		name: 'Create',
		action: 'Create a call me back setting',
		description: 'Create the settings of a Call Me Back widget',
		request: { method: 'POST', url: '/callmeback/settings' },
		fields: [additionalFields(attributes(text))],
		output: recordOf,
		effect: 'writes',
		evidence: 'P',
	},
	delete: {
		name: 'Delete',
		action: 'Delete a call me back setting',
		description: 'Delete the settings of a Call Me Back widget',
		request: { method: 'DELETE', url: PATH },
		fields: [settingId],
		output: deleted,
		isKeptFromAgents: true,
		effect: 'writes',
		evidence: 'P',
	},
	get: {
		name: 'Get',
		action: 'Get a call me back setting',
		description: 'Get the settings of a Call Me Back widget',
		request: { method: 'GET', url: PATH },
		fields: [settingId],
		...singleRecord(SIMPLE_FIELDS),
		effect: 'reads',
		evidence: 'P',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many call me back settings',
		description: 'Get the settings of many Call Me Back widgets',
		request: { method: 'GET', url: '/callmeback/settings' },
		...listFields(CALL_ME_BACK_FIELDS, { first: 'name', example: 'Shop or 2026-11-21' }),
		pages: pagesIfMore,
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'P',
	},
	update: {
		name: 'Update',
		action: 'Update a call me back setting',
		description: 'Change some settings of a Call Me Back widget',
		request: { method: 'PATCH', url: PATH },
		fields: [settingId, updateFields(attributes(changedText))],
		complete: somethingOf('Update Fields'),
		output: recordOf,
		effect: 'writes',
		evidence: 'P',
	},
});
