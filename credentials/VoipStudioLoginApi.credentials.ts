import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { NO_LIST, voipStudio } from '../nodes/VoipStudio/api';
import { signIn } from '../nodes/VoipStudio/signIn';
import { failsAtWrongPath, foreignAnswerRules, testRules } from '../nodes/shared/credential/testRules';
import { withHeader } from '../nodes/shared/credential/withHeader';

export class VoipStudioLoginApi implements ICredentialType {
	name = 'voipStudioLoginApi';

	displayName = 'VoIPstudio Login API';

	icon: Icon = { light: 'file:../icons/voipstudio.svg', dark: 'file:../icons/voipstudio.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-cloud-pbx/n8n-nodes-cloud-pbx/blob/main/docs/voipstudio.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			placeholder: 'e.g. name@email.com',
			default: '',
			required: true,
			description: 'The address you sign in to the VoIPstudio dashboard with',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'As in the VoIPstudio dashboard (<a href="https://voipstudio.com/docs/api/introduction" target="_blank">how signing in works</a>)',
			description: 'The password you sign in to the VoIPstudio dashboard with',
		},
		{
			displayName:
				'Accounts with two-factor sign-in cannot be used here. Create an API key for them and use the credential VoIPstudio API.',
			name: 'twoFactorNotice',
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
			description: 'The address of the API with its version',
		},
	];

	/** One sign-in; n8n keeps the token and comes back when it has expired. */
	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject): Promise<IDataObject> {
		return { sessionToken: await signIn(this, credentials as IDataObject) };
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return withHeader(
			voipStudio.baseUrl(credentials as IDataObject),
			request,
			'X-Auth-Token',
			credentials.sessionToken,
		);
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim().slice(0, 2001).replace(/\\/+$/, "") }}',
			// The list that the document itself asks for; /ping is in none of its pages at hand.
			url: '/cdrs',
			qs: { page: 1, limit: 1 },
		},
		rules: testRules(
			failsAtWrongPath('https://l7api.com/v1.2/voipstudio, without a path after it.'),
			...foreignAnswerRules('VoIPstudio'),
			...NO_LIST,
		),
	};
}
