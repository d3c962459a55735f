import {
	getCredentialOwnRequestAllowedDomains,
	UserError,
	type ICredentialDataDecryptedObject,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
} from 'n8n-workflow';

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
