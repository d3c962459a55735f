import { resource } from '../../shared/resource';
import { api, pages } from '../api';
import { CDR_EXAMPLE, CDR_FIELDS, SIMPLE_CDR_FIELDS } from '../cdrFields';
import { conditionFilters, groupByOption, isUngrouped, sorted, sortOptions } from '../list';

/** "Collection of Cdr resources assigned to CallMeBack": read as call detail records are. */
export const callMeBackCdr = resource(api, 'callMeBackCdr', 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many call me back call records',
		description: 'Get many call detail records of Call Me Back widgets',
		request: { method: 'GET', url: '/callmeback/cdrs' },
		fields: [conditionFilters(CDR_FIELDS, 'calldate', CDR_EXAMPLE)],
		options: [groupByOption(CDR_FIELDS, 'returned'), ...sortOptions(CDR_FIELDS)],
		complete: sorted,
		pages,
		simple: SIMPLE_CDR_FIELDS,
		givesRecords: isUngrouped,
		itemsAtATime: 4,
		isUntold: true,
		effect: 'reads',
		evidence: 'P',
	},
});
