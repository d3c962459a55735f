import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { send } from '../shared/http';
import { sendingOf, type Fetch, type Operation } from '../shared/operations';
import { choiceOf, isOn } from '../shared/parameters';
import { textFile } from '../shared/textFile';
import { text } from '../shared/values';
import { voipStudio } from './api';
import { CDR_FIELDS } from './cdrFields';
import { csvLine, csvRecord } from './csv';
import { pages } from './pages';
import { spanInWords } from './span';

const FORMATS = {
	csv: { mimeType: 'text/csv', ending: 'csv' },
	ndjson: { mimeType: 'application/x-ndjson', ending: 'ndjson' },
} as const;

type Format = keyof typeof FORMATS;

/** All records of a list in one file, written page by page: the memory of a few pages is all it takes. */
export const exportRecords: Operation = async function (requestData) {
	const format = choiceOf(this, 'format', 'Format', ['ndjson', 'csv']);
	const options = this.getNodeParameter('options', {}) as IDataObject;
	const { mimeType, ending } = FORMATS[format];
	const sending = sendingOf(this);
	const fetch: Fetch = async (request, check) => await send(this, voipStudio, request, sending, check);
	const request = requestData.options as IHttpRequestOptions;
	const isGrouped = request.qs?.group_by !== undefined;
	const written: Written = { records: 0, leftOut: new Set() };
	const lines =
		format === 'csv'
			? csvLines(
					isGrouped ? [] : DOCUMENTED_COLUMNS,
					isOn(this, 'options.escapeFormulas', 'Escape Formulas', true),
					written,
				)
			: ndjsonLines;
	const hasMark = format === 'csv' && isOn(this, 'options.byteOrderMark', 'Byte Order Mark');
	const pieces = linesOf(pages(fetch, request, Infinity), lines, written, format);
	const marked = hasMark ? withMark(pieces) : pieces;
	const fileName = fileNameOf(options.fileName, ending) ?? `voipstudio-cdrs.${ending}`;
	const file = await this.helpers.prepareBinaryData(textFile(marked), fileName, mimeType);
	const property = text(this.getNodeParameter('binaryPropertyName', 'data')) ?? 'data';
	return [
		{
			json: {
				records: written.records,
				format,
				fileName,
				...spanInWords(this),
				...(written.leftOut.size === 0 ? {} : { fieldsLeftOut: [...written.leftOut] }),
			},
			binary: { [property]: file },
			pairedItem: { item: this.getItemIndex() },
		},
	];
};

/** What has been written so far, and the fields that could not be, as the header was written before they first came. */
interface Written {
	records: number;
	readonly leftOut: Set<string>;
}

/** Excel takes a file for UTF-8 only where it begins with this. */
async function* withMark(pieces: AsyncIterable<string>): AsyncGenerator<string> {
	yield '\uFEFF';
	yield* pieces;
}

type Lines = (rows: IDataObject[]) => string;

async function* linesOf(
	list: AsyncIterable<IDataObject[]>,
	lines: Lines,
	written: Written,
	format: Format,
): AsyncGenerator<string> {
	for await (const rows of list) {
		written.records += rows.length;
		if (rows.length > 0) yield lines(rows);
	}
	// A table without rows has its header all the same.
	if (written.records === 0 && format === 'csv') yield csvLine(DOCUMENTED_COLUMNS, false);
}

const ndjsonLines: Lines = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const DOCUMENTED_COLUMNS = CDR_FIELDS.map(({ value }) => String(value)).sort((a, b) =>
	a === 'id' ? -1 : b === 'id' ? 1 : 0,
);

/** The columns are the fields of the first page, which every record of the API has, and the documented ones. */
function csvLines(documented: readonly string[], escapesFormulas: boolean, { leftOut }: Written): Lines {
	let columns: string[] | undefined;
	let isColumn = new Set<string>();
	return (rows) => {
		const header = columns === undefined;
		columns ??= [...new Set([...rows.flatMap((row) => Object.keys(row)), ...documented])];
		const known = columns;
		if (header) isColumn = new Set(known);
		for (const row of rows) for (const field in row) if (!isColumn.has(field)) leftOut.add(field);
		const body = rows.map((row) => csvRecord(row, known, escapesFormulas)).join('');
		return header ? csvLine(known, escapesFormulas) + body : body;
	};
}

/** The user's file name without what could make it a path; with the ending of the format where it has none of its own. */
function fileNameOf(value: unknown, ending: string): string | null {
	const name = text(value)?.replace(/[/\\:*?"<>|\r\n\t]+/g, '-') ?? null;
	// Not every dot begins an ending: "Calls 12.5.2026".
	return name === null || /\.(?=\w*[a-z])\w{1,8}$/i.test(name) ? name : `${name}.${ending}`;
}
