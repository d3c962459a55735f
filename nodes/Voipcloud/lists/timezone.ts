import type { INodeProperties } from 'n8n-workflow';

import { timezoneProperty } from '../../shared/parameters/timeZone';

/** Times of VoIPcloud that have been seen carry a zone; its document does not promise it. */
export const timezoneOption: INodeProperties = {
	...timezoneProperty,
	description:
		'The IANA zone of times that carry none. Without it: that of the workflow. Times with a Z or an offset are read by that.',
};
