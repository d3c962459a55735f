import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { RealN8n } from '../../harness/n8n/realN8n';
import type { N8nRest, StoredWorkflow } from '../../harness/n8n/rest';
import { OUTPUT } from '../../harness/n8n/tarball';
import { recordingServer, type RecordingServer } from '../../harness/servers';
import type { Suite } from '../../harness/suite';
import { MANUAL, manualWorkflow, node, triggerWorkflow } from '../../harness/workflows';
import { redirectSteps } from './redirects';
import { unreachedSteps } from './unreached';

/** A secret with every mark that some encoding writes otherwise. */
const secret = (name: string): string => `4711/${name}+of='mine'&"<b>" ~100%`;

/** The forms in which somebody may repeat a secret. */
const FORMS: Record<string, (text: string) => string> = {
	'as it is': (text) => text,
	'for an address': encodeURIComponent,
	'as a form': (text) => new URLSearchParams({ s: text }).toString().slice(2),
	'in Base64': (text) => Buffer.from(text).toString('base64'),
	'in Base64 behind a name': (text) => Buffer.from(`user:${text}`).toString('base64'),
	'in JSON': (text) => JSON.stringify(text).slice(1, -1),
	'in HTML': (text) =>
		text
			.replaceAll('&', '&amp;')
			.replaceAll('<', '&lt;')
			.replaceAll('>', '&gt;')
			.replaceAll('"', '&quot;')
			.replaceAll("'", '&#39;'),
};

/** What VoIPstudio's sign-in gives here. */
const SESSION = secret('session');

interface Account {
	readonly type: string;
	/** With the field that holds each of its secrets. */
	readonly data: (url: string) => Record<string, string>;
	readonly secrets: readonly string[];
	readonly node: string;
	readonly parameters: Record<string, string>;
	readonly trigger?: { readonly node: string; readonly event: string };
}

const EMAIL = 'olive@example.com';
const ACCOUNTS: Record<string, Account> = {
	VoIPcloud: {
		type: 'voipcloudApi',
		data: (baseUrl) => ({ apiKey: secret('voipcloud'), baseUrl, apiVersion: 'v1' }),
		secrets: [secret('voipcloud')],
		node: 'voipcloud',
		parameters: { resource: 'userCall', operation: 'getAll' },
		trigger: { node: 'voipcloudTrigger', event: 'userCall' },
	},
	VoIPstudio: {
		type: 'voipStudioApi',
		data: (baseUrl) => ({ apiKey: secret('voipstudio'), baseUrl }),
		secrets: [secret('voipstudio')],
		node: 'voipStudio',
		parameters: { resource: 'user', operation: 'getAll' },
		trigger: { node: 'voipStudioTrigger', event: 'cdr' },
	},
	'VoIPstudio by sign-in': {
		type: 'voipStudioLoginApi',
		data: (baseUrl) => ({ email: EMAIL, password: secret('login'), baseUrl }),
		secrets: [secret('login'), SESSION],
		node: 'voipStudio',
		parameters: { authentication: 'login', resource: 'user', operation: 'getAll' },
		trigger: { node: 'voipStudioTrigger', event: 'cdr' },
	},
	'247LiveChat by key': {
		type: 'liveChat247Api',
		data: (url) => liveChat247(url, { authentication: 'apiKey', apiKey: secret('livechat-key') }),
		secrets: [secret('livechat-key')],
		node: 'liveChat247',
		parameters: { resource: 'webCall', operation: 'getStatus' },
	},
	'247LiveChat by password': {
		type: 'liveChat247Api',
		data: (url) => liveChat247(url, { authentication: 'password', password: secret('livechat-password') }),
		secrets: [secret('livechat-password')],
		node: 'liveChat247',
		parameters: { resource: 'webCall', operation: 'getStatus' },
	},
	'While1 Voice': {
		type: 'while1VoiceApi',
		data: (baseUrl) => ({ apiToken: secret('while1-token'), apiKey: secret('while1-key'), baseUrl }),
		secrets: [secret('while1-token'), secret('while1-key')],
		node: 'while1Voice',
		parameters: { resource: 'user', operation: 'getStatuses' },
		trigger: { node: 'while1VoiceTrigger', event: 'cdr' },
	},
};

function liveChat247(url: string, credential: Record<string, string>): Record<string, string> {
	return { email: EMAIL, environment: 'custom', baseUrl: `${url}/u/api`, ...credential };
}

export const suite: Suite = {
	title: "The account's key goes to the provider and nowhere else",

	async run(step, { owner, simulator, tarball }) {
		const folder = join(OUTPUT, 'keys');
		await rm(folder, { recursive: true, force: true });
		const n8n = await RealN8n.start({
			userFolder: join(folder, 'n8n'),
			tarball,
			env: { N8N_LOG_LEVEL: 'debug' },
			progress: console.log,
		});
		const provider = await EchoingProvider.start();
		try {
			const { rest } = n8n;
			await rest.setUpOwner(owner);
			await redirectSteps(step, rest);
			await unreachedSteps(step, rest, simulator.credentials);

			const workflows: string[] = [];
			const told: string[] = [];
			for (const [name, account] of Object.entries(ACCOUNTS)) {
				await step(`${name}: a provider that repeats a secret in any form is quoted without it`, async () => {
					const data = account.data(provider.url);
					const stored = await rest.saveCredential(name, account.type, data);
					const credentials = { [account.type]: { id: stored.id, name } };
					const options = { maxWait: 0 };
					const asking = { ...node('Ask', account.node, { ...account.parameters, options }), credentials };
					const { id } = await manualWorkflow(rest, name, [asking]);
					workflows.push(id);
					for (const text of account.secrets) {
						for (const [form, encode] of Object.entries(FORMS)) {
							provider.says = encode(text);
							const { error } = await rest.run(id, MANUAL);
							const shown = `${error?.message} ${error?.description}`;
							assert.match(shown, /refused: .*\*\*\*.* of yours/, `${form}: ${shown}`);
							told.push(shown);
						}
						provider.says = text;
						const { status, message } = await rest.testCredential(stored, data);
						assert.equal(status, 'Error');
						told.push(message);
					}
					// An address with a key in it would stand in what the network's error says.
					provider.says = undefined;
					const { error } = await rest.run(id, MANUAL);
					assert.ok(error !== undefined, 'a cut connection is no error');
					told.push(`${error.message} ${error.description}`);
				});
			}

			await step('triggers quote it without the secret as well, and so does n8n when it publishes one', async () => {
				let last = '';
				for (const [name, account] of Object.entries(ACCOUNTS)) {
					if (account.trigger === undefined) continue;
					last = (await triggerOf(rest, name, account, provider.url)).id;
					workflows.push(last);
					for (const text of account.secrets) {
						provider.says = text;
						const { error } = await rest.run(last, 'Call ended');
						const shown = `${error?.message} ${error?.description}`;
						assert.match(shown, /refused: \*\*\* of yours/);
						told.push(shown);
					}
				}
				// One of them, as n8n tries it for a quarter of a minute: While1 Voice's, which tells all in its message.
				await assert.rejects(rest.publish(last), ({ message }: Error) => {
					told.push(message);
					return /refused: \*\*\* of yours/.test(message);
				});
			});

			await step(
				"no secret stands in n8n's log at level debug or in what it has stored of the executions",
				async () => {
					const executions: string[] = [];
					for (const id of workflows) {
						for (const execution of await rest.executions(id)) {
							executions.push(JSON.stringify(await rest.request('GET', `/executions/${execution.id}`)));
						}
					}
					await n8n.stop();
					const log = await readFile(n8n.logFile, 'utf8');
					assert.match(log, /\bdebug\b/);
					const stored = executions.join('\n');
					assert.match(stored, /refused: \*\*\* of yours/);
					const places = { "n8n's log": log, 'the stored executions': stored, 'what the user read': told.join('\n') };
					const wanted = Object.values(ACCOUNTS).flatMap(({ secrets }) => secrets.flatMap(formsOf));
					for (const [place, text] of Object.entries(places)) {
						for (const form of wanted) assert.ok(!text.includes(form), `${place} shows ${form}`);
					}
					console.log(
						`    ${wanted.length} strings searched in ${log.length} characters of log and ${stored.length} of ${executions.length} executions`,
					);
				},
			);
		} finally {
			await n8n.stop();
			await provider.close();
		}
	},
};

async function triggerOf(rest: N8nRest, name: string, account: Account, url: string): Promise<StoredWorkflow> {
	const { id } = await rest.saveCredential(name, account.type, account.data(url));
	const { authentication } = account.parameters;
	const parameters = { event: account.trigger?.event, ...(authentication === undefined ? {} : { authentication }) };
	return await triggerWorkflow(rest, `${name}: trigger`, {
		...node('Call ended', account.trigger?.node ?? '', parameters),
		credentials: { [account.type]: { id, name } },
	});
}

/** Every form of a secret, as it is written in a text and in JSON within JSON. */
function formsOf(text: string): string[] {
	const forms = Object.values(FORMS).map((encode) => encode(text));
	const inJson = (form: string): string => JSON.stringify(form).slice(1, -1);
	return [...new Set(forms.flatMap((form) => [form, inJson(form), inJson(inJson(form))]))];
}

/** A provider that lets sign in and refuses everything else, with the secret in its answer. */
class EchoingProvider {
	/** What it repeats. Without anything it cuts the connection instead. */
	says: string | undefined = '';

	private constructor(private readonly server: RecordingServer) {}

	static async start(): Promise<EchoingProvider> {
		const provider: EchoingProvider = new EchoingProvider(
			await recordingServer((request, response) => {
				if (request.url?.endsWith('/login') === true) {
					response.writeHead(200, { 'content-type': 'application/json' });
					response.end(JSON.stringify({ user_token: SESSION }));
					return;
				}
				if (provider.says === undefined) {
					request.socket.destroy();
					return;
				}
				const message = `refused: ${provider.says} of yours`;
				response.writeHead(400, { 'content-type': 'application/json' });
				// A refusal as each of the providers writes it.
				response.end(
					JSON.stringify({
						code: 400,
						message,
						success: false,
						errors: { 400: message },
						has_error: true,
						messages: [message],
					}),
				);
			}),
		);
		return provider;
	}

	get url(): string {
		return `http://127.0.0.1:${this.server.port}`;
	}

	async close(): Promise<void> {
		await this.server.close();
	}
}
