import { resource } from '../../shared/resource';
import { api } from '../api';
import { CDR_EXAMPLE, CDR_FIELDS, SIMPLE_CDR_FIELDS } from '../cdrFields';
import { forRecords, historyOf } from '../history';
import { listFields, sortedIfAsked } from '../list';
import { pagesIfMore } from '../pages';

/** Of the fields that the document prints, those that a record of a call does not have. */
const PRINTED_FIELDS = [
	'created_at',
	'name',
	'title',
	'button_id',
	'ddi',
	'position',
	'culture',
	'allowed_countries',
	'welcome_screen_msg',
];

const list = listFields(CDR_FIELDS, { first: 'calldate', example: CDR_EXAMPLE, firstGroup: 'src', isSorted: true });

/** "Collection of Cdr resources assigned to CallMeBack": read as call detail records are, unless they have the fields that are printed. */
export const callMeBackCdr = resource(api, 'callMeBackCdr', 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many call me back call records',
		description: 'Get many call detail records of Call Me Back widgets',
		request: { method: 'GET', url: '/callmeback/cdrs' },
		...list,
		options: list.options.map(forRecords),
		calls: historyOf('callMeBackCdr'),
		complete: sortedIfAsked,
		pages: pagesIfMore,
		simple: [...SIMPLE_CDR_FIELDS, ...PRINTED_FIELDS],
		itemsAtATime: 4,
		isUntold: true,
		effect: 'reads',
		evidence: 'P',
	},
});
