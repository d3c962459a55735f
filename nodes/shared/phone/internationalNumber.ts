import { PLANS } from './numberPlans';
import { readPhoneNumber } from './phoneNumber';

/** How the numbers of a country are built and dialled; see `PLANS`. */
interface NumberPlan {
	readonly code: string;
	/** What is dialled before a national number, e.g. 0; null if nothing. */
	readonly prefix: string | null;
	/** What else may precede a number, such as the code of a carrier; null if nothing. */
	readonly other: RegExp | null;
	/** What is dialled before a number abroad, e.g. 00. */
	readonly abroad: RegExp;
	/** The most digits that a landline or mobile number has, without the prefix; Infinity if not known. */
	readonly longest: number;
	/** Whether a number with this many digits, without the prefix, can be one of this country. */
	isNumber(digits: string): boolean;
	/** Whether such a number is written without the prefix. */
	isBare(digits: string): boolean;
}

/** The numbers of a country: a regular expression, and how many digits they have, separated by commas. */
interface Numbers {
	readonly pattern: string;
	readonly lengths: string;
}

/** The fewest digits, without country code and prefix, of a number: shorter ones may be extensions or short codes. */
const LEAST_DIGITS = 7;
/** ITU-T E.164: at most 15 digits, including the country code. */
const MOST_DIGITS = 15;

/** The national numbers that each country code can have, and their numbers of digits. */
const patternsByCode = new Map<string, Numbers[]>();
const plans = new Map<string, NumberPlan>();

/** The countries whose numbers can be recognised, by their ISO 3166 alpha-2 codes. */
export function countries(): string[] {
	return Object.keys(PLANS);
}

/** Whether a country's numbers can be recognised; the country is given by its ISO 3166 alpha-2 code in capitals. */
export function isCountry(country: string): boolean {
	return Object.hasOwn(PLANS, country);
}

/**
 * The E.164 form of a number as somebody in a country dials it: national, or with the country's prefix for numbers abroad. Null
 * unless there is just one way to read it: an extension, a short or emergency number, one without its area code. A wrong number
 * would be somebody else's.
 *
 * @param written as the provider gives it
 * @param country ISO 3166 alpha-2, in capitals: see `isCountry`
 */
export function internationalNumber(written: string, country: string): string | null {
	const number = readPhoneNumber(written);
	if (typeof number === 'string' || number.hasPlus) return null;
	const { digits } = number;
	const plan = planOf(country);
	const found = new Set<string>();
	const add = (to: string, national: string) => {
		const isPlausible = national.length >= LEAST_DIGITS && to.length + national.length <= MOST_DIGITS;
		if (isPlausible) found.add(`+${to}${national}`);
	};
	const abroad = plan.abroad.exec(digits)?.[0];
	if (abroad !== undefined) {
		const dialled = digits.slice(abroad.length);
		const to = [1, 2, 3].map((length) => dialled.slice(0, length)).find((start) => patterns().has(start)) ?? '';
		if (fits(to, dialled.slice(to.length))) add(to, dialled.slice(to.length));
	} else {
		const { prefix, code } = plan;
		const stripped = plan.other?.exec(digits)?.[0] ?? '';
		if (stripped !== '' && stripped !== prefix) return null;
		const national = prefix !== null && digits.startsWith(prefix) ? digits.slice(prefix.length) : null;
		if (national !== null && plan.isNumber(national)) add(code, national);
		if (plan.isBare(digits)) add(code, digits);
		// As E.164 without its plus sign, if no number of the country can be that long.
		const rest = digits.slice(code.length);
		const isLong = digits.length > plan.longest && !plan.isNumber(digits);
		const isPrefixed = (prefix !== null && rest.startsWith(prefix)) || plan.other?.test(rest) === true;
		if (isLong && digits.startsWith(code) && !isPrefixed && plan.isNumber(rest)) add(code, rest);
	}
	const [only, ...others] = found;
	return others.length === 0 ? (only ?? null) : null;
}

function planOf(country: string): NumberPlan {
	const known = plans.get(country);
	if (known !== undefined) return known;
	const [code, prefix, other, abroad, longest, lengths, pattern, ...bare] = PLANS[country].split(' ');
	const rules = bare.map((rule) => ({ isBare: rule.startsWith('+'), pattern: whole(rule.slice(1)) }));
	const isNumber = (digits: string) => isOf({ pattern, lengths }, digits);
	const plan: NumberPlan = {
		code,
		prefix: prefix === '-' ? null : prefix,
		other: other === '-' ? null : new RegExp(`^(?:${other})`),
		abroad: new RegExp(`^(?:${abroad})`),
		longest: longest === '0' ? Infinity : Number(longest),
		isNumber,
		isBare: (digits) =>
			isNumber(digits) && (bare[0] === '=' || rules.find(({ pattern }) => pattern.test(digits))?.isBare === true),
	};
	plans.set(country, plan);
	return plan;
}

function fits(code: string, digits: string): boolean {
	const sharing = patterns().get(code) ?? [];
	// It is uncertain which of the countries that share a code a short number belongs to.
	return sharing.some((numbers) => isOf(numbers, digits)) && sharing.every((numbers) => hasLength(numbers, digits));
}

/** Whether a number with this many digits, without prefix and country code, can be one of a country. */
function isOf({ pattern, lengths }: Numbers, digits: string): boolean {
	return hasLength({ lengths }, digits) && whole(pattern).test(digits);
}

function hasLength({ lengths }: Pick<Numbers, 'lengths'>, digits: string): boolean {
	return lengths.split(',').includes(String(digits.length));
}

function patterns(): typeof patternsByCode {
	if (patternsByCode.size > 0) return patternsByCode;
	for (const plan of Object.values(PLANS)) {
		const [code, , , , , lengths, pattern] = plan.split(' ');
		patternsByCode.set(code, [...(patternsByCode.get(code) ?? []), { pattern, lengths }]);
	}
	return patternsByCode;
}

function whole(pattern: string): RegExp {
	return new RegExp(`^(?:${pattern})$`);
}
