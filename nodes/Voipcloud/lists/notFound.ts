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
const OTHER_LIST = Symbol('other list');

type Request = IHttpRequestOptions & { [FAILS_ON_404]?: true; [OTHER_LIST]?: string };

/** A request for a list whose 404 is an error, where the user chose so. */
export function failingOn404(request: IHttpRequestOptions, isChosen = false): IHttpRequestOptions {
	const marked: Request = { ...request, [FAILS_ON_404]: true };
	return isChosen ? marked : request;
}

export function failsOn404(request: Request): boolean {
	return request[FAILS_ON_404] === true;
}

/**
 * A request for one of two lists that are read together. That the other one is answered shows that the account is there as well as
 * the list itself does: an account may have calls of queues and none of users.
 */
export function besideList(request: IHttpRequestOptions, otherList: string | undefined): IHttpRequestOptions {
	const marked: Request = { ...request, [OTHER_LIST]: otherList };
	return otherList === undefined ? request : marked;
}

/** The list that is read together with the one requested, if there is one. */
export function otherListOf(request: Request): string | undefined {
	return request[OTHER_LIST];
}
