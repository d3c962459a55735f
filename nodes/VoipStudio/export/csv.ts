import type { IDataObject } from 'n8n-workflow';

import { recordPattern, type PlainRecords, type Run, type Shape } from './plainRecords';

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

/**
 * A JSON text that is CSV but for its escapes, which are those of a quote and of a slash. What may be a formula or begins or ends with a
 * letter that is not ASCII, and so may be a blank, needs a closer look.
 */
export const PLAIN_TEXT = String.raw`"(?![=@\x7f-\xff]|[+-](?!\d+(?:\.\d+)?"))[^"\\\x00-\x1f]*(?:\\["/][^"\\\x00-\x1f]*)*"(?<![\x7f-\xff]")`;

/** A value in JSON whose escapes are those of CSV: null, a text without its quotes, or what CSV has in the same words. */
const VALUE = String.raw`(?:null|"((?! )[^",]*(?<! ))"(?!")|("(?:[^"]|"")*"|\{\}|[^",{}n][^,}]*))`;

/** How records of a shape become lines: by a pattern, as making objects of them takes three times as long. */
export class CsvShape {
	private readonly pattern: RegExp;
	/** What takes the place of a record: the two groups of the value of each column, of which one is empty. */
	private readonly line: string;

	constructor({ fields }: Shape, columns: readonly string[]) {
		this.pattern = new RegExp(`${recordPattern(fields, VALUE)},?`, 'g');
		const groups = fields.map((_, index) => `$${2 * index + 1}$${2 * index + 2}`);
		this.line = columns.map((column) => groups[fields.indexOf(column)] ?? '').join(',') + '\r\n';
	}

	/** The lines of records of this shape that were read by `PLAIN_TEXT`. */
	lines(records: PlainRecords, run: Run): Buffer {
		const lines = Buffer.allocUnsafe(records.lengthOf(run) + (run.to - run.from) * this.line.length);
		let end = 0;
		for (const text of records.texts(run)) {
			const unescaped = text.replaceAll('\\/', '/').replaceAll('\\"', '""');
			end += lines.write(unescaped.replace(this.pattern, this.line), end, 'latin1');
		}
		return lines.subarray(0, end);
	}
}
