import { storedFiles } from '../files/storedFiles';
import { properties } from '../lists/properties';

export const voicemail = storedFiles({
	option: { name: 'Voicemail', value: 'voicemail', description: 'A message that a caller left' },
	path: '/voicemessages',
	plural: 'voicemails',
	listed: 'voicemail messages',
	file: { noun: 'voicemail', ending: 'mp3', mimeType: 'audio/mpeg', nameFields: ['origtime', 'caller', 'dialled'] },
	search: 'searchVoicemails',
	properties: properties('caller duration folder id is_new', [
		{ name: 'Dialled Number', value: 'dialled' },
		{ name: 'Origination Time', value: 'origtime' },
	]),
	first: 'origtime',
});
