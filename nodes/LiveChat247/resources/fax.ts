import type { IBinaryData, IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { resource } from '../../shared/operation/resource';
import { parameterError } from '../../shared/request/nodeErrors';
import { api, contentOf, phoneNumber } from '../api';

/** "File to send - accepted formats: PDF, .doc, .docx, .ppt, .xls" */
const FORMATS: Readonly<Record<string, string>> = {
	pdf: 'application/pdf',
	doc: 'application/msword',
	docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
	ppt: 'application/vnd.ms-powerpoint',
	xls: 'application/vnd.ms-excel',
};

const option = { name: 'Fax', value: 'fax', description: 'A document sent to a fax number' };

export const fax = resource({ ...api, complete: faxUpload }, option, 'send', {
	send: {
		name: 'Send',
		action: 'Send a fax',
		description: 'Send a document to a fax number. Somebody receives it: it is never repeated by itself.',
		request: { method: 'POST', url: '', body: { o: 'fax', a: 'send' } },
		fields: [
			{
				displayName: 'Input Binary Field',
				name: 'binaryPropertyName',
				type: 'string',
				default: 'data',
				required: true,
				placeholder: 'e.g. data',
				hint: 'The name of the input field containing the file to send',
				description: 'A PDF, .doc, .docx, .ppt or .xls file',
			},
			phoneNumber('body.from_no', {
				displayName: 'From',
				name: 'from',
				required: true,
				placeholder: 'e.g. +442036427900',
				description: 'The number the fax comes from, in E.164 form',
			}),
			phoneNumber('body.to_no', {
				displayName: 'To',
				name: 'to',
				required: true,
				placeholder: 'e.g. +12125550123',
				description: 'The fax number to send to, in E.164 form',
			}),
		],
		output: contentOf,
		effect: 'faxes',
		reaches: { to_no: 'called' },
		harmless: ['from_no', 'binaryPropertyName'],
		numberField: 'to',
		evidence: 'P',
	},
});

/**
 * The upload as multipart/form-data with the file part `fax_file`, as the vendor's own fax client sends it. (The
 * document's sample, a form labelled as a PDF, cannot be read by any server.) No Content-Type is set: the transport
 * adds the one with the boundary.
 */
async function faxUpload(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	const form = new FormData();
	for (const [name, value] of Object.entries(request.body as Record<string, string>)) form.append(name, value);
	form.append('fax_file', await faxFile(this));
	// Without redirects the transport needs no copy of the upload to send it a second time.
	return { ...request, body: form, disableFollowRedirect: true };
}

async function faxFile(context: IExecuteSingleFunctions): Promise<File> {
	const property = context.getNodeParameter('binaryPropertyName') as string;
	const binary = context.helpers.assertBinaryData(property);
	const { name, type } = nameAndType(context, binary);
	if (binary.id === undefined) {
		const bytes = await context.helpers.getBinaryDataBuffer(property);
		if (bytes.length === 0) throw emptyFile(context, name);
		return new File([bytes as Uint8Array<ArrayBuffer>], name, { type });
	}
	const { fileSize } = await context.helpers.getBinaryMetadata(binary.id);
	if (fileSize === 0) throw emptyFile(context, name);
	const { id } = binary;
	return new StoredFile(name, type, fileSize, async () => await context.helpers.getBinaryStream(id));
}

function emptyFile(context: IExecuteSingleFunctions, name: string): Error {
	return parameterError(context, `The file '${name}' is empty`, 'Nothing was sent. Check the node that made the file.');
}

/** Extensions of formats that cannot be faxed, though such a file may be labelled as one that can: servers call CSV files Excel. */
const OTHER_FORMATS =
	/\.(bmp|csv|docm|eml|gif|heic|html?|jpe?g|json|key|md|msg|numbers|od[pst]|pages|png|pp[st]x|rtf|svg|tiff?|txt|webp|xls[bmx]|xml|zip)$/i;

/** What a server or n8n notes for a page or a picture, and for no document, whatever its name says. */
const NO_DOCUMENT = /^(text\/html|application\/json|(audio|image|video)\/.*)$/;

/**
 * The name that a file is sent with, and its format: the type that n8n noted, or else the end of the name. A name whose
 * ending is not that of the type gets it, as not every dot begins an ending: "Invoice 12.5.2026", "report.new".
 */
function nameAndType(context: IExecuteSingleFunctions, binary: IBinaryData): { name: string; type: string } {
	const fileName = (binary.fileName ?? '').trim();
	const mimeType = binary.mimeType.split(';')[0].trim().toLowerCase();
	const ending = /\.(\w+)$/.exec(fileName)?.[1].toLowerCase() ?? '';
	const byType = Object.keys(FORMATS).find((format) => FORMATS[format] === mimeType);
	if (byType !== undefined && !OTHER_FORMATS.test(fileName)) {
		return { name: ending === byType ? fileName : `${fileName || 'fax'}.${byType}`, type: mimeType };
	}
	if (byType === undefined && Object.hasOwn(FORMATS, ending) && !NO_DOCUMENT.test(mimeType)) {
		return { name: fileName, type: FORMATS[ending] };
	}
	const shown =
		fileName === '' ? `A file of the type ${binary.mimeType}` : `The file '${fileName}' (${binary.mimeType})`;
	throw parameterError(
		context,
		`${shown} cannot be sent as a fax`,
		'Nothing was sent. 247LiveChat takes PDF, .doc, .docx, .ppt and .xls files. Convert the file, or correct its name.',
	);
}

/**
 * A file that n8n keeps outside the memory. It is read while it is sent, so that a large fax needs no room: the
 * transport asks a form's file for its size first and for its stream then.
 */
class StoredFile extends File {
	constructor(
		name: string,
		type: string,
		private readonly byteCount: number,
		private readonly openFile: () => Promise<AsyncIterable<Uint8Array>>,
	) {
		super([], name, { type });
	}

	override get size(): number {
		return this.byteCount;
	}

	override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
		const chunks = this.chunks();
		return new ReadableStream<Uint8Array<ArrayBuffer>>({
			async pull(controller) {
				const { done, value } = await chunks.next();
				if (done === true) controller.close();
				else controller.enqueue(value as Uint8Array<ArrayBuffer>);
			},
			async cancel() {
				await chunks.return(undefined);
			},
		});
	}

	private async *chunks(): AsyncGenerator<Uint8Array, undefined> {
		yield* await this.openFile();
		return undefined;
	}
}
