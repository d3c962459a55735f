import type { INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { eventProperties } from '../../shared/events/properties';
import { receive } from '../../shared/events/receive';
import { formTest } from '../../shared/events/secret';
import { voipStudioEvents } from './events';

export class VoipStudioEventTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'VoIPstudio Event Trigger',
		name: 'voipStudioEventTrigger',
		icon: { light: 'file:../../../icons/voipstudio.svg', dark: 'file:../../../icons/voipstudio.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].length }} events',
		description: 'Starts the workflow while the phone rings: when VoIPstudio pushes an event of a call',
		defaults: { name: 'VoIPstudio Event Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'voipStudioWebhookApi', required: true, testedBy: 'voipStudioWebhookTest' }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', responseData: 'noData', path: 'events' },
		],
		properties: eventProperties(
			'In the VoIPstudio dashboard: <i>Integrations > Webhooks > Add Webhook</i>. Enter the URL with the user and the password of the credential before the host, <code>https://user:password@host/…</code>, and choose the events. VoIPstudio saves only a URL that answers: publish the workflow first.',
			[
				{ name: 'Call Connected', value: 'call.connected' },
				{ name: 'Call Hangup', value: 'call.hangup', description: 'A call or a leg of one has ended' },
				{ name: 'Call Initial', value: 'call.initial', description: 'A call begins' },
				{ name: 'Call Missed', value: 'call.missed', description: 'Once per call, not for each phone that rang' },
				{ name: 'Call Ringing', value: 'call.ringing' },
				{ name: 'DTMF Received', value: 'call.dtmf', description: 'A key was pressed' },
				{ name: 'Recording Ready', value: 'monitor.audio_ready' },
				{ name: 'SMS Received', value: 'sms.received' },
			],
		),
	};

	methods = { credentialTest: { voipStudioWebhookTest: formTest(voipStudioEvents) } };

	/** VoIPstudio has no request for it: the URL is pasted in its dashboard, so there is nothing to find, create or delete. */
	webhookMethods = {
		default: {
			checkExists: async (): Promise<boolean> => true,
			create: async (): Promise<boolean> => true,
			delete: async (): Promise<boolean> => true,
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this, voipStudioEvents);
	}
}
