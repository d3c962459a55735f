import { storedFiles } from '../files/storedFiles';

export const voicemail = storedFiles({
	option: { name: 'Voicemail', value: 'voicemail', description: 'A message that a caller left' },
	path: '/voicemessages',
	plural: 'voicemails',
	listed: 'voicemail messages',
	file: { noun: 'voicemail', ending: 'mp3', mimeType: 'audio/mpeg', nameFields: ['origtime', 'caller', 'dialled'] },
	search: 'searchVoicemails',
	properties: [
		{ name: 'Caller', value: 'caller' },
		{ name: 'Dialled Number', value: 'dialled' },
		{ name: 'Duration', value: 'duration' },
		{ name: 'Folder', value: 'folder' },
		{ name: 'ID', value: 'id' },
		{ name: 'Is New', value: 'is_new' },
		{ name: 'Origination Time', value: 'origtime' },
	],
	first: 'origtime',
});
