import { resource } from '../../shared/resource';
import { api } from '../api';
import { pagesIfMore } from '../pages';

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

export const callMeBackWebsite = resource(api, 'callMeBackWebsite', 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many call me back websites',
		description: 'Get many websites with a Call Me Back widget',
		request: { method: 'GET', url: '/callmeback/websites' },
		pages: pagesIfMore,
		simple: SIMPLE_FIELDS,
		effect: 'reads',
		evidence: 'P',
	},
});
