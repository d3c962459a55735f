import type { INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { customOperations, resourceProperties } from '../shared/operation/resource';
import { ADDRESS_EXPRESSION } from './api';
import * as resources from './resources';

export class LiveChat247 implements INodeType {
	description: INodeTypeDescription = {
		displayName: '247LiveChat',
		name: 'liveChat247',
		icon: { light: 'file:../../icons/livechat247.svg', dark: 'file:../../icons/livechat247.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle:
			'={{ ($parameter["resource"] + ": " + $parameter["operation"]).replace(/([A-Z])/g, " $1").trim().toTitleCase().replace("Sms", "SMS") }}',
		description: 'Send faxes and text messages with 247LiveChat, and start, watch and end calls',
		defaults: { name: '247LiveChat' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'liveChat247Api', required: true }],
		requestDefaults: {
			baseURL: ADDRESS_EXPRESSION,
		},
		properties: resourceProperties(resources, 'webCall'),
	};

	customOperations = customOperations(resources);
}
