import type { IDataObject } from 'n8n-workflow';

import { parsedExactly } from '../../shared/values/values';

/** A JSON text that JavaScript would write the same way, apart from slashes: without unnecessary escapes. */
const TEXT = String.raw`"[^"\\\x00-\x1f]*(?:\\["/bfnrt][^"\\\x00-\x1f]*)*"`;
/** A number of at most 15 digits that JavaScript would write the same way, so that a double does not change it. */
const NUMBER = String.raw`-?[1-9]\d{0,14}|0|-?(?:0|[1-9]\d{0,8})\.\d{0,5}[1-9]`;

const ANY_TEXT = String.raw`"[^"\\]*(?:\\.[^"\\]*)*"`;
/** Finds the end of a record with any values; whether it is JSON is up to the parser. */
const RECORD = new RegExp(
	[1, 2, 3].reduce((inner) => String.raw`\{(?:[^"{}]|${ANY_TEXT}|${inner})*\}`, '(?!)'),
	'y',
);

/** The pattern of a record with these fields, each with a value of this pattern. */
export function recordPattern(fields: readonly string[], value: string): string {
	return String.raw`\{${fields.map((field) => `"${field}":${value}`).join(',')}\}`;
}

/** The fields of records, in their order: the same for all lines of most lists. */
export class Shape {
	/** Finds the end of a record that needs no closer look. */
	readonly pattern: RegExp;

	constructor(
		readonly fields: readonly string[],
		text: string,
	) {
		this.pattern = new RegExp(recordPattern(fields, `(?:${text}|${NUMBER}|null|true|false|\\[\\]|\\{\\})`), 'y');
	}

	/** Whether names can be used in a pattern unescaped, with two groups for each, and JavaScript would not reorder them. */
	static fits(fields: readonly string[]): boolean {
		return fields.length > 0 && fields.length < 50 && fields.every((field) => /^[A-Za-z_]\w*$/.test(field));
	}
}

/** Consecutive records of one shape, or without one. */
export interface Run {
	readonly shape: Shape | undefined;
	readonly from: number;
	readonly to: number;
}

/** The records of a page as they are in its bytes, separated and checked, but not turned into objects. */
export class PlainRecords {
	/**
	 * @param begin where the first one begins
	 * @param ends where each one ends; one byte lies between it and the next
	 * @param kinds the shape of each one, or the record itself if it has to be written anew
	 */
	constructor(
		private readonly bytes: Buffer,
		private readonly begin: number,
		private readonly ends: readonly number[],
		private readonly kinds: ReadonlyArray<Shape | IDataObject>,
	) {}

	get length(): number {
		return this.ends.length;
	}

	/** The records after the first ones. */
	slice(from: number): PlainRecords {
		return new PlainRecords(this.bytes, this.beginOf(from), this.ends.slice(from), this.kinds.slice(from));
	}

	/** One of them as an object. */
	at(index: number): IDataObject {
		const kind = this.kinds[index];
		if (!(kind instanceof Shape)) return kind;
		return JSON.parse(this.bytes.toString('utf8', this.beginOf(index), this.ends[index])) as IDataObject;
	}

	objects(): IDataObject[] {
		return this.kinds.map((_, index) => this.at(index));
	}

	/** The names of their fields, in the order of first appearance; most are given more than once. */
	*fields(): Generator<string> {
		for (const { shape, from, to } of this.runs()) {
			if (shape !== undefined) yield* shape.fields;
			else for (let index = from; index < to; index++) yield* Object.keys(this.at(index));
		}
	}

	*runs(): Generator<Run> {
		const shapeOf = (index: number) => (this.kinds[index] instanceof Shape ? this.kinds[index] : undefined);
		for (let from = 0, to = 0; from < this.length; from = to) {
			const shape = shapeOf(from);
			while (to < this.length && shapeOf(to) === shape) to++;
			yield { shape, from, to };
		}
	}

	/** A line of JSON for each record. Those with a shape are not copied: their bytes are used, each comma made a line end. */
	*lines(): Generator<Buffer> {
		for (const { shape, from, to } of this.runs()) {
			const [begin, end] = [this.beginOf(from), this.ends[to - 1]];
			const bytes = this.bytes.subarray(begin, end + 1);
			if (shape === undefined) {
				yield Buffer.from(
					Array.from({ length: to - from }, (_, i) => `${JSON.stringify(this.at(from + i))}\n`).join(''),
				);
			} else {
				for (let index = from; index < to; index++) this.bytes[this.ends[index]] = LINE_END;
				// One character per byte: an unnecessarily escaped slash has no other backslash before it.
				yield bytes.includes('\\/') ? Buffer.from(bytes.toString('latin1').replaceAll('\\/', '/'), 'latin1') : bytes;
			}
		}
	}

	/** Consecutive ones as texts with a character per byte, each text so short that Node.js forgets it soon. */
	*texts({ from, to }: Run): Generator<string> {
		for (let first = from, index = from; index < to; index++) {
			const begin = this.beginOf(first);
			if (index < to - 1 && this.ends[index] - begin < PIECE) continue;
			yield this.bytes.toString('latin1', begin, this.ends[index]);
			first = index + 1;
		}
	}

	/** How many bytes consecutive ones have. */
	lengthOf({ from, to }: Run): number {
		return this.ends[to - 1] - this.beginOf(from);
	}

	private beginOf(index: number): number {
		return index === 0 ? this.begin : this.ends[index - 1] + 1;
	}
}

const LINE_END = 10;
/** Node.js keeps texts of more than some 100 kB where garbage is collected late. */
const PIECE = 65_536;
/** What an answer may begin with besides the list: fields with simple values. */
const HEAD = /^\{(?:"\w+":(?:-?\d+|"\w*"|null|true|false),)*$/;
const LIST = '"data":[{';

/**
 * Reads `{ "data": [...], "total": ... }` without making objects of the records: `data` is `PlainRecords` then. Anything that does
 * not fit returns undefined, and leaves it untouched: a list within a list, any blanks, bytes that are not UTF-8,
 * anything that is not JSON or nested too deeply, a list of anything but records.
 *
 * @param plainText the pattern of the texts that need no closer look: a record with any other becomes an object
 */
export function plainReader(plainText = TEXT): (bytes: Buffer) => IDataObject | undefined {
	const shapes = new Map<string, Shape>();
	let usual: Shape | undefined;

	/** What is at a position in a text, and how long it is; undefined if there is no whole record. */
	function recordAt(text: string, at: number): { kind: Shape | IDataObject; end: number } | undefined {
		for (const shape of usual === undefined ? [] : [usual, ...shapes.values()]) {
			const end = endOf(shape.pattern, text, at);
			if (end !== undefined) return { kind: (usual = shape), end };
		}
		const end = endOf(RECORD, text, at);
		if (end === undefined) return undefined;
		const record = parsedExactly(Buffer.from(text.slice(at, end), 'latin1').toString()) as IDataObject;
		const fields = Object.keys(record);
		const name = fields.join();
		if (shapes.size === MOST_SHAPES || shapes.has(name) || !Shape.fits(fields)) return { kind: record, end };
		const shape = new Shape(fields, plainText);
		shapes.set(name, shape);
		usual ??= shape;
		return { kind: endOf(shape.pattern, text, at) === end ? shape : record, end };
	}

	function read(bytes: Buffer): IDataObject | undefined {
		const head = bytes.indexOf(LIST);
		if (head < 0 || !HEAD.test(bytes.toString('latin1', 0, head))) return undefined;
		const begin = head + LIST.length - 1;
		const ends: number[] = [];
		const kinds: Array<Shape | IDataObject> = [];
		for (let at = begin, size = PIECE; ;) {
			const text = bytes.toString('latin1', at, at + size);
			let behind = 0;
			for (;;) {
				const found = recordAt(text, behind);
				const separator = found === undefined ? undefined : text[found.end];
				if (found === undefined || separator === undefined) break;
				if (separator !== ',' && separator !== ']') return undefined;
				kinds.push(found.kind);
				ends.push(at + found.end);
				behind = found.end + 1;
				if (separator === ']') break;
			}
			if (/[\x80-\xff]/.test(text) && bytes.toString('utf8', at, at + behind).includes('\uFFFD')) return undefined;
			if (behind > 0 && text[behind - 1] === ']') break;
			if (behind === 0 && at + size >= bytes.length) return undefined;
			// A record that is longer than a chunk.
			size = behind === 0 ? size * 16 : PIECE;
			at += behind;
		}
		const before = parsedExactly(`${bytes.toString('utf8', 0, head)}"data":0}`) as IDataObject;
		// A field without a name stands for the list.
		const after = parsedExactly(`{"":0${bytes.toString('utf8', ends[ends.length - 1] + 1)}`) as IDataObject | undefined;
		// If a field occurs twice, the last one counts.
		if (after === undefined || 'data' in after) return undefined;
		return { ...before, ...after, data: new PlainRecords(bytes, begin, ends, kinds) };
	}

	return (bytes) => {
		try {
			return read(bytes);
		} catch {
			return undefined; // Not JSON: the usual way of reading says so.
		}
	};
}

const MOST_SHAPES = 8;

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
	pattern.lastIndex = at;
	return pattern.test(text) ? pattern.lastIndex : undefined;
}
