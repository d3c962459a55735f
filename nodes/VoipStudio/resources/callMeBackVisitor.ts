import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { CALL_ME_BACK_FIELDS } from '../lists/callMeBackFields';
import { listFields } from '../lists/list';
import { pagesIfMore } from '../lists/pages';

const option = { name: 'Call Me Back Visitor', value: 'callMeBackVisitor', description: 'A visitor of a widget' };

/** Which fields the visitors of widgets have is not known, so none is left out. */
export const callMeBackVisitor = resource(api, option, 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many call me back visitors',
		description: 'Get many visitors of Call Me Back widgets',
		request: { method: 'GET', url: '/callmeback/visitors' },
		...listFields(CALL_ME_BACK_FIELDS, { first: 'name', example: 'Shop or 2026-11-21' }),
		pages: pagesIfMore,
		effect: 'reads',
		evidence: 'P',
	},
});
