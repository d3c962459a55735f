import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { CALL_ME_BACK_FIELDS } from '../lists/callMeBackFields';
import { listFields } from '../lists/list';
import { pagesIfMore } from '../lists/pages';

const SIMPLE_FIELDS = [
	'id',
	'name',
	'title',
	'button_id',
	'ddi',
	'position',
	'culture',
	'floating_icon',
	'allowed_countries',
	'created_at',
] as const;

const option = { name: 'Call Me Back Website', value: 'callMeBackWebsite', description: 'A website with a widget' };

export const callMeBackWebsite = resource(api, option, 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many call me back websites',
		description: 'Get many websites with a Call Me Back widget',
		request: { method: 'GET', url: '/callmeback/websites' },
		...listFields(CALL_ME_BACK_FIELDS, { first: 'name', example: 'Shop or 2026-11-21' }),
		pages: pagesIfMore,
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'P',
	},
});
