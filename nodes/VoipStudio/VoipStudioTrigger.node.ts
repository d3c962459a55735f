import type { INodeExecutionData, INodeType, INodeTypeDescription, IPollFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { filterProperties, itemPerProperty, outputProperty, withValues } from '../shared/calls/properties';
import { scopeProperty } from '../shared/calls/unreturnedSettings';
import { asTextOf } from '../shared/operation/options';
import { searchTimeZones, timezoneProperty } from '../shared/parameters/timeZone';
import { pollCalls } from '../shared/trigger/poll';
import {
	missedNotReturnedEvent,
	missedNotReturnedProperties,
	startFromProperties,
	triggerOptions,
} from '../shared/trigger/properties';
import { valuesOfEvent } from './calls/normalize';
import { voipStudioTrigger } from './calls/trigger';
import { authenticationProperty, chosenNames, credentials } from './fields';
import { loadOptions } from './lists/search';

const { callerType, direction, minimumDuration, number, outcome } = filterProperties;

/** Events of calls, and events with a length. */
/** Events whose calls have any outcome. */
const ANY_CALLS = ['cdr', 'callMeBackCdr'];
const CALLS = [...ANY_CALLS, 'missedCall'];
const NAMED = { show: { '/event': [...CALLS, 'missedNotReturned'] } };
const TIMED = [...CALLS, 'recording', 'voicemail'];

export class VoipStudioTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'VoIPstudio Trigger',
		name: 'voipStudioTrigger',
		icon: { light: 'file:../../icons/voipstudio.svg', dark: 'file:../../icons/voipstudio.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ $parameter["event"].replace("missedNotReturned", "missed, notCalledBack").replace(/cdr$/i, "CallEnded").replace(/([A-Z])/g, " $1").trim().toTitleCase().replace("Sms", "SMS") }}',
		description:
			'Starts the workflow when a VoIPstudio call has ended, or when a recording, voicemail or text message has arrived',
		defaults: { name: 'VoIPstudio Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials,
		properties: [
			authenticationProperty,
			{
				displayName: 'Event',
				name: 'event',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Call Ended',
						value: 'cdr',
						action: 'On call ended',
						description: 'A call has ended, inbound, outbound or missed',
					},
					{
						name: 'Call Me Back Call Ended',
						value: 'callMeBackCdr',
						action: 'On call me back call ended',
						description: 'A call that a visitor asked for in a Call Me Back widget has ended',
					},
					{
						name: 'Missed Call',
						value: 'missedCall',
						action: 'On missed call',
						description: 'A call has ended in which nobody spoke with the caller',
					},
					missedNotReturnedEvent,
					{
						name: 'Recording Ready',
						value: 'recording',
						action: 'On recording ready',
						description: 'VoIPstudio has stored the recording of a call',
					},
					{
						name: 'SMS Received or Sent',
						value: 'sms',
						action: 'On SMS received or sent',
						description: 'A text message came in or went out',
					},
					{
						name: 'Voicemail Received',
						value: 'voicemail',
						action: 'On voicemail received',
						description: 'A caller has left a message',
					},
				],
				default: 'cdr',
			},
			itemPerProperty({ event: CALLS }),
			...missedNotReturnedProperties({ after: [scopeProperty] }),
			...startFromProperties,
			{
				displayName: 'Filters',
				name: 'filters',
				type: 'collection',
				placeholder: 'Add filter',
				default: {},
				options: [
					callerType,
					{ ...withValues(direction, valuesOfEvent.direction), displayOptions: { show: { '/event': CALLS } } },
					asTextOf('filters'),
					{ ...minimumDuration, displayOptions: { show: { '/event': TIMED } } },
					number,
					{ ...withValues(outcome, valuesOfEvent.outcome), displayOptions: { show: { '/event': ANY_CALLS } } },
					chosenNames('queues', NAMED),
					chosenNames('users', NAMED),
				],
			},
			outputProperty,
			triggerOptions({
				...timezoneProperty,
				description: "The IANA zone of the times in VoIPstudio's records. Without it: UTC. Check one call you know.",
			}),
		],
	};

	methods = { listSearch: { searchTimeZones }, loadOptions };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollCalls(this, voipStudioTrigger);
	}
}
