import type { INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { customOperations, resourceProperties } from '../shared/operation/resource';
import { searchTimeZones } from '../shared/parameters/timeZone';
import * as resources from './resources';

export class While1Voice implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'While1 Voice',
		name: 'while1Voice',
		icon: { light: 'file:../../icons/while1voice.svg', dark: 'file:../../icons/while1voice.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle:
			'={{ ($parameter["resource"].replace(/cdr$/i, "Call") + ($parameter["operation"] === "getAll" ? "s" : "") + ": " + $parameter["operation"].replace("getAll", "getMany").replace("getUnreturned", "callersToCallBack")).replace(/([A-Z])/g, " $1").trim().toTitleCase().replace("Crm", "CRM") }}',
		description:
			'Start calls, read call records and reports, and manage queues, channels and contacts of a While1 Voice PBX',
		defaults: { name: 'While1 Voice' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'while1VoiceApi', required: true }],
		requestDefaults: {
			baseURL:
				'={{ $credentials.baseUrl.trim().slice(0, 2001).replace(/\\/+$/, "").replace(/\\/api$/, "").replace(/^(?!https?:\\/\\/)/i, "https://") }}/api',
		},
		properties: resourceProperties(resources, 'cdr'),
	};

	methods = { listSearch: { searchTimeZones } };

	customOperations = customOperations(resources);
}
