import type { IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { isOn, type ParameterContext } from '../../shared/parameters/read';

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

/** A request for a list of calls, with what a 404 to it means. `callPages` sends it without that. */
export interface CallsRequest extends IHttpRequestOptions {
	/** Whether a 404 is an error, as the user chose. */
	readonly failsOn404?: boolean;
	/**
	 * The list that is read together with this one. That it is answered shows that the account is there as well as this list itself
	 * does: an account may have calls of queues and none of users.
	 */
	readonly otherList?: string;
}

/** What the user chose, for the requests of a list. */
export function notFoundOf(context: ParameterContext): Partial<CallsRequest> {
	return { failsOn404: isOn(context, 'options.failOnNotFound', failOnNotFoundProperty.displayName) };
}
