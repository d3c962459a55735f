import type { IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { scopeProperty } from '../../shared/calls/unreturnedSettings';
import { recordsOrCalls } from '../../shared/history/callHistory';
import { getUnreturned } from '../../shared/history/getUnreturned';
import type { Resource, ResourceOption } from '../../shared/operation/definition';
import { count, day, filters, joinedNames } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { parameterError } from '../../shared/request/nodeErrors';
import { namesDescription, voipcloud } from '../api';
import { historyOf } from '../calls/history';
import { voipcloudTrigger } from '../calls/trigger';
import { failOnNotFoundProperty, notFoundOf, type CallsRequest } from '../lists/notFound';
import { callPages } from '../lists/pages';

/** The three call lists differ in their address, the filter by names, and the fields worth keeping. */
interface CallHistory {
	/** How the node's picker shows it. */
	readonly option: ResourceOption;
	readonly path: string;
	/** As in "Get many queue calls". */
	readonly plural: string;
	/** The filter by names, and the provider's parameter for it. */
	readonly names: { displayName: string; placeholder: string; description: string };
	readonly namesParameter: string;
	/** v2 records have up to twelve fields; these ten stay with 'Simplify'. v1 records have eight, all among them. */
	readonly simpleFields: readonly string[];
}

/** Get Many of a call list. */
export function callHistory({ option, path, plural, names, namesParameter, simpleFields }: CallHistory): Resource {
	const { value: event } = option;
	const isGroup = event !== 'userCall';
	return resource({ provider: voipcloud }, option, 'getAll', {
		getAll: recordsOrCalls(historyOf(event, names.displayName, namesParameter), {
			name: 'Get Many',
			action: `Get many ${plural}`,
			description: `Get many ${plural}, newest first`,
			request: { method: 'GET', url: path },
			fields: [
				filters([
					day('query.from_date', {
						displayName: 'Call Date From',
						name: 'fromDate',
						typeOptions: { dateOnly: true },
						description: 'Only calls from this day on. VoIPcloud filters by whole days and ignores the time.',
					}),
					day('query.to_date', {
						displayName: 'Call Date To',
						name: 'toDate',
						typeOptions: { dateOnly: true },
						description: 'Only calls up to this day. VoIPcloud filters by whole days and ignores the time.',
					}),
					joinedNames(`query.${namesParameter}`, { ...names, name: 'names' }),
				]),
			],
			options: [
				failOnNotFoundProperty,
				count('query.offset', {
					displayName: 'Offset',
					name: 'offset',
					typeOptions: { minValue: 0 },
					displayOptions: { show: { '/output': ['raw'] } },
					description: 'How many of the newest calls to skip',
				}),
			],
			complete: ready,
			pages: callPages,
			simple: simpleFields,
			itemsAtATime: 4,
			effect: 'reads',
			evidence: 'P',
		}),
		...(isGroup && {
			getUnreturned: {
				...getUnreturned({
					trigger: voipcloudTrigger,
					event,
					namesFilter: event === 'ringGroupCall' ? 'ringGroups' : 'queues',
					request: { method: 'GET', url: path },
					fields: [scopeProperty],
					options: [
						failOnNotFoundProperty,
						{
							displayName: 'Queues or Ring Groups',
							name: 'queues',
							type: 'string',
							default: '',
							placeholder: names.placeholder,
							description: namesDescription('Only calls missed there'),
						},
					],
				}),
				action: `Get unreturned callers from ${plural}`,
			},
		}),
	});
}

/** Checks the days, and reads whether a 404 is an error. */
async function ready(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<CallsRequest> {
	const { from_date: from, to_date: to } = (request.qs ?? {}) as { from_date?: string; to_date?: string };
	if (from === undefined || to === undefined || from <= to) return { ...request, ...notFoundOf(this) };
	throw parameterError(
		this,
		"'Call Date From' is after 'Call Date To'",
		'Swap the two days, or leave one of them empty.',
	);
}
