import { PLANS } from './numberPlans';

/** Whether a number reaches a mobile or a landline; null where the plan of its country cannot tell. */
export type LineType = 'mobile' | 'fixed' | null;

/** How the numbers of a country are built and dialled; see `PLANS`. */
interface Plan {
	readonly code: string;
	/** What is dialled before a national number, e.g. 0; null if nothing. */
	readonly prefix: string | null;
	/** What else may precede a number, such as the code of a carrier; null if nothing. */
	readonly other: RegExp | null;
	/** What is dialled before a number abroad, e.g. 00. */
	readonly abroad: RegExp;
	/** The most digits that a landline or mobile number has, without the prefix; Infinity if not known. */
	readonly longest: number;
	readonly lengths: readonly number[];
	/** Whether a number, without the prefix, has the digits of one of this country. */
	has(digits: string): boolean;
	/** Whether it is in one of the ranges that are in use. */
	isInUse(digits: string): boolean;
	/** Whether it is one of a landline, and one of a mobile. */
	isFixed(digits: string): boolean;
	isMobile(digits: string): boolean;
	/** Whether it is written without the prefix. */
	isBare(digits: string): boolean;
}

/** The fewest digits, without country code and prefix, of a national number: shorter ones may be extensions. */
const LEAST_DIGITS = 7;
/** ITU-T E.164: at most 15 digits, including the country code. */
export const MOST_DIGITS = 15;

const plans = new Map<string, Plan>();
/** The countries that share a code, by the code. */
const sharing = new Map<string, string[]>();
for (const [country, row] of Object.entries(PLANS)) {
	const code = row.slice(0, row.indexOf(' '));
	sharing.set(code, [...(sharing.get(code) ?? []), country]);
}

/** The countries whose plans are known: ISO 3166 alpha-2 in capitals. */
export const COUNTRIES: readonly string[] = Object.keys(PLANS).filter((country) => /^[A-Z]/.test(country));

/** Whether a country's numbers can be recognised; it is given by its ISO 3166 alpha-2 code in capitals. */
export function isCountry(country: string): boolean {
	return COUNTRIES.includes(country);
}

/** What a number with a country code is: its E.164 form, and whether that is in use; or why it is none. */
export type International =
	{ readonly e164: string; readonly isInUse: boolean } | { readonly e164: null; readonly why: string };

/** Why a number whose first digits are no country code is none. */
export const NO_CODE = 'no country has its country code';

/**
 * A number that begins with a country code. People put the trunk prefix of the country behind the code
 * (+44 020 …); it is left out where the plan has no number with it. The way it reads has to be one.
 *
 * @param digits without the plus sign
 * @param isBracketed whether the trunk prefix stood in brackets behind the code, as in +44 (0)20
 */
export function international(digits: string, isBracketed = false): International {
	const code = codeOf(digits);
	if (code === null) return { e164: null, why: NO_CODE };
	const national = digits.slice(code.length);
	const here = plansOf(code);
	const without = here.flatMap((plan) => withoutPrefix(plan, national));
	const ways = [...new Set([national, ...without])].filter((way) => code.length + way.length <= MOST_DIGITS);
	const inUse = ways.filter((way) => here.some((plan) => plan.isInUse(way)));
	const fitting = inUse.length > 0 ? inUse : ways.filter((way) => here.some((plan) => plan.has(way)));
	// As it is written, it is a number: what it would be without its first digits is not meant.
	const [way, ...others] = !isBracketed && fitting.includes(national) ? [national] : fitting;
	if (way === undefined)
		return { e164: null, why: digits.length > MOST_DIGITS ? tooLong(digits) : misfit(code, national, here) };
	if (others.length > 0) return { e164: null, why: `it can be read as +${code} ${way} and as +${code} ${others[0]}` };
	return { e164: `+${code}${way}`, isInUse: inUse.length > 0 };
}

/** Whether brackets behind a country code hold what people in the country dial before a number. */
export function isTrunkPrefix(code: string, digits: string): boolean {
	return plansOf(code).some((plan) => withoutPrefix(plan, digits).includes(''));
}

function withoutPrefix({ prefix, other }: Plan, national: string): string[] {
	const found = other === null ? prefix : other.exec(national)?.[0];
	return found && national.startsWith(found) ? [national.slice(found.length)] : [];
}

/** Why a number with more digits than ITU-T E.164 allows is none. */
export function tooLong({ length }: string): string {
	return `it has ${length} digits, and no number has more than ${MOST_DIGITS}`;
}

function misfit(code: string, national: string, here: readonly Plan[]): string {
	const lengths = here.flatMap((plan) => plan.lengths);
	const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
	const has = `behind +${code} it has ${national.length} digits, and numbers there have at`;
	if (national.length < least) return `${has} least ${least}`;
	return national.length > most ? `${has} most ${most}` : `no number behind +${code} has these digits`;
}

/**
 * A number as somebody in a country dials it: national, or with the country's prefix for numbers abroad.
 * Null unless there is just one way to read it: an extension, a short or emergency number, one without its
 * area code. A wrong number would be somebody else's.
 *
 * @param country see `isCountry`
 */
export function national(digits: string, country: string): string | null {
	const plan = planOf(country);
	const found = new Set<string>();
	const add = (to: string, number: string) => {
		const isPlausible = number.length >= LEAST_DIGITS && to.length + number.length <= MOST_DIGITS;
		if (isPlausible) found.add(`+${to}${number}`);
	};
	const abroad = plan.abroad.exec(digits)?.[0];
	if (abroad !== undefined) {
		const dialled = digits.slice(abroad.length);
		const to = codeOf(dialled) ?? '';
		const here = plansOf(to);
		const number = dialled.slice(to.length);
		// It is uncertain which of the countries that share a code a short number belongs to.
		const isSure = here.every(({ lengths }) => lengths.includes(number.length));
		if (isSure && here.some((one) => one.has(number))) add(to, number);
	} else {
		const { prefix, code } = plan;
		const stripped = plan.other?.exec(digits)?.[0] ?? '';
		if (stripped !== '' && stripped !== prefix) return null;
		const number = prefix !== null && digits.startsWith(prefix) ? digits.slice(prefix.length) : null;
		if (number !== null && plan.has(number)) add(code, number);
		if (plan.isBare(digits)) add(code, digits);
		// As E.164 without its plus sign, if no number of the country can be that long.
		const rest = digits.slice(code.length);
		const isLong = digits.length > plan.longest && !plan.has(digits);
		const isPrefixed = (prefix !== null && rest.startsWith(prefix)) || plan.other?.test(rest) === true;
		if (isLong && digits.startsWith(code) && !isPrefixed && plan.has(rest)) add(code, rest);
	}
	const [only, ...others] = found;
	return others.length === 0 ? (only ?? null) : null;
}

/** The kind of line of a number in E.164 form. */
export function lineType(e164: string): LineType {
	const digits = e164.slice(1);
	const code = codeOf(digits) ?? '';
	const number = digits.slice(code.length);
	const kinds = plansOf(code).flatMap((plan) => [
		...(plan.isFixed(number) ? ['fixed' as const] : []),
		...(plan.isMobile(number) ? ['mobile' as const] : []),
	]);
	return new Set(kinds).size === 1 ? kinds[0] : null;
}

/** The country code that digits begin with. No code begins as another one does. */
function codeOf(digits: string): string | null {
	return [1, 2, 3].map((length) => digits.slice(0, length)).find((start) => sharing.has(start)) ?? null;
}

function plansOf(code: string): Plan[] {
	return (sharing.get(code) ?? []).map(planOf);
}

function planOf(country: string): Plan {
	const known = plans.get(country);
	if (known !== undefined) return known;
	const row = PLANS[country].replaceAll('d', '\\d').split(' ');
	const [code, prefix, other, abroad, longest, lengths, pattern, fixed, mobile, services, ...bare] = row;
	const isNumber = whole(pattern);
	const [isFixed, isMobile, isService] = [fixed, mobile === '=' ? fixed : mobile, services].map(whole);
	const rules = bare.map((rule) => ({ isBare: rule.startsWith('+'), fits: whole(rule.slice(1)) }));
	const possible = lengths.split(',').map(Number);
	const has = (digits: string) => possible.includes(digits.length) && isNumber(digits);
	const plan: Plan = {
		code,
		prefix: prefix === '-' ? null : prefix,
		other: other === '-' ? null : new RegExp(`^(?:${other})`),
		abroad: new RegExp(`^(?:${abroad})`),
		longest: longest === '0' ? Infinity : Number(longest),
		lengths: possible,
		has,
		isInUse: (digits) => isNumber(digits) && (isFixed(digits) || isMobile(digits) || isService(digits)),
		isFixed,
		isMobile,
		isBare: (digits) => has(digits) && (bare[0] === '=' || rules.find(({ fits }) => fits(digits))?.isBare === true),
	};
	plans.set(country, plan);
	return plan;
}

/** Whether digits as a whole are what a regular expression describes; `-` describes none. */
function whole(pattern: string): (digits: string) => boolean {
	if (pattern === '-') return () => false;
	let compiled: RegExp | undefined;
	return (digits) => (compiled ??= new RegExp(`^(?:${pattern})$`)).test(digits);
}
