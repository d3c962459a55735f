import { namesDescription } from '../api';
import { callHistory } from './callHistory';

/** Calls to queues: GET get-queue-calls. */
export const queueCall = callHistory({
	option: { name: 'Queue Call', value: 'queueCall', description: 'A call that waited in a queue' },
	path: '/get-queue-calls',
	plural: 'queue calls',
	namesParameter: 'queues_names',
	names: {
		displayName: 'Queue Names',
		placeholder: 'e.g. Sales queue, Support queue',
		description: namesDescription('Only calls to these queues'),
	},
});
