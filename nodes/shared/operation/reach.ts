import type { IDataObject } from 'n8n-workflow';

import { readPart } from '../phone/writtenNumber';
import { isRecord, numeric, text } from '../values/values';

/**
 * How a provider can reach a person by the value of a field:
 * - `called`: by calling, texting or faxing it; `calledBare`: the same, in E.164 form without the plus sign, or an extension;
 * - `rings`: as technology/name of a phone that rings;
 * - `live`: as the channel of a call in progress, which is sent elsewhere;
 * - `own`: as the extension of a user whose phone rings first;
 * - `user`: by the ID of a user of the account, which no number can be;
 * - `email`, `inside`: by a name that the PBX knows, of a user, queue, context, trunk or file;
 * - `application`: by what the PBX runs; `variables`: by what its dial plan reads;
 * - `tries`: by trying again; `parts`: by a text that is sent in parts.
 */
export type Means =
	| 'called'
	| 'calledBare'
	| 'rings'
	| 'live'
	| 'own'
	| 'user'
	| 'email'
	| 'inside'
	| 'application'
	| 'variables'
	| 'tries'
	| 'parts';

/**
 * Every field of a body by which somebody can be reached, by its path, with `[]` for each entry of a list. What a field
 * means may depend on those beside it.
 */
export type Reaches = Readonly<Record<string, Means | ((beside: IDataObject) => Means)>>;

/** A value by which somebody can be reached. */
export interface Target {
	readonly path: string;
	readonly means: Means;
	readonly value: unknown;
}

/**
 * What a request reaches; the path, as a text, of a field that is in neither of the lists.
 *
 * @param harmless paths of the other fields, whatever they hold
 */
export function targetsOf(body: IDataObject, reaches: Reaches, harmless: ReadonlySet<string>): Target[] | string {
	const targets: Target[] = [];
	const visit = (value: unknown, path: string, beside: IDataObject): string | undefined => {
		if (harmless.has(path)) return undefined;
		if (Object.hasOwn(reaches, path)) {
			const means = reaches[path];
			targets.push(targetOf(path, value, typeof means === 'function' ? means(beside) : means));
			return undefined;
		}
		if (Array.isArray(value)) return firstOf(value, (entry) => visit(entry, `${path}[]`, beside));
		if (!isRecord(value)) return value === undefined ? undefined : path;
		return firstOf(Object.entries(value), ([name, inner]) =>
			visit(inner, path === '' ? name : `${path}.${name}`, value),
		);
	};
	return visit(body, '', body) ?? targets;
}

function firstOf<T>(entries: readonly T[], take: (entry: T) => string | undefined): string | undefined {
	for (const entry of entries) {
		const found = take(entry);
		if (found !== undefined) return found;
	}
	return undefined;
}

function targetOf(path: string, value: unknown, means: Means): Target {
	if (means !== 'calledBare') return { path, value, means };
	const digits = String(value as string);
	return { path, value: /^[1-9]\d{6,}$/.test(digits) ? `+${digits}` : digits, means: 'called' };
}

export const EXTENSIONS = 'extensions';

/** Applications of Asterisk that reach nobody but who is called, and run nothing. */
const QUIET_APPLICATIONS =
	/^(?:busy|congestion|echo|hangup|milliwatt|musiconhold|play(?:back|tones)|progress|ringing|say(?:alpha|digits|number|phonetic)|wait)$/i;

/** Longer numbers are of phones outside. */
const LONGEST_EXTENSION = 6;

/**
 * The part of a target that is not allowed; undefined if all of it is.
 *
 * @param allowed the entries of 'Allowed Numbers', as `numberIn` writes them
 */
export function notAllowed({ means, value }: Target, allowed: readonly string[]): string | undefined {
	if (means === 'user' || means === 'tries' || means === 'parts') return undefined;
	if (means === 'variables') {
		const loud = Object.entries(recordIn(value)).find((entry) => !isQuiet(entry, allowed));
		return loud === undefined ? undefined : JSON.stringify({ [loud[0]]: loud[1] });
	}
	const written = text(value);
	if (written === null) return value === undefined || value === '' ? undefined : JSON.stringify(value);
	return isFine(means, written, allowed) ? undefined : written;
}

function isFine(means: Means, written: string, allowed: readonly string[]): boolean {
	const isCovered = allowed.some((entry) => covers(entry, written));
	const isKnown = (part: string) => isPlainName(part) || allowed.some((entry) => covers(entry, part));
	switch (means) {
		case 'called':
			return isCovered;
		case 'own':
			return isCovered || (/^\d+$/.test(written) && written.length <= LONGEST_EXTENSION);
		case 'application':
			return QUIET_APPLICATIONS.test(written);
		case 'rings':
		case 'live': {
			const parts = withoutSuffix(written).split('/');
			return parts.length === 2 && isPlainName(parts[0]) && isKnown(parts[1]);
		}
		case 'email': {
			const parts = written.split('@');
			return parts.length === 2 && parts.every(isPlainName);
		}
		default:
			return written.split('/').every(isKnown);
	}
}

/** Asterisk numbers the channels of a phone: SIP/john-doe-00000027, Local/…;1. */
function withoutSuffix(channel: string): string {
	return channel.replace(/-[0-9a-f]{8}(?:;\d)?$/, '');
}

/** A name that holds no number to dial, and nothing that a dial plan calculates. */
function isPlainName(written: string): boolean {
	if (written.length > 200 || !/^[\p{L}_][\p{L}\p{M}\d ._-]*$/u.test(written)) return false;
	return digitsIn(written) <= LONGEST_EXTENSION;
}

function digitsIn(written: string): number {
	return written.match(/\d/g)?.length ?? 0;
}

/** Whether a variable of the dial plan is a switch, a plain name, an allowed number, or the address of a page to open. */
function isQuiet([name, value]: [string, unknown], allowed: readonly string[]): boolean {
	if (!isPlainName(name)) return false;
	if (value === null || typeof value === 'boolean' || value === '' || value === 0 || value === 1) return true;
	const written = text(value);
	if (written === null) return false;
	const isPage = name === 'BACKEND_LINK' && /^https?:\/\/[^\s${}]+$/.test(written);
	return isPage || written === '0' || written === '1' || isFine('inside', written, allowed);
}

function recordIn(value: unknown): IDataObject {
	return isRecord(value) ? value : value === undefined ? {} : { value: value as IDataObject };
}

/** A number or a part of one as it is dialled, with the plus sign if it was written with one. */
export function numberIn(written: string): string | null {
	const number = readPart(written);
	return number === null ? null : (number.hasPlus ? '+' : '') + number.digits;
}

function covers(entry: string, written: string): boolean {
	const number = numberIn(written);
	if (number === null) return entry === EXTENSIONS && isPlainName(written);
	if (entry === EXTENSIONS) return !number.startsWith('+') && number.length <= LONGEST_EXTENSION;
	// 00 begins an international number; whoever allows 0 means those of the country.
	if (number.startsWith('00') && !entry.startsWith('00')) return false;
	return number.startsWith(entry);
}

/** How many calls or messages the targets of a request make: each number of a value, each try, each part of a text. */
export function countOf(targets: readonly Target[]): number {
	return targets.reduce((sum, target) => sum + made(target), 0);
}

function made({ means, value }: Target): number {
	if (value === undefined || value === '' || means === 'user' || means === 'live') return 0;
	if (means === 'tries') return Math.max(0, numeric(value) ?? 0);
	if (means === 'parts') return partsOf(String(value as string)) - 1;
	if (means === 'variables') return Object.values(recordIn(value)).filter(hasNumber).length;
	// What dial plans put between two numbers.
	const pieces = String(value as string)
		.split(/[&,;|\n]/)
		.filter((piece) => piece.trim() !== '');
	if (pieces.length > 1 || means === 'called' || means === 'rings') return pieces.length;
	return hasNumber(value) ? 1 : 0;
}

function hasNumber(value: unknown): boolean {
	return digitsIn(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')) > LONGEST_EXTENSION;
}

/** The characters of the GSM 03.38 alphabet; those of the second row take the room of two. */
const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./\d:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;
const GSM_DOUBLE = /[\f^{}\\[~\]|€]/g;

/** How many messages a network makes of a text: 160 characters fit in one, of other alphabets 70; in parts a few less. */
export function partsOf(message: string): number {
	const isGsm = GSM.test(message);
	const length = message.length + (isGsm ? (message.match(GSM_DOUBLE)?.length ?? 0) : 0);
	const [single, part] = isGsm ? [160, 153] : [70, 67];
	return length <= single ? 1 : Math.ceil(length / part);
}
