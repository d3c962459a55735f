import type { INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { eventProperties } from '../../shared/events/properties';
import { receive } from '../../shared/events/receive';
import { formTest } from '../../shared/events/secret';
import { voipcloudEvents } from './events';

export class VoipcloudEventTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'VoIPcloud Event Trigger',
		name: 'voipcloudEventTrigger',
		icon: { light: 'file:../../../icons/voipcloud.svg', dark: 'file:../../../icons/voipcloud.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].length }} events',
		description: 'Starts the workflow while the phone rings: when VoIPcloud pushes an event of a call',
		defaults: { name: 'VoIPcloud Event Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'voipcloudWebhookApi', required: true, testedBy: 'voipcloudWebhookTest' }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', responseData: 'noData', path: 'events' },
		],
		properties: eventProperties(
			'In the VoIPcloud portal: <i>Integration/API > Webhooks</i>. Paste the URL, enter the token of the credential as <i>Secret Token</i>, tick the events, save, and apply the configuration.',
			[
				{ name: 'Inbound Call Recording', value: 'recording_inbound' },
				{ name: 'Outbound Call Recording', value: 'recording_outbound' },
				{ name: 'Queue Call Summary', value: 'queue_call', description: 'A call to a queue has ended' },
				{ name: 'Ring Group Call Summary', value: 'ring_group_call', description: 'A call to a ring group has ended' },
				{ name: 'User Inbound Call', value: 'user_inbound', description: "A user's phone rings" },
				{ name: 'User Inbound Call Answered', value: 'user_inbound_answered' },
				{ name: 'User Inbound Call Completion', value: 'user_inbound_completed' },
				{ name: 'User Outbound Call', value: 'user_outbound', description: 'A user calls somebody' },
				{ name: 'User Outbound Call Answered', value: 'user_outbound_answered' },
				{ name: 'User Outbound Call Completion', value: 'user_outbound_completed' },
				{ name: 'Voicemail', value: 'voicemail', description: 'A message was left' },
			],
		),
	};

	methods = { credentialTest: { voipcloudWebhookTest: formTest(voipcloudEvents) } };

	/** VoIPcloud has no request for it: the URL is pasted in its portal, so there is nothing to find, create or delete. */
	webhookMethods = {
		default: {
			checkExists: async (): Promise<boolean> => true,
			create: async (): Promise<boolean> => true,
			delete: async (): Promise<boolean> => true,
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this, voipcloudEvents);
	}
}
