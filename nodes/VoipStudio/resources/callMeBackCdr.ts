import { recordsOrCalls } from '../../shared/history/callHistory';
import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { forRecords, callListOf } from '../calls/history';
import { cdrList } from '../lists/cdrFields';
import { sortedIfAsked } from '../lists/list';
import { pagesIfMore } from '../lists/pages';

/** Of the fields that the document prints, those that a record of a call does not have, with the printed values. */
const PRINTED = {
	created_at: '2022-02-03 17:55:33',
	name: 'value',
	title: 'value',
	button_id: 7667,
	ddi: 425,
	position: 2,
	culture: 4,
	allowed_countries: 'value',
	welcome_screen_msg: 'value',
};

const option = { name: 'Call Me Back CDR', value: 'callMeBackCdr', description: 'The history of calls from widgets' };

/** "Collection of Cdr resources assigned to CallMeBack": read as call detail records are, unless they have the fields that are printed. */
export const callMeBackCdr = resource(api, option, 'getAll', {
	getAll: recordsOrCalls(callListOf('callMeBackCdr'), {
		name: 'Get Many',
		action: 'Get many call me back call records',
		description: 'Get many call detail records of Call Me Back widgets',
		request: { method: 'GET', url: '/callmeback/cdrs' },
		...cdrList,
		// Its answers tell the total of all calls, whatever the period.
		options: cdrList.options.filter(({ name }) => name !== 'countOnly').map(forRecords),
		complete: sortedIfAsked,
		pages: pagesIfMore,
		itemsAtATime: 4,
		printed: { id: 8097, ...PRINTED },
		effect: 'reads',
		evidence: 'P',
	}),
});
