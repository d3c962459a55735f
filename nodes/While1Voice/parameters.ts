import type {
	GenericValue,
	IDataObject,
	IDisplayOptions,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { DateTime } from 'luxon';

import { dryRunProperty } from '../shared/dryRun';
import { parameterError } from '../shared/errors';
import { byDisplayName, maxWaitProperty } from '../shared/properties';
import { isZone, userInstant } from '../shared/time';
import { nameList, numeric, text } from '../shared/values';
import { checkAddress, inTransport, unfitFor, while1Voice, type Transport } from './api';

type PreSend = (this: IExecuteSingleFunctions, request: IHttpRequestOptions) => Promise<IHttpRequestOptions>;

/**
 * The parameters of an operation, put into its request. The request's own body (its `action`) comes first, as in the
 * document's samples.
 */
export function parameters(build: (context: IExecuteSingleFunctions) => IDataObject): PreSend {
	return async function (this: IExecuteSingleFunctions, request) {
		await checkAddress(this);
		const baseURL = while1Voice.baseUrl(await this.getCredentials<IDataObject>('while1VoiceApi'));
		const transport = this.getNodeParameter('options.transport', 'json') as Transport;
		const body = { ...(request.body as IDataObject), ...build(this) };
		const unfit = unfitFor(transport, body, `${baseURL}${request.url}`);
		if (unfit !== undefined) {
			throw parameterError(
				this,
				`The request does not fit the transport '${transport}': ${unfit}`,
				"Nothing was sent. Choose JSON as 'Transport'.",
			);
		}
		return inTransport({ ...request, baseURL, body }, transport);
	};
}

/** A collection's fields under the provider's names; those left empty are left out, as the document's filters are optional. */
export function named(collection: IDataObject, names: Readonly<Record<string, string>>): IDataObject {
	const result: IDataObject = {};
	for (const [field, name] of Object.entries(names)) {
		const value = collection[field];
		if (value === undefined || value === null || value === '' || (field.endsWith('Id') && value === 0)) continue;
		result[name] = value;
	}
	return result;
}

/** A name and value, or nothing where the value is empty. */
export function ifAny(name: string, value: GenericValue | IDataObject): IDataObject {
	const isEmpty =
		value === undefined ||
		value === null ||
		value === '' ||
		(typeof value === 'object' && Object.keys(value).length === 0);
	return isEmpty ? {} : { [name]: value };
}

/** Ids or names given as one text with commas or as a list; numbers as numbers. */
export function idList(value: unknown): Array<number | string> {
	const entries = typeof value === 'number' ? [value] : nameList(value);
	return entries.map((entry) => (/^\d{1,15}$/.test(String(entry)) ? Number(entry) : entry));
}

/** A whole number that is needed. */
export function requiredNumber(context: IExecuteSingleFunctions, name: string, displayName: string): number {
	const value: unknown = context.getNodeParameter(name);
	const number = numeric(value);
	if (number !== null && Number.isInteger(number) && number > 0) return number;
	throw parameterError(
		context,
		`'${displayName}' must be a whole number above 0`,
		`It is ${JSON.stringify(value)} now. Nothing was sent.`,
	);
}

/** A choice that an expression may have set to something else. */
export function oneOf(
	context: IExecuteSingleFunctions,
	name: string,
	displayName: string,
	values: readonly string[],
): string {
	const value: unknown = context.getNodeParameter(name);
	if (typeof value === 'string' && values.includes(value)) return value;
	throw parameterError(
		context,
		`'${displayName}' must be one of: ${values.join(', ')}`,
		`It is ${JSON.stringify(value)} now. Nothing was sent.`,
	);
}

/** JSON that a user typed, or an object or list from an expression. */
export function json(
	context: IExecuteSingleFunctions,
	value: unknown,
	displayName: string,
): IDataObject | IDataObject[] {
	let parsed = value;
	if (typeof value === 'string') {
		if (value.trim() === '') return {};
		try {
			parsed = JSON.parse(value);
		} catch (error) {
			throw parameterError(
				context,
				`'${displayName}' is not JSON: ${(error as Error).message}`,
				'Nothing was sent. Correct the text.',
			);
		}
	}
	if (typeof parsed === 'object' && parsed !== null) return parsed as IDataObject;
	throw parameterError(
		context,
		`'${displayName}' must be a JSON object or list`,
		`It is ${JSON.stringify(parsed) ?? 'empty'} now. Nothing was sent. Use the form {"name": "value"}.`,
	);
}

/** JSON that has to be an object. */
export function jsonObject(context: IExecuteSingleFunctions, value: unknown, displayName: string): IDataObject {
	const parsed = json(context, value, displayName);
	if (!Array.isArray(parsed)) return parsed;
	throw parameterError(
		context,
		`'${displayName}' must be a JSON object, not a list`,
		'Nothing was sent. Use the form {"name": "value"}.',
	);
}

/** The document's form of a time: `Y-m-d H:i:s` without a zone, the time the PBX shows. */
export function pbxTime(at: number, zone: string): string {
	return DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm:ss');
}

/** The zone of the PBX: the option's, or the workflow's. */
function zoneOf(context: IExecuteSingleFunctions): string {
	const chosen = text(context.getNodeParameter('options.timezone', ''));
	if (chosen === null) return context.getTimezone();
	if (isZone(chosen)) return chosen;
	throw parameterError(
		context,
		"'Time Zone' is not a time zone",
		`It is ${JSON.stringify(chosen)} now. Use a name such as Europe/Bucharest.`,
	);
}

/** A user's time as the PBX reads it; one with an offset is converted, one without is taken as the PBX's own. */
export function timeOf(context: IExecuteSingleFunctions, value: unknown, displayName: string): string | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	const zone = zoneOf(context);
	const at = userInstant(value, zone);
	if (at !== null) return pbxTime(at, zone);
	throw parameterError(
		context,
		`'${displayName}' is not a date`,
		`It is ${JSON.stringify(value)} now. Use the form 2026-11-21T09:00:00.`,
	);
}

/** `date_between` of two optional times: the provider knows it only with both ends. */
export function dateBetween(context: IExecuteSingleFunctions, { dateFrom, dateTo }: IDataObject): IDataObject {
	const from = timeOf(context, dateFrom, 'Date From');
	const to = timeOf(context, dateTo, 'Date To');
	if (from === undefined && to === undefined) return {};
	if (from !== undefined && to !== undefined && from > to) {
		throw parameterError(
			context,
			"'Date From' is after 'Date To'",
			'Nothing was sent. Swap the two, or leave one of them empty.',
		);
	}
	return { date_between: [from ?? '1970-01-01 00:00:00', to ?? '2099-12-31 23:59:59'] };
}

/** The two fields that `dateBetween` reads, as filters. */
export const dateFilters: INodeProperties[] = [
	{
		displayName: 'Date From',
		name: 'dateFrom',
		type: 'dateTime',
		default: '',
		description: "The beginning, in the PBX's time. A date with an offset is converted to it.",
	},
	{
		displayName: 'Date To',
		name: 'dateTo',
		type: 'dateTime',
		default: '',
		description: "The end, in the PBX's time. A date with an offset is converted to it.",
	},
];

export const projectFilter: INodeProperties = {
	displayName: 'Project ID',
	name: 'projectId',
	type: 'number',
	default: 0,
	description: 'The ID of a project in the PBX; 0 for all',
};

const transport: INodeProperties = {
	displayName: 'Transport',
	name: 'transport',
	type: 'options',
	options: [
		{ name: 'JSON', value: 'json', description: 'POST with a JSON body: carries everything' },
		{ name: 'Form', value: 'form', description: 'POST with a form' },
		{
			name: 'Query',
			value: 'query',
			description: 'GET with the parameters in the address, up to about 2000 characters. While1 advises against it.',
		},
	],
	default: 'json',
	description: 'How the parameters travel. The PBX takes all three.',
};

const timezone: INodeProperties = {
	displayName: 'Time Zone',
	name: 'timezone',
	type: 'string',
	default: '',
	placeholder: 'e.g. Europe/Bucharest',
	description: "The IANA zone of the PBX, for dates with an offset. Empty: the workflow's.",
};

/** 'Options' of an operation: transport and patience, and what else it takes. */
export function options(
	show: IDisplayOptions['show'],
	{ dials = false, hasTimes = false }: { dials?: boolean; hasTimes?: boolean } = {},
	...extra: INodeProperties[]
): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show },
		options: byDisplayName([
			maxWaitProperty,
			transport,
			...(dials ? [dryRunProperty] : []),
			...(hasTimes ? [timezone] : []),
			...extra,
		]),
	};
}

/** 'Filters' of an operation. */
export function filters(show: IDisplayOptions['show'], ...fields: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		displayOptions: { show },
		options: byDisplayName(fields),
	};
}
