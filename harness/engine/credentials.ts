import type {
	IAuthenticateGeneric,
	ICredentialDataDecryptedObject,
	ICredentialsHelper,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
	Workflow,
} from 'n8n-workflow';
import { getCredentialOwnRequestAllowedDomains, UserError } from 'n8n-workflow';

import { loader } from './package';

/**
 * What n8n 2.41 gives a credential to send with for its own requests, such as a sign-in: to the domains alone that the credential
 * allows (`restrictToCredentialDomains` of n8n's credentials-helper).
 */
export function ownRequests(
	{ helpers }: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
): IHttpRequestHelper {
	const httpRequest = async (request: IHttpRequestOptions): Promise<unknown> => {
		const allowedDomains = getCredentialOwnRequestAllowedDomains(credentials);
		if (allowedDomains === undefined) return await helpers.httpRequest(request);
		if (request.allowedDomains !== undefined)
			throw new UserError('This credential restricts requests to specific domains');
		return await helpers.httpRequest({ ...request, allowedDomains });
	};
	return { helpers: { httpRequest } };
}

/**
 * n8n keeps credentials in its database; here they are given. How a credential type authenticates and signs in is run
 * as the type says it. (The end-to-end test uses n8n's own helper.)
 */
export function credentialsHelper(credentials: Record<string, ICredentialDataDecryptedObject>): ICredentialsHelper {
	const helper = {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		getDecrypted: async (_data: unknown, _node: unknown, type: string) => {
			if (credentials[type] === undefined) throw new Error(`No credential of the type ${type} is given`);
			return await Promise.resolve(credentials[type]);
		},
		getCredentialsProperties: (type: string) => loader.getCredential(type).type.properties,
		preAuthentication: async (
			helpers: IHttpRequestHelper,
			data: ICredentialDataDecryptedObject,
			type: string,
			_node: INode,
			isExpired: boolean,
		) => {
			const { preAuthentication, properties } = loader.getCredential(type).type;
			const expirable = properties.find((property) => property.typeOptions?.expirable === true);
			if (preAuthentication === undefined || expirable === undefined) return undefined;
			if (data[expirable.name] !== '' && data[expirable.name] !== undefined && !isExpired) return undefined;
			const fresh = (await preAuthentication.call(ownRequests(helpers, data), data)) as ICredentialDataDecryptedObject;
			Object.assign(credentials[type], fresh);
			return fresh;
		},
		authenticate: async (
			data: ICredentialDataDecryptedObject,
			type: string,
			request: IHttpRequestOptions,
			workflow: Workflow,
			node: INode,
		) => {
			const { authenticate } = loader.getCredential(type).type;
			if (authenticate === undefined) return request;
			if (typeof authenticate === 'function') return await authenticate(data, request);
			return withAuthentication(authenticate, data, request, workflow, node);
		},
	};
	return helper as unknown as ICredentialsHelper;
}

function withAuthentication(
	{ properties }: IAuthenticateGeneric,
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
	workflow: Workflow,
	node: INode,
): IHttpRequestOptions {
	const result: IDataObject = { ...request };
	for (const [part, values] of Object.entries(properties)) {
		for (const [name, value] of Object.entries(values as object)) {
			const resolved = workflow.expression.getParameterValue(value as string, null, 0, 0, node.name, [], 'internal', {
				$credentials: credentials as IDataObject,
			});
			result[part] = { ...(result[part] as IDataObject), [name]: resolved };
		}
	}
	return result as unknown as IHttpRequestOptions;
}
