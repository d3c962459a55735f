import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { outputProperty } from '../calls/properties';

/** Said in each event trigger, behind where the URL goes in the provider's portal. */
const URLS =
	"Take the <b>production</b> URL: it answers while the workflow is published. The test URL answers only while a test run listens. What is refused is in n8n's log, with the reason. Events can be lost or come twice: a polling trigger beside this one misses no call.";

/**
 * The fields of an event trigger.
 *
 * @param where the URL goes in the provider's portal, and how the secret gets into it
 * @param options the provider's events, in alphabetical order
 * @param own fields of the provider's own
 */
export function eventProperties(
	where: string,
	options: INodePropertyOptions[],
	own: INodeProperties[] = [],
): INodeProperties[] {
	return [
		{ displayName: `${where} ${URLS}`, name: 'urlNotice', type: 'notice', default: '' },
		{
			displayName: 'Events',
			name: 'events',
			type: 'multiOptions',
			options,
			default: [...options.map(({ value }) => value as string)],
			description: 'Which events start the workflow. The others are answered and dropped.',
		},
		...own,
		{
			...outputProperty,
			options: outputProperty.options?.filter((option) => 'value' in option && option.value !== 'full'),
			displayOptions: {},
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{
					displayName: 'Other Events',
					name: 'otherEvents',
					type: 'boolean',
					default: false,
					description:
						"Whether events that this node does not know start the workflow as well. Without it they are named in n8n's log.",
				},
			],
		},
	];
}
