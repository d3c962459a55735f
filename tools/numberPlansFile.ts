import metadata from 'libphonenumber-js/metadata.max.json';

type Format = [pattern: string, format: string, leading?: string[], rule?: string | 0, isOptional?: 1 | 0];
/** A country as libphonenumber-js has it (its page on metadata says so): a list by position. */
type Country = [
	code: string,
	idd: string,
	pattern: string,
	lengths: number[],
	formats?: Format[] | 0,
	prefix?: string | 0,
	rule?: string | 0,
	parsing?: string | 0,
	transform?: string | 0,
	isOptional?: 1 | 0,
	leading?: string | 0,
	types?: Array<[pattern: string, lengths?: number[]] | 0>,
];

const countries = metadata.countries as unknown as Record<string, Country>;
/** Numbers of no country, e.g. +800, by their code. */
const worldwide = metadata.nonGeographic as unknown as Record<string, Country>;

/** The file that the node reads: the numbering plans of all countries, from the metadata of libphonenumber-js. */
export function numberPlansFile(): string {
	const plans = [...Object.entries(worldwide), ...Object.entries(countries).sort(([a], [b]) => (a < b ? -1 : 1))];
	return `/* Written by tools/numberPlans.ts from libphonenumber-js: see there. */

/**
 * By country (ISO 3166 alpha-2), or by the code of a service that is no country's, separated by blanks:
 * the country calling code; the national prefix; what else may stand before a number; what numbers
 * abroad are dialled with, as a regular expression; the most digits of a national number, 0 where none is
 * known; how many digits national numbers have; these numbers, without their prefix, as a regular
 * expression; which of them are landlines; mobiles (= where the plan does not tell the two apart); other
 * numbers that exist; and which are written without the prefix: = all, - none, or
 * regular expressions of which the first one that fits tells: + without it, - with it.
 * A - stands for what there is not; in the regular expressions d is a digit.
 */
export const PLANS: Readonly<Record<string, string>> = {
${plans.map(([country, plan]) => `\t${country}: ${quoted(compact(rowOf(plan)))},`).join('\n')}
};
`;
}

/** The same with fewer characters: no group has to be remembered, and no letter is part of a number. */
function compact(row: string): string {
	return row.replaceAll('(?:', '(').replaceAll('\\d', 'd');
}

function rowOf(country: Country): string {
	const [code, idd, pattern, possible, , prefix, , rule, transform, , , types = []] = country;
	// Fixed lines and mobiles: a longer number than theirs cannot be one without its area code.
	const lengths = types.slice(0, 2).flatMap((type) => (type === 0 ? [] : (type[1] ?? possible)));
	const longest = lengths.length === 0 ? 0 : Math.max(...lengths);
	// Shorter ones are services of the country, which nobody can dial from abroad.
	const least = lengths.length === 0 ? 0 : Math.min(...lengths);
	const usable = possible.filter((length) => length >= least);
	// What the rule keeps of a number is not part of what stands before it.
	const parsing = transform === '$1' && rule ? rule.replace(/^(\d)\((.*)\)$/, '$1(?=(?:$2)$)') : rule;
	const strange = parsing && parsing !== prefix ? parsing : '-';
	const [fixed, mobile, ...others] = Array.from(types, (type) => (type ? type[0] : ''));
	const isOne = fixed !== undefined && fixed !== '' && (mobile === undefined || mobile === '' || mobile === fixed);
	const services = [...new Set(others.filter(Boolean))].join('|');
	const dialling = [code, prefix || '-', strange, idd || '-', longest, usable.join(), pattern];
	return [...dialling, fixed || '-', isOne ? '=' : mobile || '-', services || '-', bareOf(country)].join(' ');
}

/** The numbers that the national format writes without the national prefix, or need not write with it. */
function bareOf([code, , , , own, prefix, rule, , , isOptional]: Country): string {
	if (!prefix) return '=';
	const [main] = (metadata.country_calling_codes as unknown as Record<string, string[]>)[code];
	const formats = own || countries[main][4] || [];
	const asWritten = formats.map(([digits, , leading = [], formatRule, isFormatOptional]) => ({
		// The first format that fits is the one.
		fits: `(?=${leading.at(-1) ?? ''})${digits.replaceAll('(', '(?:').replaceAll('(?:?:', '(?:')}`,
		isBare:
			formatRule === undefined || formatRule === 0
				? !rule || isOptional === 1
				: isFormatOptional === 1 || !formatRule.replace('$1', '').includes(prefix),
	}));
	if (asWritten.every(({ isBare }) => isBare)) return '=';
	// Without those behind the last that is: what fits none is not.
	const last = asWritten.map(({ isBare }) => isBare).lastIndexOf(true);
	const runs: Array<{ isBare: boolean; fits: string[] }> = [];
	for (const { fits, isBare } of asWritten.slice(0, last + 1)) {
		if (runs.at(-1)?.isBare !== isBare) runs.push({ isBare, fits: [] });
		runs.at(-1)?.fits.push(fits);
	}
	return runs.length === 0 ? '-' : runs.map(({ isBare, fits }) => `${isBare ? '+' : '-'}${fits.join('|')}`).join(' ');
}

function quoted(text: string): string {
	return `'${text.replaceAll('\\', '\\\\')}'`;
}
