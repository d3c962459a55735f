import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import { runNode, type NodeResult, type NodeRun } from '../../harness/engine/run';
import type { Simulator } from '../../simulator/server/server';

/** An operation that calls, texts or faxes the number in a field. */
export interface Way {
	name: string;
	node: string;
	parameters: INodeParameters;
	credentials: () => Record<string, ICredentialDataDecryptedObject>;
	/** Of the field that says whom. */
	field: string;
	file?: boolean;
}

/** One way or two for each provider, with the number left open. */
export function waysOf(simulator: () => Simulator): Way[] {
	const studio = () => ({
		voipStudioApi: { apiKey: 'voipstudio-demo-key', baseUrl: simulator().urls.voipstudio },
	});
	const cloud = () => ({
		voipcloudApi: { apiKey: 'voipcloud-demo-key', baseUrl: simulator().urls.voipcloud, apiVersion: 'v1' },
	});
	const chat = () => ({
		liveChat247Api: {
			email: 'demo@example.com',
			authentication: 'apiKey',
			apiKey: 'livechat247-demo-key',
			environment: 'custom',
			baseUrl: `${simulator().urls.livechat247}/u/api/`,
		},
	});
	const while1 = () => ({
		while1VoiceApi: { apiToken: 'while1-demo-token', apiKey: 'while1-demo-key', baseUrl: simulator().urls.while1 },
	});
	return [
		{
			name: 'VoIPstudio call',
			node: 'voipStudio',
			parameters: { resource: 'call', operation: 'create' },
			credentials: studio,
			field: 'to',
		},
		{
			name: 'VoIPstudio SMS',
			node: 'voipStudio',
			parameters: { resource: 'sms', operation: 'send', message: 'Hello' },
			credentials: studio,
			field: 'to',
		},
		{
			name: 'VoIPcloud call',
			node: 'voipcloud',
			parameters: { resource: 'call', operation: 'create', userNumber: '1001' },
			credentials: cloud,
			field: 'numberToCall',
		},
		{
			name: '247LiveChat SMS',
			node: 'liveChat247',
			parameters: { resource: 'sms', operation: 'send', message: 'Hello' },
			credentials: chat,
			field: 'to',
		},
		{
			name: '247LiveChat click to call',
			node: 'liveChat247',
			parameters: { resource: 'webCall', operation: 'clickToCall' },
			credentials: chat,
			field: 'to',
		},
		{
			name: '247LiveChat fax',
			node: 'liveChat247',
			parameters: { resource: 'fax', operation: 'send', binaryPropertyName: 'data', from: '+442036427900' },
			credentials: chat,
			field: 'to',
			file: true,
		},
		{
			name: 'While1 Voice call',
			node: 'while1Voice',
			parameters: {
				resource: 'call',
				operation: 'originate',
				projectId: 1,
				type: 'user',
				destination: 'John Smith',
				additionalFields: { callerIdName: 'A customer', externalId: 'order 17' },
			},
			credentials: while1,
			field: 'callerId',
		},
		{
			name: 'While1 Voice campaign',
			node: 'while1Voice',
			parameters: { resource: 'campaignCall', operation: 'create', projectId: 1, type: 'queue', destination: 'Sales' },
			credentials: while1,
			field: 'calls.call[0].callerId',
		},
	];
}

/** Sends to each number, as an item of its own. */
export async function runWay(
	{ node, parameters, credentials, field, file }: Way,
	to: unknown[],
	options: IDataObject,
	more: Partial<NodeRun> = {},
): Promise<NodeResult> {
	const number = '={{ $json.to }}';
	const filled = field.startsWith('calls') ? { calls: { call: [{ callerId: number }] } } : { [field]: number };
	const binary = { data: { data: 'JVBERi0xLjQ=', mimeType: 'application/pdf', fileName: 'offer.pdf' } };
	return await runNode({
		node,
		parameters: { ...parameters, ...filled, options } as INodeParameters,
		credentials: credentials(),
		items: to.map((each) => ({ json: { to: each as string }, ...(file === true ? { binary } : {}) })),
		...more,
	});
}
