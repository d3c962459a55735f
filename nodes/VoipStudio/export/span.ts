import { DateTime } from 'luxon';
import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import type { PreSend } from '../../shared/operation/fields';
import { isEmpty, unusable } from '../../shared/parameters/read';
import { parameterError } from '../../shared/request/nodeErrors';
import { isoUtc, SECOND, userInstant } from '../../shared/values/time';
import { apiInstant, filterText, MIDNIGHT_HINT, midnightsAsDays, type Condition } from '../lists/filter';

const SPANS = ['dayBefore', 'dates', 'everything'];

const isDates = { show: { span: ['dates'] } };

/**
 * Which calls go into an export, by their start. An export that nobody narrowed once wrote 96,071 records at a click, so
 * exporting everything is a choice of its own.
 */
export const spanFields: INodeProperties[] = [
	{
		displayName: 'Span',
		name: 'span',
		type: 'options',
		options: [
			{ name: 'The Day Before', value: 'dayBefore', description: 'Yesterday, in the time zone of the workflow' },
			{ name: 'Dates', value: 'dates', description: 'From one moment to another' },
			{
				name: 'Everything',
				value: 'everything',
				description: 'All that the account holds, or all that the filters let pass: this may be years of calls',
			},
		],
		default: 'dayBefore',
		description: 'Which calls to export, by the time they began',
	},
	{
		displayName: 'From',
		name: 'spanFrom',
		type: 'dateTime',
		default: '',
		displayOptions: isDates,
		description: 'The first moment, in the time zone of the workflow. Empty: from the beginning.',
	},
	{
		displayName: 'To',
		name: 'spanTo',
		type: 'dateTime',
		default: '',
		hint: MIDNIGHT_HINT,
		displayOptions: isDates,
		description:
			'The end, in the time zone of the workflow; a day without a time is exported to its last second. Empty: to the newest call.',
	},
];

/** A span as instants in milliseconds, both included; null if there is no limit. */
interface Span {
	readonly from: number | null;
	readonly to: number | null;
}

type Context = Pick<IExecuteSingleFunctions, 'getNodeParameter' | 'getNode' | 'getItemIndex' | 'getTimezone'>;

function spanOf(context: Context): Span {
	const span = context.getNodeParameter('span', 'dayBefore');
	if (!SPANS.includes(span as string)) throw unusable(context, 'Span', `must be one of: ${SPANS.join(', ')}`, span);
	if (span === 'everything') return { from: null, to: null };
	if (span === 'dayBefore') {
		const day = DateTime.fromMillis(Date.now(), { zone: context.getTimezone() }).minus({ days: 1 });
		return { from: day.startOf('day').toMillis(), to: day.endOf('day').toMillis() };
	}
	const from = momentOf(context, 'spanFrom', 'From');
	const to = momentOf(context, 'spanTo', 'To');
	if (from === null && to === null) {
		throw parameterError(
			context,
			"'From' and 'To' are empty",
			"Nothing was sent. Enter one of them, or choose Everything in 'Span' to export all that there is.",
		);
	}
	if (from !== null && to !== null && from > to) {
		throw parameterError(
			context,
			"'From' is after 'To'",
			'Nothing was sent. Swap the two, or leave one of them empty.',
		);
	}
	return { from, to };
}

function momentOf(context: Context, name: 'spanFrom' | 'spanTo', displayName: string): number | null {
	const given: unknown = context.getNodeParameter(name, '');
	if (isEmpty(given)) return null;
	const value = midnightsAsDays(given);
	const zone = context.getTimezone();
	const at = userInstant(value, zone);
	if (at === null) {
		throw unusable(
			context,
			displayName,
			'is not a date',
			given,
			'Pick a date, or enter one such as 2026-11-21T09:00:00.',
		);
	}
	const isDay = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value.trim());
	return isDay && name === 'spanTo' ? DateTime.fromMillis(at, { zone }).endOf('day').toMillis() : at;
}

/** The span that an input item's export asked for, for its output. */
export function spanInWords(context: Context): IDataObject {
	const { from, to } = spanOf(context);
	return { from: isoUtc(from), to: isoUtc(to === null ? null : Math.floor(to / SECOND) * SECOND) };
}

/**
 * Adds the span to the filter of a request. Two ways to set a time would silently return what is in both.
 *
 * @throws NodeOperationError if the filters set a time as well
 */
export const withinSpan: PreSend = async function (request) {
	const { from, to } = spanOf(this);
	if (from === null && to === null) return request;
	const conditions = JSON.parse((request.qs?.filter as string | undefined) ?? '[]') as Condition[];
	if (conditions.some(({ property }) => property === 'calldate')) {
		throw parameterError(
			this,
			"'Span' and a condition of 'Filters' both say when the calls began",
			"Nothing was sent. Remove the condition on Call Date, or choose Everything in 'Span'.",
		);
	}
	const limits = [
		...(from === null ? [] : [{ property: 'calldate', operator: 'gte', value: apiInstant(from, 'utc') }]),
		...(to === null ? [] : [{ property: 'calldate', operator: 'lte', value: apiInstant(to, 'utc') }]),
	];
	return { ...request, qs: { ...request.qs, filter: filterText([...conditions, ...limits]) } };
};
