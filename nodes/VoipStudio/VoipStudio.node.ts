import type { INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { customOperations, resourceProperties } from '../shared/operation/resource';
import { searchTimeZones } from '../shared/parameters/timeZone';
import { authenticationProperty, credentials } from './fields';
import { listSearch, loadOptions } from './lists/search';
import * as resources from './resources';

export class VoipStudio implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'VoIPstudio',
		name: 'voipStudio',
		icon: { light: 'file:../../icons/voipstudio.svg', dark: 'file:../../icons/voipstudio.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle:
			'={{ ($parameter["resource"].replace(/cdr$/i, "Call") + ($parameter["operation"] === "getAll" ? "s" : "") + ": " + $parameter["operation"].replace("getAll", "getMany").replace("getUnreturned", "callersToCallBack")).replace(/([A-Z])/g, " $1").trim().toTitleCase().replace(/Smss?/, "SMS").replace("Faxs", "Faxes").replace("Api", "API") }}',
		description:
			'Read the call history, recordings and messages of a VoIPstudio account, call, send SMS and manage Call Me Back',
		defaults: { name: 'VoIPstudio' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials,
		requestDefaults: {
			baseURL: '={{ $credentials.baseUrl.trim().slice(0, 2001).replace(/\\/+$/, "") }}',
		},
		properties: [authenticationProperty, ...resourceProperties(resources, 'cdr')],
	};

	methods = { listSearch: { ...listSearch, searchTimeZones }, loadOptions };

	customOperations = customOperations(resources);
}
