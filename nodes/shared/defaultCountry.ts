import type { CallFacts, MessageFacts, Party } from './call';
import { internationalNumber, isCountry } from './internationalNumber';
import { isEmpty } from './parameters';
import { text } from './values';

/**
 * The value of 'Default Country', checked.
 *
 * @param refuse makes the error for a value that is not a country
 * @returns ISO 3166 alpha-2 in capitals; null if none is set
 * @throws the error from `refuse`
 */
export function readDefaultCountry(value: unknown, refuse: (what: string, next: string) => Error): string | null {
	if (isEmpty(value)) return null;
	const country = text(value)?.toUpperCase() ?? '';
	if (isCountry(country)) return country;
	throw refuse('is not a country', 'Use the two letters of ISO 3166, e.g. ES for Spain.');
}

/** One side of a call with its number in E.164 form, if it is one of the country; else as it is. */
function withCountry(side: Party, country: string | null): Party {
	if (country === null || side.e164 !== null || side.number === null || side.withheld) return side;
	return { ...side, e164: internationalNumber(side.number, country) };
}

/** A call or message with both its numbers in E.164 form, where the country allows it. */
export function inCountry<Facts extends CallFacts | MessageFacts>(facts: Facts, country: string | null): Facts {
	return { ...facts, from: withCountry(facts.from, country), to: withCountry(facts.to, country) };
}
