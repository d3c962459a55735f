import type { IDataObject, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

/** 'Dry Run' of an operation that dials, texts, faxes or creates something. It is in the collection 'Options'. */
export const dryRunProperty: INodeProperties = {
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description:
		'Whether to return the request that would be sent instead of sending it. The values are checked, nothing is dialled or sent, and the credential is not shown.',
};

/** A request before the credential is added to it. */
export function preview({ method = 'GET', baseURL = '', url, qs, body }: IHttpRequestOptions): IDataObject {
	const query = qs === undefined || Object.keys(qs).length === 0 ? {} : { query: qs };
	return {
		dryRun: true,
		method,
		url: `${baseURL}${url}`,
		...query,
		...(body === undefined ? {} : { body: fieldsOf(body) }),
	};
}

/** The fields of a form by name; for a file, just a description. */
function fieldsOf(body: IHttpRequestOptions['body']): IDataObject[string] {
	if (!(body instanceof FormData || body instanceof URLSearchParams)) return body as IDataObject;
	const fields: IDataObject = {};
	body.forEach((value: unknown, name: string) => {
		fields[name] =
			value instanceof File ? { fileName: value.name, mimeType: value.type, bytes: value.size } : String(value);
	});
	return fields;
}
