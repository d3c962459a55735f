import type { IDataObject } from 'n8n-workflow';

/** A line of a CSV file (RFC 4180). */
export function csvLine(values: readonly unknown[], escapesFormulas: boolean): string {
	return values.map((value) => csvField(value, escapesFormulas)).join(',') + '\r\n';
}

/** A record as a line, in the order of the columns. */
export function csvRecord(record: IDataObject, columns: readonly string[], escapesFormulas: boolean): string {
	return csvLine(
		// Even a record without the field "constructor" inherits one.
		columns.map((column) => (Object.hasOwn(record, column) ? record[column] : undefined)),
		escapesFormulas,
	);
}

/** What most texts have not: the beginning of a formula, or what RFC 4180 or a reader that cuts blanks wants quoted. */
const NEEDS_A_LOOK = /^[^A-Za-z\d]|[",;\t\r\n]|\s$/;

function csvField(value: unknown, escapesFormulas: boolean): string {
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	const text = textOf(value);
	// A spreadsheet keeps fifteen digits of a number.
	if (escapesFormulas && /^\d{16,}$/.test(text)) return `'${text}`;
	if (!NEEDS_A_LOOK.test(text)) return text;
	const safe = escapesFormulas ? withoutFormulas(text) : text;
	return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(value: unknown): string {
	if (typeof value === 'string') return value;
	return value === null || value === undefined ? '' : JSON.stringify(value);
}

/** What spreadsheets take for the beginning of a formula (OWASP), with the signs of East Asian keyboards. */
const FORMULA_SIGNS = new Set('=+-@\uFF1D\uFF0B\uFF0D\uFF20');
/** What a spreadsheet may take for the end of a cell, whatever separates the cells of the file. */
const SEPARATORS = new Set(',;\t\r\n');
const LOOKED_THROUGH = /["\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u;
/** E.g. -5 or +34600000000, which is no formula. */
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** A text with an apostrophe before each sign that would begin a formula, in whichever cells a spreadsheet reads it. */
function withoutFormulas(text: string): string {
	if (NUMBER.test(text)) return text;
	let safe = /^[\t\r\n]/.test(text) ? "'" : '';
	let isBeginning = true;
	let isFirst = true;
	for (const char of text) {
		if (isBeginning && FORMULA_SIGNS.has(char)) {
			if (!isFirst) safe += "'";
			else if (!safe.startsWith("'")) safe = `'${safe}`;
		}
		if (SEPARATORS.has(char)) isFirst = false;
		isBeginning = SEPARATORS.has(char) || (isBeginning && LOOKED_THROUGH.test(char));
		safe += char;
	}
	return safe;
}
