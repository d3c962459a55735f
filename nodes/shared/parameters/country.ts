import type { INodeProperties } from 'n8n-workflow';

import { COUNTRIES as CODES, isCountry } from '../phone/plans';
import { text } from '../values/values';
import { isEmpty, unusable, type ParameterContext } from './read';

const englishNames = new Intl.DisplayNames('en', { type: 'region' });

/** The countries whose numbering plans are known, by their English names. */
const COUNTRIES = CODES.map((value) => ({
	// n8n wants title case, which one name lacks: Tristan da Cunha.
	name: (englishNames.of(value) ?? value).replace(' da ', ' Da '),
	value,
}));

/** The option by which national numbers become international ones. */
export const defaultCountryProperty: INodeProperties = {
	displayName: 'Default Country',
	name: 'defaultCountry',
	type: 'options',
	options: [...COUNTRIES, { name: 'None (Leave National Numbers Alone)', value: '' }].sort((a, b) =>
		a.name.localeCompare(b.name, 'en'),
	),
	default: '',
	description:
		"The country of the phone system. With it 'e164' is also filled where a number is written as people there dial it; what can be read in two ways stays empty. An expression gives the two letters of ISO 3166, e.g. ES.",
};

/** The country of 'Default Country' among the options: ISO 3166 alpha-2 in capitals; null if none is set. */
export function readDefaultCountry(context: ParameterContext): string | null {
	const value = context.getNodeParameter('options.defaultCountry', '');
	if (isEmpty(value)) return null;
	const country = text(value)?.toUpperCase() ?? '';
	if (isCountry(country)) return country;
	const next = 'Use the two letters of ISO 3166, e.g. ES for Spain.';
	throw unusable(context, 'Default Country', 'is not a country', value, next);
}
