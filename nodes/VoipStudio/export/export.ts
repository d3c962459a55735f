import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import type { Operation } from '../../shared/operation/definition';
import { sendingOf } from '../../shared/operation/run';
import { choiceOf, isOn } from '../../shared/parameters/read';
import type { Fetch } from '../../shared/request/provider';
import { send } from '../../shared/request/send';
import { text } from '../../shared/values/values';
import { voipStudio, type Records } from '../api';
import { CDR_FIELDS } from '../lists/cdrFields';
import { areAskedRising, pagesForFile } from '../lists/pages';
import { csvLine, csvRecord, CsvShape, PLAIN_TEXT } from './csv';
import { plainReader, PlainRecords, type Shape } from './plainRecords';
import { spanInWords } from './span';
import { textFile, type Piece } from './textFile';

const FORMATS = {
	csv: { mimeType: 'text/csv', ending: 'csv' },
	ndjson: { mimeType: 'application/x-ndjson', ending: 'ndjson' },
} as const;

type Format = keyof typeof FORMATS;

/** All records of a list in one file, written page by page: it needs only the memory of a few pages. */
export const exportRecords: Operation = async function (requestData) {
	const format = choiceOf(this, 'format', 'Format', ['ndjson', 'csv']);
	const options = this.getNodeParameter('options', {}) as IDataObject;
	const { mimeType, ending } = FORMATS[format];
	const request = requestData.options as IHttpRequestOptions;
	const isGrouped = request.qs?.group_by !== undefined;
	// If records are identified by more than the last ID, they are needed as objects.
	const sending = {
		...sendingOf(this),
		...(!isGrouped && areAskedRising(request) && { read: plainReader(format === 'csv' ? PLAIN_TEXT : undefined) }),
	};
	const fetch: Fetch = async (paged, check) => await send(this, voipStudio, paged, sending, check);
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
	const pieces = linesOf(pagesForFile(fetch, request), lines, written, format);
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

/** What has been written so far, and the fields that could not be, as they first appeared after the header was written. */
interface Written {
	records: number;
	readonly leftOut: Set<string>;
}

/** Excel recognises a file as UTF-8 only if it begins with this. */
async function* withMark(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
	yield '\uFEFF';
	yield* pieces;
}

type Lines = (rows: Records) => Iterable<Piece>;

async function* linesOf(
	list: AsyncIterable<Records>,
	lines: Lines,
	written: Written,
	format: Format,
): AsyncGenerator<Piece> {
	for await (const rows of list) {
		written.records += rows.length;
		// One chunk per page, as each is written separately.
		if (rows.length > 0) yield joined([...lines(rows)]);
	}
	// A table without rows still has its header.
	if (written.records === 0 && format === 'csv') yield csvLine(DOCUMENTED_COLUMNS, false);
}

function joined(pieces: Piece[]): Piece {
	if (pieces.length === 1) return pieces[0];
	return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}

const ndjsonLines: Lines = (rows) =>
	rows instanceof PlainRecords ? rows.lines() : [rows.map((row) => `${JSON.stringify(row)}\n`).join('')];

const DOCUMENTED_COLUMNS = CDR_FIELDS.map(({ value }) => String(value)).sort((a, b) =>
	a === 'id' ? -1 : b === 'id' ? 1 : 0,
);

/** The columns are the fields of the first page, which every record of the API has, and the documented ones. */
function csvLines(documented: readonly string[], escapesFormulas: boolean, { leftOut }: Written): Lines {
	let columns: string[] | undefined;
	const shapes = new Map<Shape, CsvShape>();
	return function* (rows) {
		const fields = new Set(rows instanceof PlainRecords ? rows.fields() : rows.flatMap((row) => Object.keys(row)));
		const header = columns === undefined;
		columns ??= [...new Set([...fields, ...documented])];
		const known = columns;
		if (header) yield csvLine(known, escapesFormulas);
		const isColumn = new Set(known);
		for (const field of fields) if (!isColumn.has(field)) leftOut.add(field);
		if (!(rows instanceof PlainRecords)) {
			yield rows.map((row) => csvRecord(row, known, escapesFormulas)).join('');
			return;
		}
		for (const run of rows.runs()) {
			const { shape, from, to } = run;
			if (shape === undefined) {
				for (let index = from; index < to; index++) yield csvRecord(rows.at(index), known, escapesFormulas);
			} else {
				const lines = shapes.get(shape) ?? new CsvShape(shape, known);
				shapes.set(shape, lines);
				yield lines.lines(rows, run);
			}
		}
	};
}

/** The user's file name without anything that could make it a path; with the format's extension if it has none. */
function fileNameOf(value: unknown, ending: string): string | null {
	const name = text(value)?.replace(/[/\\:*?"<>|\r\n\t]+/g, '-') ?? null;
	// Not every dot begins an extension: "Calls 12.5.2026".
	return name === null || /\.(?=\w*[a-z])\w{1,8}$/i.test(name) ? name : `${name}.${ending}`;
}
