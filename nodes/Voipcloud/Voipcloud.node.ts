import type { INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { customOperations, resourceProperties } from '../shared/operation/resource';
import { searchTimeZones } from '../shared/parameters/timeZone';
import * as resources from './resources';

export class Voipcloud implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'VoIPcloud',
		name: 'voipcloud',
		icon: { light: 'file:../../icons/voipcloud.svg', dark: 'file:../../icons/voipcloud.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle:
			'={{ ($parameter["resource"].replace(/cdr$/i, "Call") + ($parameter["operation"] === "getAll" ? "s" : "") + ": " + $parameter["operation"].replace("getAll", "getMany").replace("getUnreturned", "callersToCallBack")).replace(/([A-Z])/g, " $1").trim().toTitleCase() }}',
		description: 'Read the calls of queues, ring groups and users of a VoIPcloud PBX, and start calls',
		defaults: { name: 'VoIPcloud' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'voipcloudApi', required: true }],
		requestDefaults: {
			baseURL:
				'={{ $credentials.baseUrl.trim().slice(0, 2001).replace(/\\/+$/, "") }}/api/integration/{{ $credentials.apiVersion }}',
		},
		properties: resourceProperties(resources, 'queueCall'),
	};

	methods = { listSearch: { searchTimeZones } };

	customOperations = customOperations(resources);
}
