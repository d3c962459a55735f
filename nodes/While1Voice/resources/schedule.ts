import { choice } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { api } from '../api';
import { pagesOf } from '../lists/pages';

const option = { name: 'Schedule', value: 'schedule', description: 'The opening hours of the PBX' };

/** The opening hours of the PBX. */
export const schedule = resource(api, option, 'getAll', {
	getAll: {
		name: 'Get Many',
		action: 'Get many schedules',
		description: 'Get many entries of the schedule of the PBX',
		request: { method: 'POST', url: '/schedule', body: { action: 'read' } },
		fields: [
			choice('body.data.type', {
				displayName: 'Schedule Type',
				name: 'scheduleType',
				options: [
					{ name: 'Custom', value: 'custom', description: 'Single days, such as holidays' },
					{ name: 'Weekdays', value: 'weekdays', description: 'The days of the week' },
				],
				default: 'weekdays',
				description: 'Which entries to get',
			}),
		],
		pages: pagesOf({ isPaged: false }),
		effect: 'reads',
		evidence: 'D',
		untold: 'The sample of the answer has an empty list of results.',
	},
});
