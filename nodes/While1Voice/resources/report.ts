import { choice, filters, kind } from '../../shared/operation/fields';
import { resource } from '../../shared/operation/resource';
import { asText } from '../../shared/parameters/read';
import { api } from '../api';
import { dates, timezoneOption } from '../fields';
import { pagesOf } from '../lists/pages';

/** The number of a custom report, or the name of a standard one. */
const reportId = kind({ type: 'string', default: '' }, (context, value, displayName, request) => {
	const written = asText(context, value, displayName, request) as string;
	const isNumber = context.getNodeParameter('reportType') === 'custom' && /^\d{1,15}$/.test(written);
	return isNumber ? Number(written) : written;
});

const option = { name: 'Report', value: 'report', description: 'A report that is set up in the PBX' };

export const report = resource(api, option, 'run', {
	run: {
		name: 'Run',
		action: 'Run a report',
		description: 'Get the rows of a report that is set up in the PBX',
		request: { method: 'POST', url: '/reports' },
		fields: [
			choice('body.data.type', {
				displayName: 'Report Type',
				name: 'reportType',
				options: [
					{ name: 'Custom', value: 'custom', description: 'One that you made; it has a number' },
					{ name: 'Standard', value: 'standard', description: 'One that comes with the PBX; it has a name' },
				],
				default: 'custom',
				description: 'Which kind of report to run',
			}),
			reportId('body.data.id', {
				displayName: 'Report ID',
				name: 'reportId',
				required: true,
				placeholder: 'e.g. 2 or cdr_api',
				description: 'The number of a custom report, or the name of a standard one',
			}),
			filters(dates.fields),
		],
		options: [timezoneOption],
		complete: dates.complete,
		pages: pagesOf(),
		effect: 'reads',
		evidence: 'D',
		untold: 'The columns are those of the report, which is set up in the PBX.',
	},
});
