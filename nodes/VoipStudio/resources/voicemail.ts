import type { INodePropertyOptions } from 'n8n-workflow';

import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { locator } from '../fields';
import { download, maxFileSizeOption, outputFieldOption } from '../files/download';
import { listFields, singleRecord, sorted } from '../lists/list';
import { pages } from '../lists/pages';

const PATH = '/voicemessages/{id}';

const PROPERTIES: INodePropertyOptions[] = [
	{ name: 'Caller', value: 'caller' },
	{ name: 'Dialled Number', value: 'dialled' },
	{ name: 'Duration', value: 'duration' },
	{ name: 'Folder', value: 'folder' },
	{ name: 'ID', value: 'id' },
	{ name: 'Is New', value: 'is_new' },
	{ name: 'Origination Time', value: 'origtime' },
];

const voicemailId = locator('path', 'searchVoicemails', {
	displayName: 'Voicemail ID',
	name: 'voicemailId',
	required: true,
	description: "The voicemail: from the list, newest first, or by its ID as 'Get Many' gives it",
});

const option = { name: 'Voicemail', value: 'voicemail', description: 'A message that a caller left' };

export const voicemail = resource(api, option, 'getAll', {
	download: {
		name: 'Download',
		action: 'Download a voicemail',
		description: 'Download the MP3 file of a voicemail',
		request: { method: 'GET', url: PATH },
		documentedAs: 'GET /voicemessages/{id}.mp3',
		fields: [voicemailId],
		options: [maxFileSizeOption, outputFieldOption],
		run: download({
			noun: 'voicemail',
			ending: 'mp3',
			mimeType: 'audio/mpeg',
			nameFields: ['origtime', 'caller', 'dialled'],
		}),
		effect: 'reads',
		evidence: 'C',
	},
	get: {
		name: 'Get',
		action: 'Get a voicemail',
		description: 'Get the record of a voicemail',
		request: { method: 'GET', url: PATH },
		fields: [voicemailId],
		...singleRecord(),
		effect: 'reads',
		evidence: 'C',
	},
	getAll: {
		name: 'Get Many',
		action: 'Get many voicemails',
		description: 'Get many voicemail messages',
		request: { method: 'GET', url: '/voicemessages' },
		...listFields(PROPERTIES, { first: 'origtime', isSorted: true }),
		complete: sorted,
		pages,
		effect: 'reads',
		evidence: 'C',
	},
});
