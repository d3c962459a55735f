import type { IDataObject, IExecutePaginationFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { itemOf } from '../../shared/calls/item';
import { CALL_COLUMNS } from '../../shared/calls/simplified';
import { finishedCalls, matching, openHistory, readQueuesOf, wantedCalls } from '../../shared/history/openHistory';
import type { Operation } from '../../shared/operation/definition';
import { fetchOf } from '../../shared/operation/run';
import { choiceOf, isOn } from '../../shared/parameters/read';
import type { Fetch } from '../../shared/request/provider';
import { text } from '../../shared/values/values';
import { voipStudio } from '../api';
import { callListOf } from '../calls/history';
import { CDR_FIELDS } from '../lists/cdrFields';
import { pages } from '../lists/pages';
import { csvLine, csvRecord } from './csv';
import { ndjsonLines, readAsLines } from './ndjson';
import { INITIAL_PERIOD, periodInWords, rowsOf } from './period';
import { textFile, type Piece } from './textFile';

const FORMATS = {
	csv: { mimeType: 'text/csv', ending: 'csv' },
	ndjson: { mimeType: 'application/x-ndjson', ending: 'ndjson' },
} as const;

/** All calls or records of a list in one file, written page by page: it needs only the memory of a few pages. */
export const exportRecords: Operation = async function (request) {
	const format = choiceOf(this, 'format', 'Format', ['csv', 'ndjson']);
	const isOfCalls = rowsOf(this) === 'calls';
	const options = this.getNodeParameter('options', {}) as IDataObject;
	const { mimeType, ending } = FORMATS[format];
	const isGrouped = request.qs?.group_by !== undefined;
	// Groups are told apart by more than an ID, so they are needed as they are.
	const isByLine = format === 'ndjson' && !isGrouped && !isOfCalls;
	const fetch = fetchOf(this, voipStudio, isByLine ? { read: readAsLines } : {});
	const table = new Table(
		isOfCalls ? CALL_COLUMNS : isGrouped ? [] : DOCUMENTED_COLUMNS,
		isOn(this, 'options.escapeFormulas', 'Escape Formulas', true),
	);
	// Before the file is written, which may go on past midnight.
	const period = periodInWords(this);
	const written = { rows: 0 };
	const list = isOfCalls ? callRows(this, request, fetch) : pages(fetch, request, Infinity);
	const pieces = filePieces(list, format === 'csv' ? table : null, written);
	const hasMark = format === 'csv' && isOn(this, 'options.byteOrderMark', 'Byte Order Mark', true);
	const fileName = fileNameOf(options.fileName, ending) ?? `voipstudio-cdrs.${ending}`;
	const file = await this.helpers.prepareBinaryData(textFile(hasMark ? withMark(pieces) : pieces), fileName, mimeType);
	const property = text(this.getNodeParameter('binaryPropertyName', 'data')) ?? 'data';
	return [
		{
			json: {
				[isOfCalls ? 'calls' : 'records']: written.rows,
				format,
				fileName,
				...period,
				...(table.leftOut.size === 0 ? {} : { fieldsLeftOut: [...table.leftOut] }),
			},
			binary: { [property]: file },
			pairedItem: { item: this.getItemIndex() },
		},
	];
};

/** Excel recognises a file as UTF-8 only if it begins with this. */
async function* withMark(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
	yield '\uFEFF';
	yield* pieces;
}

const callList = callListOf('cdr');

/** The calls of the period that are over, as simplified rows, from the oldest on. */
async function* callRows(
	context: IExecutePaginationFunctions,
	request: IHttpRequestOptions,
	fetch: Fetch,
): AsyncGenerator<IDataObject[]> {
	const history = await openHistory(context, callList, Date.now(), INITIAL_PERIOD);
	const { period, instants, form } = history;
	await readQueuesOf(context, callList.trigger, history, fetch);
	const found = await matching(callList, history, pages, fetch, request, period);
	if (found?.keys.size === 0) return;
	const whole = callList.withAllLegs(request) ?? request;
	for await (const calls of finishedCalls(callList, history, pages, fetch, whole, instants)) {
		yield wantedCalls(calls, period, found)
			.reverse()
			.map((call) => itemOf(call, form));
	}
}

/** @param table the lines of CSV; null for NDJSON */
async function* filePieces(
	list: AsyncIterable<IDataObject[]>,
	table: Table | null,
	written: { rows: number },
): AsyncGenerator<Piece> {
	for await (const rows of list) {
		written.rows += rows.length;
		// One chunk per page, as each is written separately.
		if (rows.length > 0) yield table === null ? ndjsonLines(rows) : table.lines(rows);
	}
	// A table without rows still has its header.
	if (written.rows === 0 && table !== null) yield csvLine(table.header, false);
}

const DOCUMENTED_COLUMNS = CDR_FIELDS.map(({ value }) => String(value)).sort((a, b) =>
	a === 'id' ? -1 : b === 'id' ? 1 : 0,
);

/** A CSV file. Its columns are the fields of the first page, which every record of the API has, and the documented ones. */
class Table {
	/** Fields that first appeared after the header was written. */
	readonly leftOut = new Set<string>();

	private columns: Set<string> | undefined;

	constructor(
		/** The columns of a table without rows, and those that every other has. */
		private readonly documented: readonly string[],
		private readonly escapesFormulas: boolean,
	) {}

	/** The header of a table without rows. */
	get header(): readonly string[] {
		return this.documented.length === 0 ? DOCUMENTED_COLUMNS : this.documented;
	}

	/** The lines of a page, with the header before the first. */
	lines(rows: IDataObject[]): string {
		const isFirst = this.columns === undefined;
		const columns = (this.columns ??= new Set([...rows.flatMap((row) => Object.keys(row)), ...this.documented]));
		const names = [...columns];
		let lines = isFirst ? csvLine(names, this.escapesFormulas) : '';
		for (const row of rows) {
			for (const name in row) if (!columns.has(name)) this.leftOut.add(name);
			lines += csvRecord(row, names, this.escapesFormulas);
		}
		return lines;
	}
}

/** The user's file name without anything that could make it a path; with the format's extension if it has none. */
function fileNameOf(value: unknown, ending: string): string | null {
	const name = text(value)?.replace(/[/\\:*?"<>|\r\n\t]+/g, '-') ?? null;
	// Not every dot begins an extension: "Calls 12.5.2026".
	return name === null || /\.(?=\w*[a-z])\w{1,8}$/i.test(name) ? name : `${name}.${ending}`;
}
