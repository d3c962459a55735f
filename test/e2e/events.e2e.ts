import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { RealN8n } from '../../harness/n8n/realN8n';
import type { StoredWorkflow, WorkflowNode } from '../../harness/n8n/rest';
import { OUTPUT } from '../../harness/n8n/tarball';
import { until } from '../../harness/processes';
import type { Suite } from '../../harness/suite';
import { baseNode, inARow, node } from '../../harness/workflows';

const SECRET = 'a-secret-of-the-account-0123';
const JSON_TYPE = { 'content-type': 'application/json' };
const BASIC = `Basic ${Buffer.from(`voipstudio:${SECRET}`).toString('base64')}`;

interface Sent {
	status: number;
	body: string;
}

export const suite: Suite = {
	title: 'Events as they are pushed',
	mostlyWaits: true,

	async run(step, { owner, tarball }) {
		const folder = join(OUTPUT, 'events');
		await rm(folder, { recursive: true, force: true });
		const n8n = await RealN8n.start({ userFolder: folder, tarball, progress: console.log });
		if (!(await n8n.rest.setUpOwner(owner))) await n8n.rest.signIn(owner);
		let count = 0;
		const send = async (path: string, init: RequestInit = {}): Promise<Sent> => {
			const response = await fetch(`${n8n.url}/webhook/${path}`, init);
			return { status: response.status, body: await response.text() };
		};
		const event = () =>
			JSON.stringify({ type: 'user_inbound', unique_call_id: `call-${count++}`, caller_id: '61491570156' });
		const pushed = (headers: Record<string, string> = {}): RequestInit => ({
			method: 'POST',
			headers: { ...JSON_TYPE, 'x-pbx-token': SECRET, ...headers },
			body: event(),
		});
		const publish = async (
			name: string,
			trigger: WorkflowNode,
			...more: WorkflowNode[]
		): Promise<StoredWorkflow & { path: string }> => {
			const webhookId = randomUUID();
			const chain = [{ ...trigger, webhookId }, ...more, baseNode('Last', 'noOp')];
			const stored = await n8n.rest.createWorkflow({ name, nodes: chain, connections: inARow(chain) });
			await n8n.rest.publish(stored.id);
			return { ...stored, path: webhookId };
		};
		const trigger = async (type: string, credential: string, data: object, parameters = {}): Promise<WorkflowNode> => {
			const { id, name } = await n8n.rest.saveCredential(JSON.stringify(data), credential, { ...data });
			return { ...node('Event', type, parameters), credentials: { [credential]: { id, name } } };
		};
		const rows = async ({ id }: StoredWorkflow, least: number) => {
			await until(`${least} executions`, 60, async () => {
				const found = await n8n.rest.executions(id);
				return found.filter(({ status }) => status === 'success').length >= least ? true : undefined;
			});
			return (await n8n.rest.wholeExecutions(id)).flatMap((one) => one.items('Event').map(({ json }) => json));
		};

		try {
			const cloud = await trigger('voipcloudEventTrigger', 'voipcloudWebhookApi', { token: SECRET });
			const voipcloud = await publish('VoIPcloud', cloud);
			await step(
				'VoIPcloud: the right token is answered at once and starts the workflow, another one does not',
				async () => {
					const path = `${voipcloud.path}/events`;
					const right = await send(path, pushed());
					assert.deepEqual([right.status, right.body], [200, '']);
					assert.equal((await send(path, pushed({ 'x-pbx-token': `${SECRET}4` }))).status, 401);
					assert.equal((await send(path)).status, 404);
					assert.equal((await send(path, { ...pushed(), body: '{"type":' })).status, 422);
					const [row, ...others] = await rows(voipcloud, 1);
					assert.deepEqual([row.event, row.caller, others], ['ringing', '+61491570156', []]);
				},
			);

			await step('VoIPstudio: user and password in the URL arrive, and a missed call comes once', async () => {
				const access = { user: 'voipstudio', password: SECRET };
				const studio = await publish(
					'VoIPstudio',
					await trigger('voipStudioEventTrigger', 'voipStudioWebhookApi', access),
				);
				for (const final of [false, false, true]) {
					const body = JSON.stringify({ event_name: 'call.missed', id: randomUUID(), root_call_id: 5, final });
					const init = { method: 'POST', headers: { ...JSON_TYPE, authorization: BASIC }, body };
					assert.equal((await send(`${studio.path}/events`, init)).status, 200);
				}
				assert.deepEqual(
					(await rows(studio, 1)).map(({ event: kind }) => kind),
					['missed'],
				);
			});

			await step('While1: two workflows have URLs of their own, and each secret opens one', async () => {
				const fields = { respond: 'fields', answer: { name: '={{ $json.query.telephone }}' } };
				const first = await publish(
					'While1',
					await trigger('while1VoiceEventTrigger', 'while1VoiceWebhookApi', { secret: SECRET }, fields),
				);
				const waiting = await trigger(
					'while1VoiceEventTrigger',
					'while1VoiceWebhookApi',
					{ secret: `${SECRET}-2` },
					{ respond: 'lastNode' },
				);
				const set = baseNode('Answer', 'set', { mode: 'raw', jsonOutput: '{"name":"Ann Lee"}', options: {} }, 3.4);
				const second = await publish('While1, last node', waiting, set);
				const pathOf = ({ path }: { path: string }, secret: string) => `${path}/${path}/${secret}`;
				const lookup = '?telephone=40722000001&dnid=40312345678';
				const answered = await send(`${pathOf(first, SECRET)}${lookup}`);
				assert.deepEqual([answered.status, (JSON.parse(answered.body) as { name: string }).name], [200, '40722000001']);
				assert.equal((await send(`${pathOf(second, SECRET)}${lookup}`)).status, 401);
				const last = await send(`${pathOf(second, `${SECRET}-2`)}${lookup}`);
				assert.deepEqual([last.status, JSON.parse(last.body)], [200, { name: 'Ann Lee' }]);
				const told = await send(`${pathOf(second, `${SECRET}-2`)}?event=queue_answer&telephone=40722000001`);
				assert.deepEqual([told.status, told.body], [200, '']);
				assert.deepEqual((await rows(second, 2)).map(({ event: kind }) => kind).sort(), ['answered', 'callerLookup']);
			});
		} finally {
			await n8n.stop();
		}
	},
};
