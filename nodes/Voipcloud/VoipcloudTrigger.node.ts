import type { INodeExecutionData, INodeType, INodeTypeDescription, IPollFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { filterProperties, itemPerProperty, outputProperty, withValues } from '../shared/calls/properties';
import { scopeProperty } from '../shared/calls/unreturnedSettings';
import { asTextOf } from '../shared/operation/options';
import { searchTimeZones } from '../shared/parameters/timeZone';
import { pollCalls } from '../shared/trigger/poll';
import {
	missedNotReturnedEvent,
	missedNotReturnedProperties,
	startFromProperties,
	triggerOptions,
} from '../shared/trigger/properties';
import { NAMED_BY_TEST, namesDescription } from './api';
import { V2_ONLY } from './calls/history';
import { V1_USER, V1_WAITING, V2_USER, V2_WAITING } from './calls/normalize';
import { voipcloudTrigger } from './calls/trigger';
import { failOnNotFoundProperty } from './lists/notFound';
import { timezoneOption } from './lists/timezone';

const { callerType, direction, minimumDuration, number, outcome, queues, ringGroups, users } = filterProperties;

/** The events of which each item is a call. */
const OF_USERS = ['userCall', 'missedUserCall'];
const OF_QUEUES = ['queueCall', 'missedQueueCall'];
const OF_RING_GROUPS = ['ringGroupCall', 'missedRingGroupCall'];
const CALLS = [...OF_QUEUES, ...OF_RING_GROUPS, ...OF_USERS];

export class VoipcloudTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'VoIPcloud Trigger',
		name: 'voipcloudTrigger',
		icon: { light: 'file:../../icons/voipcloud.svg', dark: 'file:../../icons/voipcloud.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ $parameter["event"].replace("missedNotReturned", "missed, notCalledBack").replace(/^(queue|ringGroup|user)Call$/, "$1CallEnded").replace(/([A-Z])/g, " $1").trim().toTitleCase() }}',
		description: 'Starts the workflow when a call of a VoIPcloud queue, ring group or user has ended',
		defaults: { name: 'VoIPcloud Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'voipcloudApi', required: true }],
		properties: [
			{
				displayName:
					'Each poll is a request, and VoIPcloud allows 100 in 15 minutes. Polling every minute takes 15 of them; with Missed, Not Called Back, which reads two lists, 30.',
				name: 'requestsNotice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Event',
				name: 'event',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Missed Queue Call',
						value: 'missedQueueCall',
						action: 'On missed queue call',
						description: 'A call to a queue was abandoned or timed out',
					},
					{
						name: 'Missed Ring Group Call',
						value: 'missedRingGroupCall',
						action: 'On missed ring group call',
						description: 'A call to a ring group was abandoned or timed out',
					},
					{
						name: 'Missed User Call',
						value: 'missedUserCall',
						action: 'On missed user call',
						description: "A call to a user's phone was not answered there",
					},
					missedNotReturnedEvent,
					{
						name: 'Queue Call Ended',
						value: 'queueCall',
						action: 'On queue call ended',
						description: 'A call to a queue was answered, abandoned or timed out',
					},
					{
						name: 'Ring Group Call Ended',
						value: 'ringGroupCall',
						action: 'On ring group call ended',
						description: 'A call to a ring group was answered, abandoned or timed out',
					},
					{
						name: 'User Call Ended',
						value: 'userCall',
						action: 'On user call ended',
						description: 'A call of a user has ended, inbound or outbound',
					},
				],
				default: 'queueCall',
			},
			{
				displayName:
					"A phone that rang unanswered is a missed user call, even if a colleague took the call. API version 1 does not link the two. With version 2 'One Item per Call' joins them, and an incoming call that nobody answered comes a day later, when it is certain that nobody can still be talking. For calls that nobody answered choose Missed Queue Call or Missed Ring Group Call.",
				name: 'missedNotice',
				type: 'notice',
				default: '',
				displayOptions: { show: { event: ['missedUserCall'] } },
			},
			itemPerProperty({ event: OF_USERS }),
			...missedNotReturnedProperties({
				before: [
					{
						displayName: 'Missed In',
						name: 'missedIn',
						type: 'options',
						noDataExpression: true,
						options: [
							{ name: 'Queues', value: 'queueCall', description: 'Calls to queues that nobody took' },
							{ name: 'Ring Groups', value: 'ringGroupCall', description: 'Calls to ring groups that nobody took' },
						],
						default: 'queueCall',
						description:
							'Which calls to look at. Who was reached is also read from the calls of users, so that a poll is two requests.',
					},
				],
				after: [scopeProperty],
			}),
			...startFromProperties,
			{
				displayName: 'Filters',
				name: 'filters',
				type: 'collection',
				placeholder: 'Add filter',
				default: {},
				options: [
					callerType,
					{
						...withValues(direction, V2_USER.direction, V1_USER.direction, V2_ONLY),
						displayOptions: { show: { '/event': OF_USERS } },
					},
					asTextOf('filters'),
					{ ...minimumDuration, displayOptions: { show: { '/event': CALLS } } },
					number,
					{
						...withValues(outcome, V2_WAITING.outcome, V1_WAITING.outcome, V2_ONLY),
						displayOptions: { show: { '/event': ['queueCall', 'ringGroupCall'] } },
					},
					{
						...withValues(outcome, V2_USER.outcome, V1_USER.outcome, V2_ONLY),
						displayOptions: { show: { '/event': ['userCall'] } },
					},
					{
						...queues,
						description: namesDescription('Only calls to these queues', NAMED_BY_TEST),
						displayOptions: { show: { '/event': [...OF_QUEUES, 'missedNotReturned'] } },
					},
					{
						...ringGroups,
						description: namesDescription('Only calls to these ring groups', NAMED_BY_TEST),
						displayOptions: { show: { '/event': [...OF_RING_GROUPS, 'missedNotReturned'] } },
					},
					{
						...users,
						description: namesDescription('Only calls of these users', NAMED_BY_TEST),
						displayOptions: { show: { '/event': CALLS } },
					},
				],
			},
			outputProperty,
			triggerOptions(failOnNotFoundProperty, timezoneOption),
		],
	};

	methods = { listSearch: { searchTimeZones } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollCalls(this, voipcloudTrigger);
	}
}
