import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

export class VoipcloudWebhookApi implements ICredentialType {
	name = 'voipcloudWebhookApi';

	displayName = 'VoIPcloud Webhook API';

	icon: Icon = { light: 'file:../icons/voipcloud.svg', dark: 'file:../icons/voipcloud.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-cloud-pbx/n8n-nodes-cloud-pbx/blob/main/docs/events.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. 0123456789abcdef0123456789abcdef',
			hint: 'The <i>Secret Token</i> in the <a href="https://au.voipcloud.online" target="_blank">VoIPcloud portal</a>: Integration/API > Webhooks',
			description:
				'VoIPcloud sends it in the header X-Pbx-Token. At least 16 characters without blanks. The test looks at its form only; nothing is asked.',
		},
	];
}
