import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { PROBLEMS, voipcloud } from '../nodes/Voipcloud/api';
import {
	CODES_OF_THE_TEST,
	failsAt,
	failsAtWrongPath,
	failsIf,
	foreignAnswerRules,
	testRules,
} from '../nodes/shared/credential/testRules';
import { withHeader } from '../nodes/shared/credential/withHeader';

/** The usual reasons why anything but a list of calls is answered. */
const NO_LIST =
	"The answer is not a list of calls. Check the API key, that this server's public IP address is on the white list (PBX > Settings > Integrations > API > Whitelisted IPs, then Save and apply the configuration), and 'Base URL' and 'API Version'.";

/** Each code that the provider's document or HTTP has for a failure, in the status and in the body. */
function codeRules(): Parameters<typeof testRules> {
	return Object.entries(PROBLEMS).flatMap(([code, { message, description }]) => {
		const told = `${message} (${code}). ${description}`;
		return [failsAt(Number(code), told), failsIf('code', Number(code), told), failsIf('code', code, told)];
	});
}

export class VoipcloudApi implements ICredentialType {
	name = 'voipcloudApi';

	displayName = 'VoIPcloud API';

	icon: Icon = { light: 'file:../icons/voipcloud.svg', dark: 'file:../icons/voipcloud.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-cloud-pbx/n8n-nodes-cloud-pbx/blob/main/docs/voipcloud.md#credential';

	properties: INodeProperties[] = [
		{
			displayName:
				'The API is a beta feature: <a href="https://www.voipline.co.nz/support/article/360001689735-API-Integration" target="_blank">ask VoIPcloud to activate it for your account</a> first',
			name: 'betaNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. 0123456789abcdef',
			hint: 'In the <a href="https://au.voipcloud.online" target="_blank">VoIPcloud portal</a>: tab Integration/API. In older portals: Billing > Customer details > Edit details.',
			description: 'The key of your VoIPcloud account',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://au.voipcloud.online',
			placeholder: 'e.g. https://au.voipcloud.online',
			required: true,
			hint: CODES_OF_THE_TEST,
			description:
				'The address of your portal, as in the browser when you are signed in. Resellers and other regions have their own.',
		},
		{
			displayName: 'API Version',
			name: 'apiVersion',
			type: 'options',
			options: [
				{ name: 'V1 (Public Documentation)', value: 'v1' },
				{ name: "V2 (Your Portal's Integration/API Tab)", value: 'v2' },
			],
			default: 'v1',
			description: 'V2 gives calls an ID and durations. Its reference is only in the customer portal.',
		},
		{
			displayName:
				"Add this server's public IP address to the white list of VoIPcloud (PBX > Settings > Integrations > API > Whitelisted IPs), or every request is refused",
			name: 'whiteListNotice',
			type: 'notice',
			default: '',
		},
	];

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return withHeader(voipcloud.baseUrl(credentials as IDataObject), request, 'token', credentials.apiKey);
	}

	/** One call of a user, which both versions list: whatever is not such a list is no success. */
	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ $credentials.baseUrl.trim().slice(0, 2001).replace(/\\/+$/, "") }}/api/integration/{{ $credentials.apiVersion }}',
			url: '/get-user-calls',
			qs: { limit: 1 },
		},
		rules: testRules(
			failsAtWrongPath(
				'https:// and the host of your portal, without a path. An account that never had a call may be answered alike.',
			),
			...codeRules(),
			...foreignAnswerRules('VoIPcloud'),
			failsIf('status', 'error', NO_LIST),
			failsIf('success', false, NO_LIST),
			failsIf('data.length', undefined, NO_LIST),
			failsIf('data.constructor', String, NO_LIST),
		),
	};
}
