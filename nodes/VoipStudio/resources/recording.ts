import { RECORDING } from '../files/download';
import { storedFiles } from '../files/storedFiles';

export const recording = storedFiles({
	option: { name: 'Recording', value: 'recording', description: 'The recording of a call' },
	path: '/monitors',
	plural: 'recordings',
	listed: 'recordings of calls',
	file: RECORDING,
	search: 'searchRecordings',
	properties: [
		{ name: 'Called Number', value: 'called' },
		{ name: 'Caller', value: 'caller' },
		{ name: 'Duration', value: 'duration' },
		{ name: 'ID', value: 'id' },
		{ name: 'Size', value: 'size' },
		{ name: 'Timestamp', value: 'timestamp' },
		{ name: 'Type', value: 'type' },
	],
	first: 'timestamp',
	simple: ['id', 'timestamp', 'caller', 'called', 'duration', 'type', 'size'],
});
