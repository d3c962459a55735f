import type { INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { searchTimeZones } from '../shared/parameters/timeZone';
import { listSearch, loadOptions } from './lists/search';
import {
	apiToken,
	call,
	callMeBackButton,
	callMeBackCdr,
	callMeBackSetting,
	callMeBackVisitor,
	callMeBackWebsite,
	cdr,
	chat,
	contact,
	fax,
	phoneNumber,
	queue,
	queueGroup,
	recording,
	sms,
	user,
	voicemail,
} from './resources';

export class VoipStudio implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'VoIPstudio',
		name: 'voipStudio',
		icon: { light: 'file:../../icons/voipstudio.svg', dark: 'file:../../icons/voipstudio.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle:
			'={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace("getAll", "getMany").replace(/([A-Z])/g, " $1").toLowerCase().replace("cdr", "call record").replace("sms", "SMS").replace("api", "API") }}',
		description:
			'Read the call history, recordings and messages of a VoIPstudio account, call, send SMS and manage Call Me Back',
		defaults: { name: 'VoIPstudio' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [
			{ name: 'voipStudioApi', required: true, displayOptions: { show: { authentication: ['apiKey'] } } },
			{ name: 'voipStudioLoginApi', required: true, displayOptions: { show: { authentication: ['login'] } } },
		],
		requestDefaults: {
			baseURL: '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "") }}',
		},
		properties: [
			{
				displayName: 'Authentication',
				name: 'authentication',
				type: 'options',
				options: [
					{ name: 'API Key', value: 'apiKey', description: 'A key from the VoIPstudio dashboard' },
					{ name: 'Email and Password', value: 'login', description: 'For accounts without two-factor sign-in' },
				],
				default: 'apiKey',
				description: 'How to sign in',
			},
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Call', value: 'call', description: 'A live call' },
					{
						name: 'Call Detail Record (CDR)',
						value: 'cdr',
						description: 'The history of calls, one record for each leg',
					},
					{ name: 'Call Me Back Button', value: 'callMeBackButton', description: 'The button of a widget' },
					{ name: 'Call Me Back CDR', value: 'callMeBackCdr', description: 'The history of calls from widgets' },
					{ name: 'Call Me Back Setting', value: 'callMeBackSetting', description: 'The settings of a widget' },
					{ name: 'Call Me Back Visitor', value: 'callMeBackVisitor', description: 'A visitor of a widget' },
					{ name: 'Call Me Back Website', value: 'callMeBackWebsite', description: 'A website with a widget' },
					{ name: 'Chat', value: 'chat', description: 'A chat on a website' },
					{ name: 'Contact', value: 'contact', description: 'An entry of the address book' },
					{ name: 'Fax', value: 'fax', description: 'A fax, sent or received' },
					{ name: 'Phone Number', value: 'phoneNumber', description: 'A number (DDI) of the account' },
					{ name: 'Queue', value: 'queue', description: 'A call queue and its members' },
					{ name: 'Queue Group', value: 'queueGroup', description: 'A group of queues' },
					{ name: 'Recording', value: 'recording', description: 'The recording of a call' },
					{ name: 'SMS', value: 'sms', description: 'A text message' },
					{ name: 'User', value: 'user', description: 'A user of the account' },
					{ name: 'User API Key', value: 'apiToken', description: 'A key that opens the API as its user' },
					{ name: 'Voicemail', value: 'voicemail', description: 'A message that a caller left' },
				],
				default: 'cdr',
			},
			...apiToken.properties,
			...call.properties,
			...callMeBackButton.properties,
			...callMeBackCdr.properties,
			...callMeBackSetting.properties,
			...callMeBackVisitor.properties,
			...callMeBackWebsite.properties,
			...cdr.properties,
			...chat.properties,
			...contact.properties,
			...fax.properties,
			...phoneNumber.properties,
			...queue.properties,
			...queueGroup.properties,
			...recording.properties,
			...sms.properties,
			...user.properties,
			...voicemail.properties,
		],
	};

	methods = { listSearch: { ...listSearch, searchTimeZones }, loadOptions };

	customOperations: INodeType['customOperations'] = {
		call: call.customOperations,
		callMeBackCdr: callMeBackCdr.customOperations,
		cdr: cdr.customOperations,
		sms: sms.customOperations,
	};
}
