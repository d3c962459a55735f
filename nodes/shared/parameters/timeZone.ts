import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties } from 'n8n-workflow';
import { DateTime } from 'luxon';

import { isZone } from '../values/time';
import { isEmpty, unusable, type ParameterContext } from './read';

/** Names that are easier to find than their own: ICU's list has none for UTC. */
const ALWAYS = ['UTC'];

/**
 * 'Time Zone of Records', for providers whose times carry none: a list to search. An expression, and a value saved when this was a
 * text field, is just the name.
 */
export const timezoneProperty: INodeProperties = {
	displayName: 'Time Zone of Records',
	name: 'timezone',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchTimeZones', searchable: true },
		},
		{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. Europe/Madrid' },
	],
	description: "The IANA zone of the times in the provider's records. Check one call you know.",
};

/**
 * The entries of a list of zones, each with its current offset from UTC. First comes the zone that n8n gives to workflows without
 * one of their own: the editor does not say which workflow a list is for.
 */
export async function searchTimeZones(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
	const own = this.getTimezone();
	const names = new Set([own, ...ALWAYS, ...Intl.supportedValuesOf('timeZone')]);
	const words = filter
		.toLowerCase()
		.split(/[\s_/]+/)
		.filter((word) => word !== '');
	const results = [...names]
		.map((value) => ({ name: `${nameOf(value)}${value === own ? ", n8n's own zone" : ''}`, value }))
		.filter(({ name }) => {
			const written = name.toLowerCase().replaceAll('_', ' ');
			return words.every((word) => written.includes(word));
		});
	return await Promise.resolve({ results });
}

/** E.g. `Europe/Madrid (UTC+1)`. */
function nameOf(zone: string): string {
	const offset = DateTime.now().setZone(zone).toFormat('Z');
	return zone === 'UTC' ? zone : `${zone} (UTC${offset})`;
}

/** The zone of 'Time Zone of Records' among the options, as an IANA name; `otherwise` if none is set. */
export function readTimeZone(context: ParameterContext, otherwise: string): string {
	return zoneOf(context, context.getNodeParameter('options.timezone', ''), 'Time Zone of Records') ?? otherwise;
}

/**
 * A zone's IANA name; null for an empty value.
 *
 * @param value a name, or what the list stores: a mode and a name
 */
export function zoneOf(context: ParameterContext, value: unknown, displayName: string): string | null {
	const name = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
	if (isEmpty(name)) return null;
	if (typeof name === 'string' && isZone(name.trim())) return name.trim();
	const next = 'Choose one from the list, or enter its IANA name, e.g. Europe/Madrid or UTC.';
	throw unusable(context, displayName, 'is not a time zone', name, next);
}
