import { RECORDING } from '../files/download';
import { storedFiles } from '../files/storedFiles';
import { properties } from '../lists/properties';

export const recording = storedFiles({
	option: { name: 'Recording', value: 'recording', description: 'The recording of a call' },
	path: '/monitors',
	plural: 'recordings',
	listed: 'recordings of calls',
	file: RECORDING,
	search: 'searchRecordings',
	properties: properties('caller duration id size timestamp type', [{ name: 'Called Number', value: 'called' }]),
	first: 'timestamp',
	simple: ['id', 'timestamp', 'caller', 'called', 'duration', 'type', 'size'],
});
