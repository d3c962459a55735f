import type { IDataObject } from 'n8n-workflow';

import { checkTimes } from '../../shared/history/callHistory';
import type { PreSend } from '../../shared/operation/fields';
import { readPeriod, readReportZone } from '../../shared/parameters/period';
import { choiceOf, type ParameterContext, type SettingsContext } from '../../shared/parameters/read';
import { readTimeZone } from '../../shared/parameters/timeZone';
import { isoIn, isoUtc, wallClock } from '../../shared/values/time';
import { conditionsOf, timeLimits, timesIn } from '../calls/history';
import { filterText } from '../lists/filter';

/** An export that nobody narrowed once wrote 96,071 records at a click, so exporting everything is a choice of its own. */
export const INITIAL_PERIOD = 'yesterday';

/** What a row of the file is. */
export function rowsOf(context: ParameterContext): 'calls' | 'records' {
	return choiceOf(context, 'rows', 'Rows', ['calls', 'records']);
}

/** The period that an input item's export asked for, for its output. */
export function periodInWords(context: SettingsContext): IDataObject {
	const zone = readReportZone(context);
	const { from, to } = readPeriod(context, INITIAL_PERIOD, Date.now(), zone);
	return { from: isoIn(isoUtc(from), zone), to: isoIn(isoUtc(to), zone) };
}

/**
 * Adds the period to the filter of a request.
 *
 * @throws NodeOperationError if the filters set a time as well
 */
export const withinPeriod: PreSend = async function (request) {
	const period = readPeriod(this, INITIAL_PERIOD, Date.now(), readReportZone(this));
	checkTimes(this, timesIn(request), period);
	// A call needs its legs around the period as well.
	if (rowsOf(this) === 'calls') return request;
	const zone = readTimeZone(this, 'utc');
	const clock = (at: number | null) => (at === null ? null : wallClock(at, zone));
	const filter = filterText([...conditionsOf(request), ...timeLimits(clock(period.from), clock(period.to))]);
	return await Promise.resolve({ ...request, qs: { ...request.qs, ...(filter !== undefined && { filter }) } });
};
