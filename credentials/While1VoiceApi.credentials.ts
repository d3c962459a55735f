import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { while1Voice } from '../nodes/While1Voice/api';
import {
	CODES_OF_THE_TEST,
	failsAtWrongPath,
	failsIf,
	foreignAnswerRules,
	testRules,
} from '../nodes/shared/credential/testRules';
import { withHeader } from '../nodes/shared/credential/withHeader';

const REFUSED =
	'The PBX refused the request, most likely with "Token does not match". Check the API Token and that the base URL is that of the same PBX. If an api_key is set in the PBX, enter it as API Key as well. Both are in the PBX under Settings :: Parameters.';

const UNCLEAR =
	"The PBX answered, and its 'has_error' is neither true nor false: whether it accepts the API token is not known. Ask the support of While1.";

const NOT_WHILE1 =
	"The answer is not that of While1's API. Check 'Base URL': it must be the address of your PBX, without /api.";

export class While1VoiceApi implements ICredentialType {
	name = 'while1VoiceApi';

	displayName = 'While1 Voice API';

	icon: Icon = { light: 'file:../icons/while1voice.svg', dark: 'file:../icons/while1voice.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-cloud-pbx/n8n-nodes-cloud-pbx/blob/main/docs/while1-voice.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://pbx.example.com',
			required: true,
			hint: CODES_OF_THE_TEST,
			description: 'The address of your PBX. The node adds /api and the name of the endpoint.',
		},
		{
			displayName: 'API Token',
			name: 'apiToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. 0123456789abcdef',
			hint: 'In your PBX: Settings :: Parameters, api_token (<a href="https://support.while1.ro/projects/while1-voice-en/wiki" target="_blank">documentation of While1 Voice</a>)',
			description: 'The api_token of the PBX. It opens the API.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. fedcba9876543210',
			hint: 'In your PBX: Settings :: Parameters, api_key. Leave it empty if none is set there.',
			description:
				'The api_key of the PBX. It is not sent: it signs each request (api_hash), so that the PBX can tell that nothing was changed on the way.',
		},
	];

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return withHeader(
			while1Voice.baseUrl(credentials as IDataObject),
			request,
			'Authorization',
			credentials.apiToken,
			'Bearer ',
		);
	}

	/** Signed where an API key is set: the text before the key is what `http_build_query` gives for the body. */
	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL:
				'={{ $credentials.baseUrl.trim().slice(0, 2001).replace(/\\/+$/, "").replace(/\\/api$/, "").replace(/^(?!https?:\\/\\/)/i, "https://") }}/api',
			url: '/users-status',
			body: {
				type: 'sip',
				api_hash: '={{ $credentials.apiKey ? ("type=sip" + $credentials.apiKey.trim()).hash("md5") : undefined }}',
			},
		},
		rules: testRules(
			failsAtWrongPath('https:// and the host of your PBX, without a path.'),
			...foreignAnswerRules('While1 Voice'),
			// The document: `messages` may have a code as its key, so the test goes by `has_error`, in each form of true.
			...[true, 1, '1', 'true', 'True', 'TRUE'].map((value) => failsIf('has_error', value, REFUSED)),
			...[null, ''].map((value) => failsIf('has_error', value, UNCLEAR)),
			failsIf('has_error', undefined, NOT_WHILE1),
		),
	};
}
