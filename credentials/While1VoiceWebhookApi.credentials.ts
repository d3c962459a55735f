import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

export class While1VoiceWebhookApi implements ICredentialType {
	name = 'while1VoiceWebhookApi';

	displayName = 'While1 Voice Webhook API';

	icon: Icon = { light: 'file:../icons/while1voice.svg', dark: 'file:../icons/while1voice.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-cloud-pbx/n8n-nodes-cloud-pbx/blob/main/docs/events.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Secret',
			name: 'secret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. 0123456789abcdef0123456789abcdef',
			hint: 'Yours to choose. It takes the place of <code>:secret</code> in the URL that you paste in the portal of <a href="https://support.while1.ro/projects/while1-voice-en/wiki" target="_blank">While1</a>.',
			description:
				'The last part of the URL. At least 16 characters without blanks: letters, digits and - . _ ~ only. The test looks at its form only; nothing is asked.',
		},
	];
}
