import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Simulator } from '../../simulator/server/server';

/** Credentials of the accounts that a simulator has if a test asks for no others. A node takes the one of its type. */
export function demoCredentials(
	{ voipstudio, voipcloud, livechat247, while1 }: Simulator['urls'],
	apiVersion = 'v1',
): Record<string, ICredentialDataDecryptedObject> {
	return {
		voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl: voipstudio },
		voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: voipcloud, apiVersion },
		liveChat247Api: {
			email: 'demo@example.com',
			authentication: 'apiKey',
			apiKey: 'livechat247-demo-key',
			environment: 'custom',
			baseUrl: `${livechat247}/u/api/`,
		},
		while1VoiceApi: { apiToken: 'while1-demo-token', apiKey: 'while1-demo-key', baseUrl: while1 },
	};
}
