import { resource } from '../../shared/resource';
import { api } from '../api';
import { pagesIfMore } from '../pages';

/** Which fields the visitors of widgets have is not known, so none is left out. */
export const callMeBackVisitor = resource(api, 'callMeBackVisitor', 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many call me back visitors',
		description: 'Get many visitors of Call Me Back widgets',
		request: { method: 'GET', url: '/callmeback/visitors' },
		pages: pagesIfMore,
		effect: 'reads',
		evidence: 'P',
	},
});
