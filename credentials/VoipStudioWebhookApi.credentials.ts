import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

export class VoipStudioWebhookApi implements ICredentialType {
	name = 'voipStudioWebhookApi';

	displayName = 'VoIPstudio Webhook API';

	icon: Icon = { light: 'file:../icons/voipstudio.svg', dark: 'file:../icons/voipstudio.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-cloud-pbx/n8n-nodes-cloud-pbx/blob/main/docs/events.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. voipstudio',
			description: 'The user in the URL. Letters, digits and - . _ ~ only.',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Yours to choose. In the <a href="https://voipstudio.com/docs/api/introduction" target="_blank">VoIPstudio dashboard</a> enter the URL as https://user:password@host/…: Integrations > Webhooks.',
			description:
				'The password in the URL. At least 16 characters without blanks: letters, digits and - . _ ~ only. The test looks at its form only; nothing is asked.',
		},
	];
}
