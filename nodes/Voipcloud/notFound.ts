import type { IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

/**
 * What 404, "Tenant or required data not found", means for a list of calls is not documented. Assumed: that there are none, if
 * the account answers the list as a whole. With this switch it is an error, as it is in an account that answers nothing.
 */
export const failOnNotFoundProperty: INodeProperties = {
	displayName: 'Fail on 404',
	name: 'failOnNotFound',
	type: 'boolean',
	default: false,
	description:
		'Whether the answer 404, "required data not found", is always an error, so that a mistyped name shows. Without it the list is asked for without filters: if that is answered, the 404 means that there are no such calls.',
};

const FAILS_ON_404 = Symbol('fails on 404');

type Request = IHttpRequestOptions & { [FAILS_ON_404]?: true };

/** A request for a list whose 404 is an error, where the user chose so. */
export function failingOn404(request: IHttpRequestOptions, isChosen = false): IHttpRequestOptions {
	const marked: Request = { ...request, [FAILS_ON_404]: true };
	return isChosen ? marked : request;
}

export function failsOn404(request: Request): boolean {
	return request[FAILS_ON_404] === true;
}
