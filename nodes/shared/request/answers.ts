import { isRecord, text } from '../values/values';

/**
 * What became of a request by its answer. A problem that is not `isUnclear` says that nothing was done; a request that changes
 * something and has an unclear one is sent once, and its error says that the end is not known.
 */
export type Verdict = 'done' | 'notDone' | 'notKnown';

/** The verdict that a problem stands for; no problem is a success. */
export function verdictOf(problem: { readonly isUnclear?: boolean } | undefined): Verdict {
	if (problem === undefined) return 'done';
	return problem.isUnclear === true ? 'notKnown' : 'notDone';
}

/** What arrived as a body: JSON, nothing, a web page, JSON that breaks off, or other text (also with JSON in it). */
export type Form = 'json' | 'nothing' | 'page' | 'cut' | 'text';

/** Enough of a text to recognise it by and to quote it; no pattern is applied to more. */
const BEGINNING = 2000;

/** What a body is, as `exchange` decodes it: JSON is a value by then, a text is whatever was no JSON. */
export function formOf(body: unknown): Form {
	if (typeof body !== 'string') return 'json';
	const beginning = body.slice(0, BEGINNING).trimStart();
	if (beginning === '') return 'nothing';
	// PHP puts its warnings before the answer, in bold and with a line break.
	if (beginning.startsWith('<')) return /^<(br|b)\b/i.test(beginning) ? 'text' : 'page';
	return /^[[{]/.test(beginning) && breaksOff(body) ? 'cut' : 'text';
}

/** Whether a text that begins like JSON ends within a text, a list or an object. */
function breaksOff(json: string): boolean {
	let depth = 0;
	let isInText = false;
	for (let index = 0; index < json.length; index++) {
		const mark = json[index];
		if (isInText && mark === '\\') index++;
		else if (mark === '"') isInText = !isInText;
		else if (!isInText && (mark === '{' || mark === '[')) depth++;
		else if (!isInText && (mark === '}' || mark === ']')) depth--;
	}
	return isInText || depth > 0;
}

/** In which fields servers say what happened. Any other field may be data, even a key. */
const TELLING = new Set(
	['message', 'messages', 'msg', 'error', 'errors', 'error_message', 'error_description', 'info', 'reason'].concat([
		'detail',
		'details',
		'description',
		'text',
		'title',
		'warning',
		'warnings',
		'status',
	]),
);

const MOST_WORDS = 30;
const DEEPEST = 6;

/**
 * What a server says in an answer of any form: the text of the fields that tell, of codes as names (`{"403": …}`), or the answer
 * itself if it is a text; of a page its title. Empty if it says nothing.
 */
export function saidIn(body: unknown): string {
	if (Buffer.isBuffer(body)) return '';
	const form = formOf(body);
	if (form === 'page') return titleOf(body as string);
	if (form === 'text') return plain((body as string).slice(0, BEGINNING));
	return wordsOf(telling(body)).join('; ');
}

/** The parts of an answer that tell what happened. */
function telling(value: unknown, depth = 0): unknown[] {
	if (Array.isArray(value) && depth < DEEPEST)
		return value.slice(0, MOST_WORDS).flatMap((each) => telling(each, depth + 1));
	if (!isRecord(value)) return [];
	return Object.entries(value)
		.filter(([name]) => TELLING.has(name.toLowerCase()) || isCode(name))
		.map(([, said]) => said);
}

function isCode(name: string): boolean {
	return /^\d{1,6}$/.test(name);
}

/**
 * The texts in what a server says, whatever its form: one, lists in lists, objects by field (`{ name: ["is too short"] }`), and
 * objects that name the field (`{ field, message }`). Those of a field begin with its name.
 */
export function wordsOf(value: unknown): string[] {
	return [...new Set(collected(value, '', 0))].slice(0, MOST_WORDS);
}

function collected(value: unknown, field: string, depth: number): string[] {
	if (depth > DEEPEST) return [];
	if (Array.isArray(value)) return value.slice(0, MOST_WORDS).flatMap((each) => collected(each, field, depth + 1));
	if (isRecord(value)) {
		const { field: named, ...others } = value;
		const of = typeof named === 'string' ? plain(named) : field;
		const words = Object.entries(others)
			.slice(0, MOST_WORDS)
			.flatMap(([name, said]) => collected(said, isTelling(name) ? of : name, depth + 1));
		return words.length > 0 || typeof named !== 'string' ? words : [of];
	}
	if (typeof value === 'boolean') return [];
	const word = plain(typeof value === 'string' ? value.slice(0, BEGINNING) : value);
	return word === '' ? [] : [field === '' ? word : `${field}: ${word}`];
}

function isTelling(name: string): boolean {
	return TELLING.has(name.toLowerCase()) || isCode(name);
}

function titleOf(page: string): string {
	const [, title = ''] = /<title[^<>]*>([^<]*)<\/title/i.exec(page.slice(0, BEGINNING)) ?? [];
	return plain(title);
}

/** A short text without tags, line breaks and its last period. */
function plain(value: unknown): string {
	return (text(value) ?? '')
		.replace(/<[^<>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.replace(/ ?\.+$/, '')
		.trim();
}

/** What came, for an answer that says nothing: its kind and the names of its fields, as their values may be secret. */
export function shapeOf(value: unknown): string {
	if (value === undefined) return 'nothing';
	if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
	if (typeof value === 'string') return `the text "${plain(value.slice(0, 200))}"`;
	if (!isRecord(value)) return JSON.stringify(value);
	const names = Object.keys(value).map((name) => `'${name.slice(0, 40)}'`);
	if (names.length === 0) return 'an empty object';
	return `an object with ${names.slice(0, 10).join(', ')}${names.length > 10 ? ' and more' : ''}`;
}
