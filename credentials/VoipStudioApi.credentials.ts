import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { NO_LIST, voipStudio } from '../nodes/VoipStudio/api';
import {
	CODES_OF_THE_TEST,
	failsAt,
	failsAtWrongPath,
	foreignAnswerRules,
	testRules,
} from '../nodes/shared/credential/testRules';
import { withHeader } from '../nodes/shared/credential/withHeader';

export class VoipStudioApi implements ICredentialType {
	name = 'voipStudioApi';

	displayName = 'VoIPstudio API';

	icon: Icon = { light: 'file:../icons/voipstudio.svg', dark: 'file:../icons/voipstudio.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-cloud-pbx/n8n-nodes-cloud-pbx/blob/main/docs/voipstudio.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. 9843211cb48787655cddb080ebdabced',
			hint: 'In the VoIPstudio dashboard: edit a user > API Keys > enter a name > Add > eye icon (<a href="https://voipstudio.com/docs/api/introduction" target="_blank">how to</a>)',
			description: 'The key of a user. It sees what that user may see.',
		},
		{
			displayName:
				'A key made with the default lifetime ends after 7 days without use. Choose a longer one, or none, when you add it.',
			name: 'lifetimeNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://l7api.com/v1.2/voipstudio',
			placeholder: 'e.g. https://l7api.com/v1.2/voipstudio',
			required: true,
			hint: CODES_OF_THE_TEST,
			description: 'The address of the API with its version',
		},
	];

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return withHeader(voipStudio.baseUrl(credentials as IDataObject), request, 'X-Auth-Token', credentials.apiKey);
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim().slice(0, 2001).replace(/\\/+$/, "") }}',
			// The list that the document itself asks for; /ping is in none of its pages at hand.
			url: '/cdrs',
			qs: { page: 1, limit: 1 },
		},
		rules: testRules(
			failsAt(
				401,
				'VoIPstudio did not accept the API key (401). Check that it is copied in full and has not expired: by default a key ends after 7 days without use.',
			),
			failsAtWrongPath('https://l7api.com/v1.2/voipstudio, without a path after it.'),
			...foreignAnswerRules('VoIPstudio'),
			...NO_LIST,
		),
	};
}
