import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import { demoCredentials } from '../../harness/engine/demoCredentials';
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
	const credentials = () => demoCredentials(simulator().urls);
	return [
		{
			name: 'VoIPstudio call',
			node: 'voipStudio',
			parameters: { resource: 'call', operation: 'create' },
			credentials,
			field: 'to',
		},
		{
			name: 'VoIPstudio SMS',
			node: 'voipStudio',
			parameters: { resource: 'sms', operation: 'send', message: 'Hello' },
			credentials,
			field: 'to',
		},
		{
			name: 'VoIPcloud call',
			node: 'voipcloud',
			parameters: { resource: 'call', operation: 'create', userNumber: '1001' },
			credentials,
			field: 'numberToCall',
		},
		{
			name: '247LiveChat SMS',
			node: 'liveChat247',
			parameters: { resource: 'sms', operation: 'send', message: 'Hello' },
			credentials,
			field: 'to',
		},
		{
			name: '247LiveChat click to call',
			node: 'liveChat247',
			parameters: { resource: 'webCall', operation: 'clickToCall' },
			credentials,
			field: 'to',
		},
		{
			name: '247LiveChat fax',
			node: 'liveChat247',
			parameters: { resource: 'fax', operation: 'send', binaryPropertyName: 'data', from: '+442036427900' },
			credentials,
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
			credentials,
			field: 'callerId',
		},
		{
			name: 'While1 Voice campaign',
			node: 'while1Voice',
			parameters: { resource: 'campaignCall', operation: 'create', projectId: 1, type: 'queue', destination: 'Sales' },
			credentials,
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
	const { dryRun = false, ...others } = options;
	const binary = { data: { data: 'JVBERi0xLjQ=', mimeType: 'application/pdf', fileName: 'offer.pdf' } };
	return await runNode({
		node,
		parameters: { ...parameters, ...filled, dryRun, options: others } as INodeParameters,
		credentials: credentials(),
		items: to.map((each) => ({ json: { to: each as string }, ...(file === true ? { binary } : {}) })),
		...more,
	});
}
