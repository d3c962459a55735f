import type { IDataObject } from 'n8n-workflow';

import type { PlainRecords, Shape } from '../shared/plainRecords';
import type { Piece } from '../shared/textFile';

/** A line of a CSV file (RFC 4180). */
export function csvLine(values: readonly unknown[], escapesFormulas: boolean): string {
	return values.map((value) => csvField(value, escapesFormulas)).join(',') + '\r\n';
}

/** A record as a line, in the order of the columns. */
export function csvRecord(record: IDataObject, columns: readonly string[], escapesFormulas: boolean): string {
	return csvLine(
		// Even a record without the field "constructor" inherits one.
		columns.map((column) => (Object.prototype.hasOwnProperty.call(record, column) ? record[column] : undefined)),
		escapesFormulas,
	);
}

/** Quoted if RFC 4180 requires it, and if a reader would cut surrounding blanks. */
function csvField(value: unknown, escapesFormulas: boolean): string {
	const text = textOf(value);
	const safe = escapesFormulas && typeof value !== 'number' && isFormula(text) ? `'${text}` : text;
	return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(value: unknown): string {
	if (value === null || value === undefined) return '';
	return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

/** What spreadsheets take for the beginning of a formula (OWASP); a plain number such as -5 or +34600000000 is not one. */
function isFormula(text: string): boolean {
	return /^[=+\-@\t\r\n]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text);
}

const [SPACE, QUOTE, PLUS, COMMA, MINUS, SLASH, EQUALS, AT] = Buffer.from(' "+,-/=@');
const [OPEN_LIST, BACKSLASH, NULL, OPEN, CLOSE, RETURN, LINE_END] = Buffer.from('[\\n{}\r\n');

/** How records of a shape become lines: byte by byte, as making objects of them takes three times as long. */
export class CsvShape {
	/** How long the names of the fields are in JSON, with what is around them. */
	private readonly nameLengths: number[];

	/** Which field is in a column. */
	private readonly order: number[];

	/** Where the values of a record begin and end in JSON; quotes belong to those that are quoted in CSV. */
	private readonly marks: Int32Array;

	constructor({ fields }: Shape, columns: readonly string[]) {
		this.nameLengths = fields.map((field) => `,"${field}":`.length);
		this.order = columns.map((column) => fields.indexOf(column));
		this.marks = new Int32Array(2 * fields.length);
	}

	/** The lines of records of this shape; `anew` returns the line of one with a field that needs more than its text. */
	lines(records: PlainRecords, from: number, to: number, anew: (index: number) => string): Piece[] {
		const { bytes } = records;
		const longest = records.endOf(to - 1) - records.beginOf(from) + (to - from) * (this.order.length + 2);
		const lines = Buffer.allocUnsafe(longest);
		const pieces: Piece[] = [];
		let begin = 0;
		let end = 0;
		for (let index = from; index < to; index++) {
			if (this.marksValues(bytes, records.beginOf(index))) {
				end = this.write(bytes, lines, end);
			} else {
				pieces.push(lines.subarray(begin, end), anew(index));
				begin = end;
			}
		}
		return [...pieces, lines.subarray(begin, end)];
	}

	/** Finds the values of a record; false if one may be a formula, or has an escape or edge that needs a closer look. */
	private marksValues(bytes: Buffer, begin: number): boolean {
		let at = begin;
		for (let field = 0; field < this.nameLengths.length; field++) {
			at += this.nameLengths[field];
			const first = bytes[at];
			let end = at;
			let isQuoted = false;
			if (first === QUOTE) {
				for (end++; bytes[end] !== QUOTE; end++) {
					if (bytes[end] === COMMA) isQuoted = true;
					if (bytes[end] !== BACKSLASH) continue;
					end++;
					if (bytes[end] === QUOTE) isQuoted = true;
					else if (bytes[end] !== SLASH) return false;
				}
				end++;
				const [head, last] = [bytes[at + 1], bytes[end - 2]];
				if (head === EQUALS || head === PLUS || head === MINUS || head === AT || head > 126 || last > 126) return false;
				isQuoted ||= head === SPACE || last === SPACE;
			} else if (first === NULL) end += 4;
			else if (first === OPEN || first === OPEN_LIST) end += 2;
			else while (bytes[end] !== COMMA && bytes[end] !== CLOSE) end++;
			const isText = first === QUOTE && !isQuoted;
			this.marks[2 * field] = isText ? at + 1 : first === NULL ? end : at;
			this.marks[2 * field + 1] = isText ? end - 1 : end;
			at = end;
		}
		return true;
	}

	/** Writes the values that were found in the order of the columns, and returns where the line ends. */
	private write(bytes: Buffer, lines: Buffer, begin: number): number {
		let end = begin;
		for (let column = 0; column < this.order.length; column++) {
			if (column > 0) lines[end++] = COMMA;
			const field = this.order[column];
			if (field < 0) continue;
			const until = this.marks[2 * field + 1];
			for (let at = this.marks[2 * field]; at < until; at++) {
				if (bytes[at] === BACKSLASH) {
					at++;
					if (bytes[at] === QUOTE) lines[end++] = QUOTE;
				}
				lines[end++] = bytes[at];
			}
		}
		lines[end++] = RETURN;
		lines[end++] = LINE_END;
		return end;
	}
}
