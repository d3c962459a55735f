import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import type { Execution } from '../../harness/n8n/rest';
import type { Suite } from '../../harness/suite';
import { baseNode, MANUAL, manualWorkflow, node, requestsAt } from '../../harness/workflows';
import type { WorldSentText } from '../../simulator/world/worldOptions';

/** The simulator's own. */
const LOGIN = { email: 'demo@example.com', password: 'livechat247-demo-password' };
const NUMBER = '+12125550123';

interface Fax {
	from: string;
	to: string;
	fileName: string;
	mimeType: string;
	base64: string;
}

export const suite: Suite = {
	title: '247LiveChat',

	async run(step, { editor, n8n: { rest }, owner, apiKey, simulator }) {
		const address = { email: LOGIN.email, environment: 'custom', baseUrl: `${simulator.urls.livechat247}/u/api` };
		const byKey = { ...address, authentication: 'apiKey', apiKey };
		const byPassword = { ...address, authentication: 'password', password: LOGIN.password };
		const stored = await rest.saveCredential('247LiveChat account', 'liveChat247Api', byKey);
		const credentials = { liveChat247Api: { id: stored.id, name: stored.name } };
		const send = async (name: string, parameters: Record<string, unknown>, pdf?: Buffer): Promise<Execution> => {
			const file =
				pdf === undefined
					? []
					: [
							baseNode(
								'Bytes',
								'set',
								{ mode: 'raw', jsonOutput: JSON.stringify({ pdf: pdf.toString('base64') }) },
								3.4,
							),
							baseNode('File', 'convertToFile', {
								operation: 'toBinary',
								sourceProperty: 'pdf',
								options: { fileName: 'offer & prices.pdf', mimeType: 'application/pdf' },
							}),
						];
			const workflow = await manualWorkflow(rest, name, [
				...file,
				{ ...node('Send', 'liveChat247', parameters), credentials },
			]);
			return await rest.run(workflow.id, MANUAL);
		};

		await step("an API key and a password each pass the credential's test", async () => {
			assert.equal((await rest.testCredential(stored, byKey)).status, 'OK');
			assert.equal((await rest.testCredential(stored, byPassword)).status, 'OK');
		});

		await step('a wrong key is told with what to check, although 247LiveChat answers it with status 200', async () => {
			const wrongKey = 'a-key-that-was-mistyped';
			const { status, message } = await rest.testCredential(stored, { ...byKey, apiKey: wrongKey });
			assert.equal(status, 'Error');
			assert.match(message, /refused the credential \(403\).*Customer Portal/);
			assert.ok(!message.includes(wrongKey), 'the text shows the key');
		});

		await step('a text message arrives with its number and every letter', async () => {
			const text = 'Grüße: 5 € + 10 % & mehr? 📞';
			const execution = await send('Text message', { resource: 'sms', operation: 'send', to: NUMBER, message: text });
			assert.equal(execution.error, undefined);
			const texts = await simulator.control<WorldSentText[]>('GET', '/texts');
			assert.deepEqual(
				texts.map((one) => [one.to, one.text]),
				[[NUMBER, text]],
			);
		});

		await step('a faxed PDF arrives byte by byte under its name', async () => {
			// Every byte there is, line ends and what looks like the end of a form included.
			const pdf = Buffer.concat([
				Buffer.from('%PDF-1.7\r\n--boundary--\r\n'),
				Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7) % 256)),
				Buffer.from('\n%%EOF\r\n'),
			]);
			const fax = { resource: 'fax', operation: 'send', from: '+442036427900', to: NUMBER };
			const execution = await send('Fax', fax, pdf);
			assert.equal(execution.error, undefined);
			const faxes = await simulator.control<Fax[]>('GET', '/faxes');
			assert.deepEqual(
				faxes.map(({ from, to, fileName, mimeType, base64 }) => [
					from,
					to,
					fileName,
					mimeType,
					digest(Buffer.from(base64, 'base64')),
				]),
				[['+442036427900', NUMBER, 'offer & prices.pdf', 'application/pdf', digest(pdf)]],
			);
		});

		await step('a wrong number is told before anything is sent', async () => {
			const before = (await requestsAt(simulator, '/u/api')).length;
			const execution = await send('Wrong number', {
				resource: 'sms',
				operation: 'send',
				to: '0212345678',
				message: 'Hello',
			});
			assert.match(execution.error?.message ?? '', /'To' is not a phone number: it has no plus sign/);
			assert.match(execution.error?.description ?? '', /Nothing was sent.*with a plus sign and the country code/);
			assert.equal((await requestsAt(simulator, '/u/api')).length, before);
		});

		await step(
			'a user finds the node in the editor, reads there that a fax is sent, and gets all fields of it',
			async () => {
				await editor.signIn(owner);
				await editor.newWorkflow();
				await editor.searchNodes('247livechat');
				await editor.screenshot('search');
				const { page } = editor;
				await page.getByTestId('node-creator-item-name').getByText('247LiveChat', { exact: true }).click();
				await editor.addAction('Send a fax');
				await editor.screenshot('fax');
				for (const field of ['resource', 'operation', 'binaryPropertyName', 'from', 'to']) {
					await page.getByTestId('ndv').getByTestId(`parameter-input-${field}`).waitFor();
				}
			},
		);
	},
};

function digest(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}
