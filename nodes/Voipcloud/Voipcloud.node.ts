import type { INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { searchTimeZones } from '../shared/parameters/timeZone';
import { call, queueCall, ringGroupCall, systemStatus, userCall } from './resources';

export class Voipcloud implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'VoIPcloud',
		name: 'voipcloud',
		icon: { light: 'file:../../icons/voipcloud.svg', dark: 'file:../../icons/voipcloud.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle:
			'={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace("getAll", "getMany").replace(/([A-Z])/g, " $1").toLowerCase() }}',
		description: 'Read the calls of queues, ring groups and users of a VoIPcloud PBX, and start calls',
		defaults: { name: 'VoIPcloud' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'voipcloudApi', required: true }],
		requestDefaults: {
			baseURL: '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "") }}/api/integration/{{ $credentials.apiVersion }}',
		},
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Call', value: 'call', description: 'Start a call for a user' },
					{ name: 'Queue Call', value: 'queueCall', description: 'A call that waited in a queue' },
					{ name: 'Ring Group Call', value: 'ringGroupCall', description: 'A call to a ring group' },
					{ name: 'System Status', value: 'systemStatus', description: 'The state of the system' },
					{ name: 'User Call', value: 'userCall', description: 'A call of a user, in or out' },
				],
				default: 'queueCall',
			},
			...call.properties,
			...queueCall.properties,
			...ringGroupCall.properties,
			...systemStatus.properties,
			...userCall.properties,
		],
	};

	methods = { listSearch: { searchTimeZones } };

	customOperations: INodeType['customOperations'] = {
		call: call.customOperations,
		queueCall: queueCall.customOperations,
		ringGroupCall: ringGroupCall.customOperations,
		userCall: userCall.customOperations,
	};
}
