import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { getMany, requiredText } from '../../shared/operations';
import { returnAllAndLimit } from '../../shared/properties';
import { text } from '../../shared/values';
import { action, pagesOf, while1Voice } from '../api';
import { oneOf, options, parameters, requiredNumber } from '../parameters';

const forOperation = (...operation: string[]) => ({ resource: ['channel'], operation });

/** Channels of the PBX, the ends of calls in progress: channel. Its answers are not documented. */
export const channel: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['channel'] } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many channels',
				description: 'Get many channels, the ends of the calls in progress',
				routing: {
					request: { method: 'POST', url: '/channel', body: { action: 'list' } },
					send: { paginate: true, preSend: [parameters(() => ({}))] },
					operations: { pagination: getMany(while1Voice, pagesOf({ isPaged: false })) },
				},
			},
			{
				name: 'Hang Up',
				value: 'hangUp',
				action: 'Hang up a channel',
				description: 'End a call in progress',
				routing: {
					request: { method: 'POST', url: '/channel', body: { action: 'hangup' } },
					send: { paginate: true, preSend: [parameters(hangUp)] },
					operations: { pagination: action() },
				},
			},
			{
				name: 'Originate',
				value: 'originate',
				action: 'Ring a real phone and connect it',
				description:
					'Ring a phone and connect it with an application or an extension. A real call: it is never repeated by itself.',
				routing: {
					request: { method: 'POST', url: '/channel', body: { action: 'originate' } },
					send: { paginate: true, preSend: [parameters(originate)] },
					operations: { pagination: action() },
				},
			},
			{
				name: 'Redirect',
				value: 'redirect',
				action: 'Redirect a channel',
				description: 'Send a call in progress to an extension',
				routing: {
					request: { method: 'POST', url: '/channel', body: { action: 'redirect' } },
					send: { paginate: true, preSend: [parameters(redirect)] },
					operations: { pagination: action() },
				},
			},
		],
		default: 'getAll',
	},
	...returnAllAndLimit(forOperation('getAll')),
	{
		displayName: 'Channel',
		name: 'channel',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. SIP/john-doe-00000027',
		displayOptions: { show: forOperation('hangUp', 'redirect') },
		description: 'The name of the channel, as Get Many tells it',
	},
	{
		displayName: 'Phone',
		name: 'tech',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. SIP/john-doe',
		displayOptions: { show: forOperation('originate') },
		description: 'The technology and user whose phone rings first',
	},
	{
		displayName: 'Connect With',
		name: 'connectWith',
		type: 'options',
		options: [
			{ name: 'Application', value: 'application', description: 'An application of the PBX, e.g. Playback' },
			{ name: 'Extension', value: 'extension', description: 'An extension in a context of the dial plan' },
		],
		default: 'extension',
		displayOptions: { show: forOperation('originate') },
		description: 'What the phone is connected with once it is answered',
	},
	{
		displayName: 'Application',
		name: 'appName',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Playback',
		displayOptions: { show: { ...forOperation('originate'), connectWith: ['application'] } },
		description: 'The name of the application',
	},
	{
		displayName: 'Application Data',
		name: 'appData',
		type: 'string',
		default: '',
		placeholder: 'e.g. test-file',
		displayOptions: { show: { ...forOperation('originate'), connectWith: ['application'] } },
		description: 'What the application works with',
	},
	{
		displayName: 'Context',
		name: 'context',
		type: 'string',
		default: 'internal',
		required: true,
		placeholder: 'e.g. internal',
		displayOptions: { show: { ...forOperation('originate'), connectWith: ['extension'] } },
		description: 'The context in the dial plan',
	},
	{
		displayName: 'Extension',
		name: 'extension',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 10',
		displayOptions: { show: { ...forOperation('originate'), connectWith: ['extension'] } },
		description: 'The extension in the context',
	},
	{
		displayName: 'Context',
		name: 'context',
		type: 'string',
		default: 'internal',
		required: true,
		placeholder: 'e.g. internal',
		displayOptions: { show: forOperation('redirect') },
		description: 'The context in the dial plan',
	},
	{
		displayName: 'Extension',
		name: 'extension',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 10',
		displayOptions: { show: forOperation('redirect') },
		description: 'The extension in the context',
	},
	{
		displayName: 'Priority',
		name: 'priority',
		type: 'number',
		default: 1,
		required: true,
		displayOptions: { show: forOperation('redirect') },
		description: 'The step of the extension to go to',
	},
	options(forOperation('getAll', 'hangUp', 'redirect')),
	options(forOperation('originate'), { dials: true }),
];

function needed(context: IExecuteSingleFunctions, name: string, displayName: string, example: string): string {
	return requiredText(context, context.getNodeParameter(name), displayName, example);
}

/** The page speaks of "all channels" as well, without showing how: an empty name is refused rather than tried. */
function hangUp(context: IExecuteSingleFunctions): IDataObject {
	return { data: { channel: needed(context, 'channel', 'Channel', 'SIP/john-doe-00000027') } };
}

function originate(context: IExecuteSingleFunctions): IDataObject {
	const tech = needed(context, 'tech', 'Phone', 'SIP/john-doe');
	if (oneOf(context, 'connectWith', 'Connect With', ['application', 'extension']) === 'application') {
		const appdata = text(context.getNodeParameter('appData', ''));
		return {
			data: {
				tech,
				appname: needed(context, 'appName', 'Application', 'Playback'),
				...(appdata === null ? {} : { appdata }),
			},
		};
	}
	return {
		data: {
			tech,
			exten: needed(context, 'extension', 'Extension', '10'),
			context: needed(context, 'context', 'Context', 'internal'),
		},
	};
}

function redirect(context: IExecuteSingleFunctions): IDataObject {
	return {
		data: {
			channel: needed(context, 'channel', 'Channel', 'SIP/john-doe-00000027'),
			context: needed(context, 'context', 'Context', 'internal'),
			exten: needed(context, 'extension', 'Extension', '10'),
			priority: requiredNumber(context, 'priority', 'Priority'),
		},
	};
}
