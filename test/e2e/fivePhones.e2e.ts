import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';

import { until } from '../../harness/processes';
import { SimulatorProcess } from '../../harness/simulator';
import type { Suite } from '../../harness/suite';
import { node, triggerWorkflow } from '../../harness/workflows';

const HOUR = 3_600_000;
const RINGS = ['John Smith', 'Kevin Smith', 'Aisha Rahman', 'Emma Walker', 'Noah Wilson'];
const MISSED = '+61491570150';
const ANSWERED = '+61491570151';

/** Each trigger whose records are the legs of calls, with the option that its times need. */
const TRIGGERS = [
	['VoIPstudio', 'voipStudioTrigger', 'voipStudioApi', 'cdr', {}],
	['VoIPcloud v2', 'voipcloudTrigger', 'voipcloudApi', 'userCall', {}],
	['While1 Voice', 'while1VoiceTrigger', 'while1VoiceApi', 'cdr', { timezone: 'Australia/Sydney' }],
] as const;

export const suite: Suite = {
	title: 'A call that rings five phones',

	async run(step, { n8n, apiKey }) {
		const { rest } = n8n;
		const logFile = join(dirname(n8n.logFile), 'simulator-five-phones.log');
		const simulator = await SimulatorProcess.start({ apiKey, callsPerDay: 0, logFile });
		try {
			// More than a day ago: by then it is certain of every provider's calls that nobody is talking any more.
			const startedAt = Date.now() - 30 * HOUR;
			await simulator.addGroupCall({
				queue: 'Sales queue',
				from: MISSED,
				startedAt,
				rings: RINGS,
				giveUpAfterSeconds: 40,
			});
			await simulator.addGroupCall({
				queue: 'Sales queue',
				from: ANSWERED,
				startedAt: startedAt + 60_000,
				rings: RINGS,
				answer: { by: 'John Smith', afterSeconds: 20, talkSeconds: 280 },
			});
			// The newest record tells how late it is for the provider.
			await simulator.addCall({
				user: 'John Smith',
				direction: 'outbound',
				startedAt: Date.now() - 120_000,
				endedAt: Date.now() - 60_000,
			});
			for (const [name, type, credentialType, event, options] of TRIGGERS) {
				await step(
					`${name}: missed, it is one item; answered, it is none, and nobody is texted who was served`,
					async () => {
						const given = simulator.credentials[credentialType];
						const data = credentialType === 'voipcloudApi' ? { ...given, apiVersion: 'v2' } : given;
						const credential = await rest.saveCredential(`${name} of five phones`, credentialType, data);
						const trigger = node('Missed call', type, {
							event,
							startFrom: 'hoursAgo',
							hours: 48,
							filters: { direction: ['inbound'], outcome: ['missed'] },
							options,
						});
						const credentials = { [credentialType]: { id: credential.id, name: credential.name } };
						const workflow = await triggerWorkflow(rest, `Five phones at ${name}`, { ...trigger, credentials });
						await rest.publish(workflow.id);
						const items = async () =>
							(await rest.wholeExecutions(workflow.id)).flatMap((execution) => execution.items('Missed call'));
						await until('the missed call', 240, async () => ((await items()).length > 0 ? true : undefined));
						// n8n polls at once when a workflow is published, which is when a call would come a second time.
						await rest.unpublish(workflow.id);
						await rest.publish(workflow.id);
						await rest.unpublish(workflow.id);
						const found = (await items()).map(({ json }) => json);
						const ofMissed = found.filter(({ from }) => callerIs(from, MISSED)).length;
						const ofAnswered = found.filter(({ from }) => callerIs(from, ANSWERED)).length;
						console.log(`      ${name}: 1 missed call: ${ofMissed} item; 1 answered: ${ofAnswered}`);
						assert.deepEqual([found.length, ofMissed, ofAnswered], [1, 1, 0]);
					},
				);
			}
		} finally {
			await simulator.stop();
		}
	},
};

function callerIs(from: unknown, number: string): boolean {
	return (from as { number: string | null }).number?.endsWith(number.slice(-9)) === true;
}
