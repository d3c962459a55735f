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

/** What most texts are not: a formula, or what RFC 4180 or a reader that cuts blanks wants quoted. */
const NEEDS_A_LOOK = /^[\s=+\-@]|[",\r\n]|\s$/;

function csvField(value: unknown, escapesFormulas: boolean): string {
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	const text = textOf(value);
	if (!NEEDS_A_LOOK.test(text)) return text;
	const safe = escapesFormulas && isFormula(text) ? `'${text}` : text;
	return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(value: unknown): string {
	if (typeof value === 'string') return value;
	return value === null || value === undefined ? '' : JSON.stringify(value);
}

/** What spreadsheets take for the beginning of a formula (OWASP); a number such as -5 or +34600000000 is not one. */
function isFormula(text: string): boolean {
	return /^[=+\-@\t\r\n]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text);
}
