import { scopeProperty } from '../../shared/calls/unreturnedSettings';
import { recordsOrCalls } from '../../shared/history/callHistory';
import { getStatistics } from '../../shared/history/getStatistics';
import { getUnreturned } from '../../shared/history/getUnreturned';
import type { Resource, ResourceOption } from '../../shared/operation/definition';
import { count, filters, joinedNames, type PreSend } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { namesDescription, voipcloud } from '../api';
import { callListOf } from '../calls/history';
import { voipcloudTrigger } from '../calls/trigger';
import { failOnNotFoundProperty, notFoundOf } from '../lists/notFound';
import { callPages } from '../lists/pages';
import { timezoneOption } from '../lists/timezone';

/** The three call lists differ in their address and the filter by names. */
interface CallHistory {
	/** How the node's picker shows it. */
	readonly option: ResourceOption;
	readonly path: string;
	/** As in "Get many queue calls". */
	readonly plural: string;
	/** The filter by names, and the provider's parameter for it. */
	readonly names: { displayName: string; placeholder: string; description: string };
	readonly namesParameter: string;
}

const complete: PreSend = async function (request) {
	return await Promise.resolve({ ...request, ...notFoundOf(this) });
};

/** Get Many of a call list. */
export function callHistory({ option, path, plural, names, namesParameter }: CallHistory): Resource {
	const { value: event } = option;
	const isGroup = event !== 'userCall';
	const request = { method: 'GET', url: path } as const;
	const list = callListOf(event, namesParameter);
	return resource({ provider: voipcloud }, option, 'getAll', {
		...(isGroup && {
			getUnreturned: {
				...getUnreturned({
					trigger: voipcloudTrigger,
					event,
					namesFilter: event === 'ringGroupCall' ? 'ringGroups' : 'queues',
					request,
					fields: [scopeProperty],
					options: [
						failOnNotFoundProperty,
						timezoneOption,
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
				action: `Get callers to call back from ${plural}`,
			},
		}),
		getAll: recordsOrCalls(list, {
			name: 'Get Many',
			action: `Get many ${plural}`,
			description: `Get many ${plural}, newest first`,
			request,
			fields: [filters([joinedNames(`query.${namesParameter}`, { ...names, name: 'names' })])],
			options: [
				failOnNotFoundProperty,
				{ ...timezoneOption, displayOptions: { hide: { '/output': ['raw'] } } },
				count('query.offset', {
					displayName: 'Offset',
					name: 'offset',
					typeOptions: { minValue: 0 },
					displayOptions: { show: { '/output': ['raw'] } },
					description: 'How many of the newest calls to skip',
				}),
			],
			complete,
			pages: callPages,
			itemsAtATime: 4,
			effect: 'reads',
			evidence: 'P',
		}),
		getStatistics: { ...getStatistics(list, request, callPages, [failOnNotFoundProperty, timezoneOption]), complete },
	});
}
