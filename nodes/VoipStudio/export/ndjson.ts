import type { IDataObject } from 'n8n-workflow';

import { flawOf } from '../../shared/values/nesting';
import { isRecord, text } from '../../shared/values/values';

const LINE_END = 10;

/** A record of the list: what tells it apart, and its line of the file. */
interface Line {
	readonly id: unknown;
	readonly line: Buffer;
}

/**
 * Reads a page for an NDJSON file. Each record is its `id` and its line: the bytes that VoIPstudio
 * sent, as writing JSON anew takes longer than all the rest.
 *
 * Between two records stands `},{"id":`, with the name of the first field. It cannot stand in a
 * text, where the quotes would be escaped; in a nested list it can, and then there are too many.
 *
 * @returns undefined for any other form of an answer, which is then read as JSON
 */
export function readAsLines(bytes: Buffer): IDataObject | undefined {
	const json = bytes.toString();
	const body = parsed(json);
	if (!isRecord(body) || !Array.isArray(body.data) || !body.data.every(isRecord)) return undefined;
	const rows = body.data as IDataObject[];
	const isExact = flawOf(body) === undefined && !json.includes('\uFFFD');
	if (rows.length === 0 || !isExact || rows.some(({ id }) => text(id) === null)) return undefined;
	const name = JSON.stringify(Object.keys(rows[0])[0]);
	const begin = bytes.indexOf(`"data":[{${name}:`) + '"data":['.length;
	const next = Buffer.from(`},{${name}:`);
	const ends: number[] = [];
	for (let at = bytes.indexOf(next, begin); at >= 0; at = bytes.indexOf(next, at + 1)) ends.push(at + 1);
	const beginOf = (index: number) => (index === 0 ? begin : ends[index - 1] + 1);
	const isWhole = ends.length === rows.length - 1 && !bytes.subarray(begin, ends.at(-1)).includes(LINE_END);
	if (!isWhole || (ends.length > 0 && !isSame(bytes.subarray(begin, ends[0]), rows[0]))) return undefined;
	for (const end of ends) bytes[end] = LINE_END;
	const lines = rows.map((row, index): Line & IDataObject => ({
		id: row.id,
		// Where the last one ends is not looked for.
		line: index < ends.length ? bytes.subarray(beginOf(index), ends[index] + 1) : lineOf(row),
	}));
	return { ...body, data: lines };
}

/** The lines of records, whether they were read as lines or as JSON. */
export function ndjsonLines(rows: IDataObject[]): Buffer {
	return Buffer.concat(rows.map((row) => (Buffer.isBuffer(row.line) ? row.line : lineOf(row))));
}

function lineOf(row: IDataObject): Buffer {
	return Buffer.from(`${JSON.stringify(row)}\n`);
}

function isSame(bytes: Buffer, row: IDataObject): boolean {
	return JSON.stringify(parsed(bytes.toString())) === JSON.stringify(row);
}

function parsed(json: string): unknown {
	try {
		return JSON.parse(json) as unknown;
	} catch {
		return undefined; // The usual way of reading says what is wrong.
	}
}
