import { DateTime } from 'luxon';
import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { kind, type PreSend } from '../shared/operation/fields';
import type { Means } from '../shared/operation/reach';
import { asBoolean, asCount, asText, unusable } from '../shared/parameters/read';
import { readTimeZone, timezoneProperty } from '../shared/parameters/timeZone';
import { parameterError } from '../shared/request/nodeErrors';
import { userInstant } from '../shared/values/time';

/** The document's form of a time: `Y-m-d H:i:s` without a zone, the time the PBX shows. */
export function pbxTime(at: number, zone: string): string {
	return DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm:ss');
}

/** The zone of the PBX: the option's, or the workflow's. */
function zoneOf(context: IExecuteSingleFunctions): string {
	return readTimeZone(context, context.getTimezone());
}

/** A user's time as the PBX reads it; one with an offset is converted, one without is taken as the PBX's own. */
export function asPbxTime(context: IExecuteSingleFunctions, value: unknown, displayName: string): string {
	const zone = zoneOf(context);
	const at = userInstant(value, zone);
	if (at !== null) return pbxTime(at, zone);
	throw unusable(context, displayName, 'is not a date', value, 'Use the form 2026-11-21T09:00:00.');
}

export const time = kind({ type: 'dateTime', default: '' }, asPbxTime);

/** Yes or no as the PBX takes it in some places. */
export const bit = kind({ type: 'boolean', default: true }, (context, value, displayName, request) =>
	Number(asBoolean(context, value, displayName, request)),
);

/** An ID in the PBX, or 0 for none in particular. */
export const reference = kind({ type: 'number', default: 0 }, (context, value, displayName, request) => {
	const id = asCount(context, value, displayName, request);
	return id === 0 ? undefined : id;
});

export const projectFilter = reference('body.filters.project_id', {
	displayName: 'Project ID',
	name: 'projectId',
	description: 'The ID of a project in the PBX; 0 for all',
});

/** `date_between` of an operation: its two fields, and what completes the request with them. */
interface DateSpan {
	readonly fields: INodeProperties[];
	readonly complete: PreSend;
}

/**
 * The two ends of `date_between`, as filters.
 *
 * @param date whose beginning and end they are, e.g. 'Call Date': the fields are 'Call Date From' and 'Call Date To'
 * @param more what the user has to know of it besides, as a sentence with its period
 */
function dateSpan(date: string, more?: string): DateSpan {
	const fields = [`${date} From`, `${date} To`];
	const end = (which: string) =>
		[`The ${which}, in the PBX's time. A date with an offset is converted to it.`, more].filter(Boolean).join(' ');
	return {
		fields: [
			time('body.filters.date_between[0]', { displayName: fields[0], name: 'dateFrom', description: end('beginning') }),
			time('body.filters.date_between[1]', { displayName: fields[1], name: 'dateTo', description: end('end') }),
		],
		complete: async function (request) {
			const body = request.body as { filters?: IDataObject & { date_between?: Array<string | undefined> } };
			const between = body.filters?.date_between;
			if (between === undefined) return request;
			// The provider accepts it only with both ends.
			const [from = '1970-01-01 00:00:00', to = '2099-12-31 23:59:59'] = between;
			if (from > to) {
				throw parameterError(
					this,
					`'${fields[0]}' is after '${fields[1]}'`,
					'Nothing was sent. Swap the two, or leave one of them empty.',
				);
			}
			return { ...request, body: { ...body, filters: { ...body.filters, date_between: [from, to] } } };
		},
	};
}

/** Of calls in the queue of campaigns. */
export const queuedCallDates = dateSpan('Call Date', 'While1 does not say which date of a queued call is meant.');

/** Of statistics and reports, of whose rows While1 does not say whether they are calls. */
export const dates = dateSpan('Date');

/** The option of operations that take times. */
export const timezoneOption: INodeProperties = {
	...timezoneProperty,
	description: "The IANA zone of the PBX, for dates with an offset. Empty: the workflow's.",
};

/** The ID of the project that a call belongs to. */
export const requiredProject: Pick<INodeProperties, 'displayName' | 'name' | 'default' | 'required' | 'description'> = {
	displayName: 'Project ID',
	name: 'projectId',
	default: 1,
	required: true,
	description: 'The ID of the project in the PBX',
};

/** Who rings first, or takes the calls. An extension may be any number that the dial plan takes. */
export function destinationOf({ type }: IDataObject): Means {
	return type === 'extension' ? 'called' : type === 'user_email' ? 'email' : 'inside';
}

/** The name of a channel. Patterns, which would stand for the calls of others as well, are none. */
export const liveChannel = kind({ type: 'string', default: '' }, (context, value, displayName, request) => {
	const name = asText(context, value, displayName, request) as string;
	if (name.length <= 200 && /^[A-Za-z]\w*(?:\/[\w.@+;:-]+)+$/.test(name)) return name;
	throw unusable(context, displayName, 'is not the name of a channel', name, 'A name is e.g. SIP/john-doe-00000027.');
});
