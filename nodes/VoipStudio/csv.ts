import type { IDataObject } from 'n8n-workflow';

/** A line of a CSV file (RFC 4180). */
export function csvLine(values: readonly unknown[], escapesFormulas: boolean): string {
	return values.map((value) => csvField(value, escapesFormulas)).join(',') + '\r\n';
}

/** A record as a line, in the order of the columns. */
export function csvRecord(record: IDataObject, columns: readonly string[], escapesFormulas: boolean): string {
	return csvLine(
		columns.map((column) => record[column]),
		escapesFormulas,
	);
}

/** Quoted where RFC 4180 asks for it, and where a reader would cut surrounding blanks. */
function csvField(value: unknown, escapesFormulas: boolean): string {
	const text = textOf(value);
	const safe = escapesFormulas && typeof value !== 'number' && isFormula(text) ? `'${text}` : text;
	return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(value: unknown): string {
	if (value === null || value === undefined) return '';
	return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

/** What spreadsheets take as the beginning of a formula (OWASP); a plain number such as -5 or +34600000000 is none. */
function isFormula(text: string): boolean {
	return /^[=+\-@\t\r\n]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text);
}
