import type { INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { eventProperties } from '../../shared/events/properties';
import { receive } from '../../shared/events/receive';
import { formTest } from '../../shared/events/secret';
import { while1VoiceEvents } from './events';
import { respondProperties, withAnswer } from './respond';

export class While1VoiceEventTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'While1 Voice Event Trigger',
		name: 'while1VoiceEventTrigger',
		icon: { light: 'file:../../../icons/while1voice.svg', dark: 'file:../../../icons/while1voice.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].length }} events',
		description: 'Starts the workflow when While1 Voice pushes an event of a call, or asks who is calling',
		defaults: { name: 'While1 Voice Event Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'while1VoiceWebhookApi', required: true, testedBy: 'while1VoiceWebhookTest' }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'GET',
				responseMode: '={{ $parameter["respond"] === "lastNode" ? "lastNode" : "onReceived" }}',
				responseData: '={{ $parameter["respond"] === "lastNode" ? "firstEntryJson" : "" }}',
				// With a parameter in it n8n puts the webhook's ID before the path, and wants each path only once: hence the ID in it.
				isFullPath: true,
				path: '={{ $webhookId }}/:secret',
			},
		],
		properties: eventProperties(
			'In the While1 portal: <i>Edit Project > sendEvent</i>, and <i>Caller Data Retrieval</i> to be asked who is calling. Paste the URL, and replace <code>:secret</code> in it by the secret of the credential.',
			[
				{ name: 'Call Forward Answer', value: 'call_forward_answer', description: 'A forwarded call was answered' },
				{
					name: 'Caller Data Retrieval',
					value: 'caller_data',
					description: 'While1 asks who is calling, before the call is answered',
				},
				{ name: 'Dial Answer', value: 'dial_answer', description: 'A phone was answered' },
				{ name: 'Missed Calls', value: 'missed_calls', description: 'A caller gave up' },
				{ name: 'Outgoing End', value: 'outgoing_end', description: 'An outbound call has ended' },
				{ name: 'Queue Answer', value: 'queue_answer', description: 'An agent of a queue answered' },
				{ name: 'Queue Answer End', value: 'queue_answer_end', description: 'A call that an agent answered has ended' },
			],
			respondProperties,
		),
	};

	methods = { credentialTest: { while1VoiceWebhookTest: formTest(while1VoiceEvents) } };

	/** While1 has no request for it: the URL is pasted in its portal, so there is nothing to find, create or delete. */
	webhookMethods = {
		default: {
			checkExists: async (): Promise<boolean> => true,
			create: async (): Promise<boolean> => true,
			delete: async (): Promise<boolean> => true,
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return withAnswer(this, await receive(this, while1VoiceEvents));
	}
}
