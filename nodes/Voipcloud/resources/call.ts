import type { IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { additionalFields, dialled, extension } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { choiceOf } from '../../shared/parameters/read';
import { contentOf, voipcloud } from '../api';

const option = { name: 'Call', value: 'call', description: 'Start a call for a user' };

export const call = resource({ provider: voipcloud, complete: encoded }, option, 'create', {
	create: {
		name: 'Create',
		action: 'Make a phone call',
		description:
			"Ring a user's phone and, once it is answered, call a number. A real call: it is never repeated by itself.",
		request: { method: 'POST', url: '/call-to-number' },
		fields: [
			{
				displayName: "The user's own phone rings first. The number is called when the user has answered.",
				name: 'agentFirstNotice',
				type: 'notice',
				default: '',
			},
			extension('body.user_number', {
				displayName: 'User Number',
				name: 'userNumber',
				required: true,
				placeholder: 'e.g. 1010',
				description: 'The extension of the user whose phone rings first',
			}),
			dialled('body.number_to_call', {
				displayName: 'Number to Call',
				name: 'numberToCall',
				required: true,
				placeholder: 'e.g. +61290001234',
				description: 'The number to call for the user',
			}),
			additionalFields([
				dialled('body.caller_id', {
					displayName: 'Caller ID',
					name: 'callerId',
					placeholder: 'e.g. +61290004321',
					description: 'The number to show to the called party. For API version V2.',
				}),
			]),
		],
		options: [
			{
				displayName: 'Body Format',
				name: 'bodyFormat',
				type: 'options',
				options: [
					{ name: 'By API Version', value: 'auto', description: 'Form for V1, multipart for V2' },
					{ name: 'Form', value: 'form' },
					{ name: 'JSON', value: 'json' },
					{ name: 'Multipart', value: 'multipart' },
				],
				default: 'auto',
				description:
					'VoIPcloud does not document how the parameters are sent. Change it if calls are refused with code 400.',
			},
		],
		output: contentOf,
		untold: 'The document prints no answer, and the programs of customers that can be seen contradict each other.',
		effect: 'calls',
		reaches: { number_to_call: 'called', user_number: 'own' },
		harmless: ['caller_id', 'bodyFormat'],
		numberField: 'numberToCall',
		evidence: 'P',
	},
});

/**
 * The body in the form the version takes. v1: not documented; a form is what a PHP service reads in any case. v2: its
 * users report multipart/form-data, one of them JSON.
 */
async function encoded(this: IExecuteSingleFunctions, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	const format = choiceOf(this, 'options.bodyFormat', 'Body Format', ['auto', 'form', 'json', 'multipart']);
	if (format === 'json') return request;
	const fields = request.body as Record<string, string>;
	if (format === 'form' || (format === 'auto' && request.baseURL?.endsWith('/v2') !== true)) {
		return { ...request, body: new URLSearchParams(fields) };
	}
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.append(name, value);
	return { ...request, body: form };
}
