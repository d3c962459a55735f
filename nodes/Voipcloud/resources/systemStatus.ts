import { resource } from '../../shared/operation/resource';
import { statusOf, systemReport } from '../api';

const option = { name: 'System Status', value: 'systemStatus', description: 'The state of the system' };

/** The state of the system as VoIPcloud's operations centre reports it. */
export const systemStatus = resource({ provider: systemReport }, option, 'get', {
	get: {
		name: 'Get',
		action: 'Get the system status',
		description: 'Get the current status of the system as VoIPcloud reports it',
		request: { method: 'GET', url: '/get-system-status' },
		fields: [{ displayName: 'Only API version V1 has this request', name: 'v1Notice', type: 'notice', default: '' }],
		output: statusOf,
		untold: 'The document names the request and prints nothing of the answer.',
		effect: 'reads',
		evidence: 'P',
	},
});
