import assert from 'node:assert/strict';

import type { Execution, N8nRest } from '../../harness/n8n/rest';
import { recordingServer, type RecordingServer } from '../../harness/servers';
import type { Step } from '../../harness/suite';
import { MANUAL, manualWorkflow, node, triggerWorkflow } from '../../harness/workflows';

const STATUSES = [301, 302, 303, 307, 308];
const MOVES = ['the same origin', 'another port', 'another host name'] as const;
type Move = (typeof MOVES)[number];

const KEY = 'key-4711-of-an-account-that-moved';

/** What a provider would answer, so that a request that came through would look like a success. */
const SUCCESS = JSON.stringify({ id: 7, data: [], total: 0 });

/** A provider's address where somebody answers every request with a redirect, and the servers that it may point to. */
class MovedProvider {
	private constructor(
		private readonly own: RecordingServer,
		private readonly other: RecordingServer,
	) {}

	static async start(): Promise<MovedProvider> {
		const succeed: RecordingServer['answer'] = (_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json' }).end(SUCCESS);
		};
		return new MovedProvider(await recordingServer(succeed), await recordingServer(succeed));
	}

	get origin(): string {
		return `http://127.0.0.1:${this.own.port}`;
	}

	/** Forgets what was received, and answers every request from now on with a redirect. Gives the origin it points to. */
	redirect(status: number, move: Move): string {
		const target = {
			'the same origin': this.origin,
			'another port': `http://127.0.0.1:${this.other.port}`,
			// The same server under another name: a client that compares addresses of hosts only would be taken in.
			'another host name': `http://localhost:${this.own.port}`,
		}[move];
		this.own.received.length = 0;
		this.other.received.length = 0;
		this.own.answer = (request, response) => {
			response.writeHead(status, { location: `${target}${request.url}` }).end('<a>moved</a>');
		};
		return target;
	}

	/** What has arrived since: at the provider's own address, and at any other. */
	get received(): { own: number; foreign: number } {
		const { host } = new URL(this.origin);
		const own = this.own.received.filter(({ headers }) => (JSON.parse(headers) as { host: string }).host === host);
		return { own: own.length, foreign: this.own.received.length - own.length + this.other.received.length };
	}

	async close(): Promise<void> {
		await Promise.all([this.own.close(), this.other.close()]);
	}
}

/** What is run against every redirect. */
interface Way {
	readonly promise: string;
	/** Whether it only reads: such a request may be sent on once within the provider's own origin. */
	readonly reads: boolean;
	run(): Promise<Execution>;
}

/** One node's read and call, and one trigger, against every redirect to every kind of place. */
export async function redirectSteps(step: Step, rest: N8nRest): Promise<void> {
	const provider = await MovedProvider.start();
	try {
		const { id, name } = await rest.saveCredential('A provider that moved', 'voipStudioApi', {
			apiKey: KEY,
			baseUrl: `${provider.origin}/v1.2/voipstudio`,
		});
		const credentials = { voipStudioApi: { id, name } };
		const operation = async (parameters: Record<string, unknown>) => {
			const one = { ...node('Ask', 'voipStudio', parameters), credentials };
			return (await manualWorkflow(rest, `Moved: ${String(parameters.resource)}`, [one])).id;
		};
		const reading = await operation({ resource: 'user', operation: 'getAll' });
		const calling = await operation({ resource: 'call', operation: 'create', to: '+34600000000' });
		const trigger = { ...node('Call ended', 'voipStudioTrigger', { event: 'cdr' }), credentials };
		const polling = (await triggerWorkflow(rest, 'Moved: trigger', trigger)).id;
		const ways: Way[] = [
			{ promise: 'a node that reads', reads: true, run: async () => await rest.run(reading, MANUAL) },
			{ promise: 'a node that calls', reads: false, run: async () => await rest.run(calling, MANUAL) },
			{ promise: 'a trigger', reads: true, run: async () => await rest.run(polling, 'Call ended') },
		];
		for (const { promise, reads, run } of ways) {
			await step(`${promise} takes the key nowhere else, asks nothing twice and names both addresses`, async () => {
				const sums = { own: 0, foreign: 0 };
				for (const move of MOVES) {
					for (const status of STATUSES) {
						const target = provider.redirect(status, move);
						const { error, summary } = await run();
						const what = `${status} to ${move}: ${JSON.stringify(error)}`;
						assert.equal(summary.status, 'error', what);
						const { own, foreign } = provider.received;
						assert.deepEqual([own, foreign], [move === 'the same origin' && reads ? 2 : 1, 0], what);
						const redirected = 'VoIPstudio redirected the request to another address';
						// What was asked to call somebody may have gone through before it was redirected.
						const message = reads ? redirected : 'It is not known whether VoIPstudio carried out the request';
						assert.equal(error?.message, message, what);
						if (!reads) assert.ok(error.description.startsWith(redirected), what);
						assert.ok(error.description.includes(`It points from ${provider.origin}/`), what);
						assert.ok(error.description.includes(` to ${target}/`), what);
						assert.ok(!JSON.stringify(error).includes(KEY), what);
						sums.own += own;
						sums.foreign += foreign;
					}
				}
				console.log(
					`    ${MOVES.length * STATUSES.length} redirects: ${sums.own} requests at the provider, ${sums.foreign} elsewhere`,
				);
			});
		}

		await step('a trigger whose provider has moved is not published, and n8n says why', async () => {
			provider.redirect(302, 'another port');
			await assert.rejects(rest.publish(polling), /VoIPstudio redirected the request to another address/);
			assert.equal(provider.received.foreign, 0);
		});
	} finally {
		await provider.close();
	}
}
