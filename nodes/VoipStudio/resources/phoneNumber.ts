import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { listFields } from '../lists/list';
import { pages } from '../lists/pages';
import { properties } from '../lists/properties';

const SIMPLE_FIELDS = [
	'id',
	'e164',
	'name',
	'status',
	'sms_enabled',
	'fax_enabled',
	'channels',
	'target_type',
	'target_id',
	'created_at',
] as const;

const PROPERTIES = properties('channels created_at fax_enabled id name sms_enabled status target_id target_type', [
	{ name: 'Number', value: 'e164', description: 'Digits only' },
]);

const option = { name: 'Phone Number', value: 'phoneNumber', description: 'A number (DDI) of the account' };

export const phoneNumber = resource(api, option, 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many phone numbers',
		description: 'Get many phone numbers (DDIs) of the account',
		request: { method: 'GET', url: '/ddis' },
		...listFields(PROPERTIES, { first: 'e164', example: '34910000000 or 1' }),
		pages,
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'C',
	},
});
