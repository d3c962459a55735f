import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IDataObject,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { ADDRESS_EXPRESSION, ADDRESSES, liveChat247 } from '../nodes/LiveChat247/api';
import {
	CODES_OF_THE_TEST,
	failsAt,
	failsAtWrongPath,
	failsIf,
	foreignAnswerRules,
	testRules,
} from '../nodes/shared/credential/testRules';
import { keptAt } from '../nodes/shared/request/address';

const REFUSED =
	'247LiveChat refused the credential (403). Check the email, and the API key or password: the key is on your Customer Portal page, the password is the one you log in with. Keys of the sandbox and of production differ.';

export class LiveChat247Api implements ICredentialType {
	name = 'liveChat247Api';

	displayName = '247LiveChat API';

	icon: Icon = { light: 'file:../icons/livechat247.svg', dark: 'file:../icons/livechat247.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-cloud-pbx/n8n-nodes-cloud-pbx/blob/main/docs/247livechat.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			placeholder: 'e.g. name@email.com',
			default: '',
			required: true,
			description: 'The email address that the API key belongs to',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{ name: 'API Key', value: 'apiKey' },
				{ name: 'Password', value: 'password' },
			],
			default: 'apiKey',
			description:
				'247LiveChat takes either. Prefer the API key: both travel in the address of requests that read, where proxies may log them.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['apiKey'] } },
			placeholder: 'e.g. abcdef0987654321',
			hint: 'On your Customer Portal page (<a href="https://247livechat.com/docs/administrator/restapiintroduction" target="_blank">about the API</a>)',
			description: 'The key of your 247LiveChat account',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['password'] } },
			hint: 'As on your Customer Portal page (<a href="https://247livechat.com/docs/administrator/restapiintroduction" target="_blank">about the API</a>)',
			description: 'The password you log in to the Customer Portal with',
		},
		{
			displayName: 'Environment',
			name: 'environment',
			type: 'options',
			options: [
				{ name: 'Production', value: 'production' },
				{ name: 'Sandbox', value: 'sandbox' },
				{ name: 'Custom', value: 'custom' },
			],
			default: 'production',
			hint: `The samples of 247LiveChat also show https://ssl7.net/247livechat.com/u/api. If production does not answer, choose Custom and enter that address. ${CODES_OF_THE_TEST}`,
			description: `Where requests go: ${ADDRESSES.production} or ${ADDRESSES.sandbox}`,
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://ssl7.net/247livechat.com/u/api',
			placeholder: 'e.g. https://ssl7.net/247LiveChat/u/api',
			required: true,
			displayOptions: { show: { environment: ['custom'] } },
			description: 'The whole address of the API, as in its documentation',
		},
	];

	/** The provider's "Basic Parameters": in the query of a GET, in the body of a POST, whatever the body's form. */
	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const kept = keptAt(liveChat247.baseUrl(credentials as IDataObject), request);
		const { email, authentication, apiKey, password } = credentials as Record<string, string | undefined>;
		const parameters: Record<string, string> =
			authentication === 'password'
				? { api_email: (email ?? '').trim(), api_password: password ?? '' }
				: { api_email: (email ?? '').trim(), api_key: (apiKey ?? '').trim() };
		if ((kept.method ?? 'GET') === 'GET') return { ...kept, qs: { ...kept.qs, ...parameters } };
		const body: unknown = kept.body;
		if (body instanceof FormData || body instanceof URLSearchParams) {
			// Set, not appended: n8n may authenticate the same request twice.
			for (const [name, value] of Object.entries(parameters)) body.set(name, value);
			return kept;
		}
		return { ...kept, body: { ...(body as IDataObject | undefined), ...parameters } };
	};

	/** The status of calls: fails on the documented error 403 only, as no active call may be an error as well. */
	test: ICredentialTestRequest = {
		request: {
			baseURL: ADDRESS_EXPRESSION,
			url: '',
			qs: { o: 'webcall', a: 'call' },
		},
		rules: testRules(
			// Spelled like this by the provider; the other spelling in case it is corrected.
			failsIf('errors.403', 'Forbiden', REFUSED),
			failsIf('errors.403', 'Forbidden', REFUSED),
			failsAt(401, REFUSED),
			failsAt(403, REFUSED),
			failsAtWrongPath('https://ssl7.net/247LiveChat/u/api, or choose Production.'),
			...foreignAnswerRules('247LiveChat', 'Environment'),
		),
	};
}
