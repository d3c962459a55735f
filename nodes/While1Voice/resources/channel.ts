import type {
	IDataObject,
	IExecutePaginationFunctions,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
} from 'n8n-workflow';

import { text, wholeNumber } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { unusable } from '../../shared/parameters/read';
import { api } from '../api';
import { liveChannel } from '../fields';
import { pagesOf, resultOf } from '../lists/pages';

const channelName = liveChannel('body.data.channel', {
	displayName: 'Channel',
	name: 'channel',
	required: true,
	placeholder: 'e.g. SIP/john-doe-00000027',
	description: 'The name of the channel, as Get Many returns it',
});

const context = text('body.data.context', {
	displayName: 'Context',
	name: 'context',
	default: 'internal',
	required: true,
	placeholder: 'e.g. internal',
	description: 'The context in the dial plan',
});

const extension = text('body.data.exten', {
	displayName: 'Extension',
	name: 'extension',
	required: true,
	placeholder: 'e.g. 10',
	description: 'The extension in the context',
});

const option = { name: 'Channel', value: 'channel', description: 'One end of a call in progress' };

/** Channels of the PBX, the ends of calls in progress. Its answers are not documented. */
export const channel = resource(api, option, 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many channels',
		description: 'Get many channels, the ends of the calls in progress',
		request: { method: 'POST', url: '/channel', body: { action: 'list' } },
		pages: pagesOf({ isPaged: false }),
		effect: 'reads',
		evidence: 'D',
		untold: 'While1 documents no answer of its channels.',
	},
	hangUp: {
		name: 'Hang Up',
		action: 'Hang up a channel',
		description: 'End a call in progress',
		request: { method: 'POST', url: '/channel', body: { action: 'hangup' } },
		// The page mentions "all channels" as well, without showing how: an empty name is refused rather than tried.
		fields: [channelName],
		output: resultOf,
		isKeptFromAgents: true,
		effect: 'writes',
		evidence: 'D',
	},
	originate: {
		name: 'Originate',
		action: 'Ring a phone and connect it',
		description:
			'Ring a phone and connect it with an application or an extension. A real call: it is never repeated by itself.',
		request: { method: 'POST', url: '/channel', body: { action: 'originate' } },
		fields: [
			text('body.data.tech', {
				displayName: 'Phone',
				name: 'tech',
				required: true,
				placeholder: 'e.g. SIP/john-doe',
				description: 'The technology and user whose phone rings first',
			}),
			{
				displayName: 'Connect With',
				name: 'connectWith',
				type: 'options',
				options: [
					{ name: 'Application', value: 'application', description: 'An application of the PBX, e.g. Playback' },
					{ name: 'Extension', value: 'extension', description: 'An extension in a context of the dial plan' },
				],
				default: 'extension',
				description: 'What the phone is connected with once it is answered',
			},
			text('body.data.appname', {
				displayName: 'Application',
				name: 'appName',
				required: true,
				placeholder: 'e.g. Playback',
				description: 'The name of the application',
				displayOptions: { show: { connectWith: ['application'] } },
			}),
			text('body.data.appdata', {
				displayName: 'Application Data',
				name: 'appData',
				placeholder: 'e.g. test-file',
				description: 'What the application works with',
				displayOptions: { show: { connectWith: ['application'] } },
			}),
			text('body.data.context', {
				displayName: 'Context',
				name: 'context',
				default: 'internal',
				required: true,
				placeholder: 'e.g. internal',
				description: 'The context in the dial plan',
				displayOptions: { show: { connectWith: ['extension'] } },
			}),
			text('body.data.exten', {
				displayName: 'Extension',
				name: 'extension',
				required: true,
				placeholder: 'e.g. 10',
				description: 'The extension in the context',
				displayOptions: { show: { connectWith: ['extension'] } },
			}),
		],
		complete: connected,
		output: resultOf,
		effect: 'calls',
		numberField: extensionIn,
		reaches: {
			'data.tech': 'rings',
			'data.appname': 'application',
			'data.appdata': 'inside',
			'data.context': 'inside',
			'data.exten': 'called',
		},
		harmless: ['connectWith'],
		isKeptFromAgents: ({ data }) => (data as IDataObject).appname !== undefined,
		evidence: 'D',
	},
	redirect: {
		name: 'Redirect',
		action: 'Redirect a live channel',
		description: 'Send a call in progress to an extension, which rings',
		request: { method: 'POST', url: '/channel', body: { action: 'redirect' } },
		fields: [
			channelName,
			context,
			extension,
			wholeNumber('body.data.priority', {
				displayName: 'Priority',
				name: 'priority',
				default: 1,
				required: true,
				description: 'The step of the extension to go to',
			}),
		],
		output: resultOf,
		effect: 'calls',
		numberField: extensionIn,
		reaches: { 'data.channel': 'live', 'data.context': 'inside', 'data.exten': 'called' },
		harmless: ['data.priority'],
		isKeptFromAgents: true,
		evidence: 'D',
	},
});

/** The extension, unless it is s: where a dial plan of Asterisk starts, and elsewhere a withheld number. */
function extensionIn(this: IExecutePaginationFunctions): unknown[] {
	const isConnected = this.getNodeParameter('connectWith', 'extension') === 'extension';
	const extension = this.getNodeParameter('extension', '');
	return isConnected && extension !== 's' ? [extension] : [];
}

/** Refuses to ring a phone that would not be connected to anything. */
async function connected(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	const { appname, exten } = (request.body as { data: IDataObject }).data;
	if (appname !== undefined || exten !== undefined) return request;
	const chosen = this.getNodeParameter('connectWith');
	throw unusable(this, 'Connect With', 'must be one of: application, extension', chosen);
}
