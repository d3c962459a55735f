import type { INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { searchTimeZones } from '../shared/parameters/timeZone';
import {
	call,
	campaignCall,
	cdr,
	channel,
	crmContact,
	crmLead,
	endpoint,
	queue,
	report,
	schedule,
	user,
} from './resources';

export class While1Voice implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'While1 Voice',
		name: 'while1Voice',
		icon: { light: 'file:../../icons/while1voice.svg', dark: 'file:../../icons/while1voice.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle:
			'={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace("getAll", "getMany").replace(/([A-Z])/g, " $1").toLowerCase().replace("cdr", "call record").replace("crm", "CRM") }}',
		description:
			'Start calls, read call records and reports, and manage queues, channels and contacts of a While1 Voice PBX',
		defaults: { name: 'While1 Voice' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'while1VoiceApi', required: true }],
		requestDefaults: {
			baseURL:
				'={{ $credentials.baseUrl.trim().replace(/\\/+$/, "").replace(/\\/api$/, "").replace(/^(?!https?:\\/\\/)/i, "https://") }}/api',
		},
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Call', value: 'call', description: 'Start a call for an agent' },
					{ name: 'Campaign Call', value: 'campaignCall', description: 'A call to be made later' },
					{ name: 'CDR', value: 'cdr', description: 'A call detail record' },
					{ name: 'Channel', value: 'channel', description: 'One end of a call in progress' },
					{ name: 'CRM Contact', value: 'crmContact', description: 'A contact in the PBX' },
					{ name: 'CRM Lead', value: 'crmLead', description: 'A lead in the PBX' },
					{ name: 'Endpoint', value: 'endpoint', description: 'Any endpoint of the API' },
					{ name: 'Queue', value: 'queue', description: 'A queue with its members' },
					{ name: 'Report', value: 'report', description: 'A report that is set up in the PBX' },
					{ name: 'Schedule', value: 'schedule', description: 'The opening hours of the PBX' },
					{ name: 'User', value: 'user', description: 'A user and their phone' },
				],
				default: 'cdr',
			},
			...call.properties,
			...campaignCall.properties,
			...cdr.properties,
			...channel.properties,
			...crmContact.properties,
			...crmLead.properties,
			...endpoint.properties,
			...queue.properties,
			...report.properties,
			...schedule.properties,
			...user.properties,
		],
	};

	methods = { listSearch: { searchTimeZones } };

	customOperations: INodeType['customOperations'] = {
		call: call.customOperations,
		campaignCall: campaignCall.customOperations,
		channel: channel.customOperations,
	};
}
