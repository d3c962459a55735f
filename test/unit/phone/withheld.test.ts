import type { IDataObject } from 'n8n-workflow';

import { voipStudioTrigger } from '../../../nodes/VoipStudio/calls/trigger';
import { voipcloudTrigger } from '../../../nodes/Voipcloud/calls/trigger';
import { while1VoiceTrigger } from '../../../nodes/While1Voice/calls/trigger';
import { NO_NAMES, type TriggerProvider } from '../../../nodes/shared/calls/source';
import { WITHHELD_SPELLINGS } from '../../../nodes/shared/phone/withheld';

interface List {
	readonly name: string;
	readonly trigger: TriggerProvider;
	readonly event: string;
	readonly apiVersion?: string;
	/** The field with the number of the caller. */
	readonly field: string;
}

const LISTS: List[] = [
	{ name: 'VoIPstudio', trigger: voipStudioTrigger, event: 'cdr', field: 'src' },
	{ name: 'VoIPcloud v1 queues', trigger: voipcloudTrigger, event: 'queueCall', apiVersion: 'v1', field: 'callerid' },
	{ name: 'VoIPcloud v1 users', trigger: voipcloudTrigger, event: 'userCall', apiVersion: 'v1', field: 'from_number' },
	{ name: 'VoIPcloud v2 queues', trigger: voipcloudTrigger, event: 'queueCall', apiVersion: 'v2', field: 'callerid' },
	{ name: 'VoIPcloud v2 users', trigger: voipcloudTrigger, event: 'userCall', apiVersion: 'v2', field: 'caller_id' },
	{ name: 'While1 Voice', trigger: while1VoiceTrigger, event: 'cdr', field: 'source' },
];

describe.each(LISTS)('$name', ({ trigger, event, apiVersion, field }) => {
	const source = trigger.source({
		event,
		credentials: { apiVersion, baseUrl: 'https://pbx.example.com' },
		names: NO_NAMES,
		timezone: 'UTC',
		firstTimezone: 'UTC',
	});
	const callerOf = (written: string) => source.normalize({ [field]: written } as IDataObject).from;

	test.each(WITHHELD_SPELLINGS)('a caller %j is withheld, or strangers are one caller', (spelling) => {
		const nobody = { number: null, e164: null, withheld: true, type: null };
		// By itself, null is a field without a value.
		if (spelling !== 'null') expect(callerOf(spelling)).toMatchObject(nobody);
		expect(callerOf(`"${spelling}" <sip:${spelling}@10.0.0.1>`)).toMatchObject(nobody);
	});
});
