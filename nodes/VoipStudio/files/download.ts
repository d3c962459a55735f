import type {
	IDataObject,
	IExecutePaginationFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import type { Operation } from '../../shared/operation/definition';
import { sendingOf } from '../../shared/operation/run';
import { parameterError, problemError } from '../../shared/request/nodeErrors';
import { unreadableProblem } from '../../shared/request/problems';
import type { Check, Problem } from '../../shared/request/provider';
import { send } from '../../shared/request/send';
import { decimal, numeric, text } from '../../shared/values/values';
import { missingRecord, recordOf, voipStudio } from '../api';

/** A kind of file that the provider stores. */
export interface StoredFile {
	/** As in "The recording is not ready yet". */
	readonly noun: string;
	readonly ending: 'mp3' | 'pdf';
	readonly mimeType: 'audio/mpeg' | 'application/pdf';
	/** The fields of the record that describe the file; they make its name. */
	readonly nameFields: readonly string[];
}

/**
 * Downloads the file of a record. The record is read first: it has the file's name and length, and shows whether the file is
 * just not there yet or the record does not exist.
 */
export function download(file: StoredFile): Operation {
	return async function (request) {
		const record = recordOf(await send(this, voipStudio, request, sendingOf(this), missingRecord));
		const found = await fileItem(this, request, file, record);
		if (found === null) throw problemError(this, notReady(file));
		return [found];
	};
}

/**
 * The item of a record with its file; null if the file is not ready yet.
 *
 * @param request of the record
 */
export async function fileItem(
	context: IExecutePaginationFunctions,
	request: IHttpRequestOptions,
	file: StoredFile,
	record: IDataObject,
): Promise<INodeExecutionData | null> {
	const address = { ...request, url: `${request.url}.${file.ending}` };
	const bytes = await bytesOf(context, address, file, numeric(record.size));
	if (bytes === null) return null;
	const binary = await context.helpers.prepareBinaryData(bytes, fileName(file, record), file.mimeType);
	const property = text(context.getNodeParameter('options.binaryPropertyName', 'data')) ?? 'data';
	return { json: record, binary: { [property]: binary }, pairedItem: { item: context.getItemIndex() } };
}

/** The recording of a call. */
export const RECORDING: StoredFile = {
	noun: 'recording',
	ending: 'mp3',
	mimeType: 'audio/mpeg',
	nameFields: ['timestamp', 'caller', 'called'],
};

async function bytesOf(
	context: IExecutePaginationFunctions,
	request: IHttpRequestOptions,
	file: StoredFile,
	size: number | null,
): Promise<Buffer | null> {
	// The length of a recording is known; a shorter file was cut off on the way, and is requested again.
	const isWhole: Check = ({ body, status, headers }) => {
		if (!Buffer.isBuffer(body)) return unreadableProblem(voipStudio.name, { status, headers, body: undefined });
		const isPage = /^\s*[<{]/.test(body.subarray(0, 20).toString('latin1'));
		if (isPage) return unreadableProblem(voipStudio.name, { status, headers, body: body.toString() });
		return size !== null && body.length > 0 && body.length < size ? cutShort(file) : undefined;
	};
	const sending = { ...sendingOf(context), mostBytes: mostBytesOf(context) };
	const sent = send(context, voipStudio, { ...request, encoding: 'arraybuffer' }, sending, isWhole);
	const answer = await sent.catch((error: unknown) => {
		// The record exists, its file does not.
		if (error instanceof NodeApiError && error.httpCode === '404') return undefined;
		return Promise.reject(error as Error);
	});
	const bytes = answer?.body as Buffer | undefined;
	return bytes === undefined || bytes.length === 0 ? null : bytes;
}

const USUAL_MEGABYTES = 200;
const MOST_MEGABYTES = 2000;

/** 'Max File Size (MB)' in bytes. n8n keeps an incoming file in memory. */
function mostBytesOf(context: IExecutePaginationFunctions): number {
	const value: unknown = context.getNodeParameter('options.maxFileSize', USUAL_MEGABYTES);
	const megabytes = decimal(value);
	if (megabytes !== null && megabytes > 0 && megabytes <= MOST_MEGABYTES) return megabytes * 1_000_000;
	throw parameterError(
		context,
		`'Max File Size (MB)' must be a number above 0, up to ${MOST_MEGABYTES}`,
		`It is ${JSON.stringify(value)} now.`,
	);
}

/** 'Max File Size (MB)' of a download. */
export const maxFileSizeOption: INodeProperties = {
	displayName: 'Max File Size (MB)',
	name: 'maxFileSize',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: USUAL_MEGABYTES,
	description: 'How large the file may be. What is larger is not taken over, so that it cannot fill the memory of n8n.',
};

function notReady({ noun }: StoredFile): Problem {
	return {
		message: `The ${noun} exists, but its file is not ready yet`,
		description: 'VoIPstudio makes the file some time after the call. Run again in a minute.',
		cause: 'configuration-invalid',
		code: '404',
	};
}

function cutShort({ noun }: StoredFile): Problem {
	return {
		message: `The file of the ${noun} did not arrive in full`,
		description: 'It is shorter than VoIPstudio says. Nothing was kept; run again.',
		cause: 'temporarily-unavailable',
	};
}

/** E.g. `recording-2096-2026-11-20-10-05-00-34600000000-1001.mp3`. */
function fileName({ noun, ending, nameFields }: StoredFile, record: IDataObject): string {
	const parts = [noun, record.id, ...nameFields.map((field) => record[field])]
		.map(text)
		.filter((part) => part !== null)
		.map((part) => part.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, ''))
		.filter((part) => part !== '');
	return `${parts.join('-').slice(0, 120)}.${ending}`;
}

/** The option of a download that names the field for the file. */
export const outputFieldOption: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	hint: 'The name of the output binary field to put the file in',
};
