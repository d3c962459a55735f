import type { INodeExecutionData, INodeType, INodeTypeDescription, IPollFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { filterProperties, itemPerProperty, outputProperty, withValues } from '../shared/calls/properties';
import { asTextOf } from '../shared/operation/options';
import { searchTimeZones, timezoneProperty } from '../shared/parameters/timeZone';
import { pollCalls } from '../shared/trigger/poll';
import {
	missedNotReturnedEvent,
	missedNotReturnedProperties,
	startFromProperties,
	triggerOptions,
} from '../shared/trigger/properties';
import { checkAddress } from './api';
import { usersFilter } from './calls/history';
import { valuesOfEvent } from './calls/normalize';
import { while1VoiceTrigger } from './calls/trigger';

const { callerType, direction, number, outcome } = filterProperties;

/** The events of which each item is a call. */
const CALLS = ['cdr', 'missedCall'];

export class While1VoiceTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'While1 Voice Trigger',
		name: 'while1VoiceTrigger',
		icon: { light: 'file:../../icons/while1voice.svg', dark: 'file:../../icons/while1voice.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ $parameter["event"].replace("missedNotReturned", "missed, notCalledBack").replace("cdr", "CallEnded").replace(/([A-Z])/g, " $1").trim().toTitleCase() }}',
		description: 'Starts the workflow when a call of a While1 Voice PBX has ended',
		defaults: { name: 'While1 Voice Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'while1VoiceApi', required: true }],
		properties: [
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
						description: 'A call of the PBX has ended',
					},
					{
						name: 'Missed Call',
						value: 'missedCall',
						action: 'On missed call',
						description: 'A call has ended in which nobody spoke with the caller',
					},
					missedNotReturnedEvent,
				],
				default: 'cdr',
			},
			{
				displayName:
					"While1 Voice gives times without a zone. They are read in the time zone of the workflow, unless the option 'Time Zone of Records' names that of the PBX.",
				name: 'timezoneNotice',
				type: 'notice',
				default: '',
			},
			itemPerProperty({ event: CALLS }),
			...missedNotReturnedProperties(),
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
					number,
					{ ...withValues(outcome, valuesOfEvent.outcome), displayOptions: { show: { '/event': ['cdr'] } } },
					usersFilter,
				],
			},
			outputProperty,
			triggerOptions({
				...timezoneProperty,
				description: 'The IANA zone of the PBX. Without it: that of the workflow. Check one call you know.',
			}),
		],
	};

	methods = { listSearch: { searchTimeZones } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		await checkAddress(this);
		return await pollCalls(this, while1VoiceTrigger);
	}
}
