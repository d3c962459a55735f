import { Container } from '@n8n/di';
import { BinaryDataConfig, BinaryDataService } from 'n8n-core';
import type {
	IBinaryData,
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeParameters,
} from 'n8n-workflow';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LiveChat247Api } from '../../credentials/LiveChat247Api.credentials';
import { setClock } from '../../harness/clock';
import { testCredential } from '../../harness/engine/credentialTest';
import { runNode, type NodeRun } from '../../harness/engine/run';
import { createSimulator, type Simulator } from '../../simulator/server/server';

const EMAIL = 'demo@example.com';
const KEY = 'livechat247-demo-key';
const PASSWORD = 'livechat247-demo-password';
const FROM = '+442036427900';
const TO = '+12125550123';

let simulator: Simulator;
const world = () => simulator.world;

beforeEach(async () => {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0 } });
});
afterEach(async () => {
	await simulator.close();
});

function node(parameters: INodeParameters, more: Partial<NodeRun> = {}, credential: object = {}): NodeRun {
	return {
		node: 'liveChat247',
		parameters,
		credentials: {
			liveChat247Api: {
				email: EMAIL,
				authentication: 'apiKey',
				apiKey: KEY,
				password: PASSWORD,
				environment: 'custom',
				baseUrl: `${simulator.urls.livechat247}/u/api/`,
				...credential,
			},
		},
		...more,
	};
}

const bodyOf = (index: number) => Object.fromEntries(new URLSearchParams(simulator.requests[index].body));

function withFile(bytes: Uint8Array, file: Partial<IBinaryData> = {}): INodeExecutionData {
	const binary = {
		data: Buffer.from(bytes).toString('base64'),
		mimeType: 'application/pdf',
		fileName: 'offer.pdf',
		...file,
	};
	return { json: {}, binary: { data: binary } };
}

const sendFax = (parameters: INodeParameters = {}): INodeParameters => ({
	resource: 'fax',
	operation: 'send',
	from: FROM,
	to: TO,
	...parameters,
});
const sendSms = (parameters: INodeParameters = {}): INodeParameters => ({
	resource: 'sms',
	operation: 'send',
	to: TO,
	message: 'Hi',
	...parameters,
});
const webCall = (operation: string, parameters: INodeParameters = {}): INodeParameters => ({
	resource: 'webCall',
	operation,
	...parameters,
});

describe('Requests are those of the document', () => {
	it('sends a text message as a form with o, a, text and to_no, or no message would leave', async () => {
		const { items, error } = await runNode(node(sendSms({ message: 'Größe: 5 m² & më 👍 + 1' })));
		expect(error).toBeUndefined();
		expect(simulator.requests[0]).toMatchObject({ method: 'POST', path: '/u/api', query: {} });
		expect(simulator.requests[0].headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
		expect(bodyOf(0)).toEqual({
			o: 'sms',
			a: 'send',
			to_no: TO,
			text: 'Größe: 5 m² & më 👍 + 1',
			api_email: EMAIL,
			api_key: KEY,
		});
		expect(items).toEqual([{ json: { success: true, info: `Message sent to ${TO}` }, pairedItem: { item: 0 } }]);
	});

	it('reads the status by GET and starts a call by POST, which are the same o and a, or a look would dial', async () => {
		await runNode(node(webCall('create', { from: FROM, to: TO })));
		const { items, error } = await runNode(node(webCall('getStatus')));
		expect(error).toBeUndefined();
		expect(bodyOf(0)).toEqual({ o: 'webcall', a: 'call', from_no: FROM, to_no: TO, api_email: EMAIL, api_key: KEY });
		expect(simulator.requests[1]).toMatchObject({ method: 'GET', body: '' });
		expect({ ...simulator.requests[1].query }).toEqual({ o: 'webcall', a: 'call', api_email: EMAIL, api_key: KEY });
		expect(items[0].json).toMatchObject({
			success: true,
			from: FROM.slice(1),
			to: TO.slice(1),
			from_state: 'CONNECTED',
		});
	});

	it('ends the call with a=terminate and rings one number with a=c2c and `to`, or calls would go on and none start', async () => {
		const started = await runNode(node(webCall('clickToCall', { to: TO })));
		const ended = await runNode(node(webCall('terminate')));
		expect(bodyOf(0)).toEqual({ o: 'webcall', a: 'c2c', to: TO, api_email: EMAIL, api_key: KEY });
		expect(bodyOf(1)).toEqual({ o: 'webcall', a: 'terminate', api_email: EMAIL, api_key: KEY });
		expect([started.items[0].json.info, ended.items[0].json.info]).toEqual(['Call OK', 'Call terminated']);
	});

	it('takes the password in place of the key, or users without a key could not connect', async () => {
		const { error } = await runNode(node(sendSms(), {}, { authentication: 'password' }));
		expect(error).toBeUndefined();
		expect(bodyOf(0)).toMatchObject({ api_email: EMAIL, api_password: PASSWORD });
		expect(bodyOf(0)).not.toHaveProperty('api_key');
	});

	it('links each result to its input, or data of the wrong customer would be used further on', async () => {
		const items = ['+34600000001', '+34600000002', '+34600000003'].map((to) => ({ json: { to } }));
		const { items: output } = await runNode(node(sendSms({ to: '={{ $json.to }}' }), { items }));
		expect(output.map(({ json, pairedItem }) => [json.info, pairedItem])).toEqual([
			['Message sent to +34600000001', { item: 0 }],
			['Message sent to +34600000002', { item: 1 }],
			['Message sent to +34600000003', { item: 2 }],
		]);
	});
});

describe('Faxes', () => {
	it('uploads multipart with every byte and the file name, or the fax would arrive damaged', async () => {
		const bytes = randomBytes(100_003);
		const { items, error } = await runNode(
			node(sendFax(), { items: [withFile(bytes, { fileName: 'Angebot für "Müller" 👍.pdf' })] }),
		);
		expect(error).toBeUndefined();
		expect(simulator.requests[0].headers['content-type']).toMatch(/^multipart\/form-data; ?boundary=/);
		expect(simulator.requests[0].query).toEqual({});
		expect(items[0].json).toEqual({ success: true, info: `Fax sent to ${TO}`, id: 323 });
		const [fax] = world().faxes;
		expect(fax).toMatchObject({
			from: FROM,
			to: TO,
			fileName: 'Angebot für "Müller" 👍.pdf',
			mimeType: 'application/pdf',
		});
		expect(Buffer.from(fax.bytes).equals(bytes)).toBe(true);
	});

	it.each([
		['letter.doc', 'application/msword'],
		['letter.DOCX', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
		['slides.ppt', 'application/vnd.ms-powerpoint'],
		['list.xls', 'application/vnd.ms-excel'],
		['offer.pdf', 'application/pdf'],
	])('takes %s, or a documented format could not be faxed', async (fileName, type) => {
		const { error } = await runNode(
			node(sendFax(), { items: [withFile(randomBytes(10), { fileName, mimeType: 'application/octet-stream' })] }),
		);
		expect(error).toBeUndefined();
		expect(world().faxes[0]).toMatchObject({ fileName, mimeType: type });
	});

	it('names a file that has none by its type, or the provider could not tell its format', async () => {
		await runNode(node(sendFax(), { items: [withFile(randomBytes(10), { fileName: undefined })] }));
		expect(world().faxes[0].fileName).toBe('fax.pdf');
	});

	it.each([
		['Invoice 12.5.2026', 'application/pdf', 'Invoice 12.5.2026.pdf'],
		['report.new', 'application/pdf', 'report.new.pdf'],
		['Scan.v2', 'application/pdf; charset=binary', 'Scan.v2.pdf'],
		['offer.PDF', 'application/pdf', 'offer.PDF'],
		['report.final', 'application/msword', 'report.final.doc'],
		['offer.doc', 'application/pdf', 'offer.doc.pdf'],
		['.pdf', 'application/octet-stream', '.pdf'],
	])('takes %j by its type (%s), or it could not be faxed, or not be read', async (fileName, mimeType, sent) => {
		const { error } = await runNode(node(sendFax(), { items: [withFile(randomBytes(10), { fileName, mimeType })] }));
		expect(error).toBeUndefined();
		const type = mimeType === 'application/octet-stream' ? 'application/pdf' : mimeType.split(';')[0];
		expect(world().faxes[0]).toMatchObject({ fileName: sent, mimeType: type });
	});

	it.each([
		[{ fileName: 'photo.png', mimeType: 'image/png' }, "The file 'photo.png' (image/png) cannot be sent as a fax"],
		[
			{ fileName: 'photo.png', mimeType: 'application/pdf' },
			"The file 'photo.png' (application/pdf) cannot be sent as a fax",
		],
		[
			{ fileName: 'list.csv', mimeType: 'application/vnd.ms-excel' },
			"The file 'list.csv' (application/vnd.ms-excel) cannot be sent as a fax",
		],
		[{ fileName: 'invoice.pdf', mimeType: 'text/html' }, "The file 'invoice.pdf' (text/html) cannot be sent as a fax"],
		[
			{ fileName: 'report.new', mimeType: 'application/octet-stream' },
			"The file 'report.new' (application/octet-stream) cannot be sent as a fax",
		],
		[{ fileName: undefined, mimeType: 'text/plain' }, 'A file of the type text/plain cannot be sent as a fax'],
	])(
		'refuses %j before anything is sent and lists the formats, or the user would pay for an empty page',
		async (file, message) => {
			const { error } = await runNode(node(sendFax(), { items: [withFile(randomBytes(10), file)] }));
			expect(error?.message).toBe(message);
			expect(error?.description).toContain('PDF, .doc, .docx, .ppt and .xls');
			expect(simulator.requests).toHaveLength(0);
		},
	);

	it('refuses an empty file and a missing one before anything is sent', async () => {
		const empty = await runNode(node(sendFax(), { items: [withFile(new Uint8Array())] }));
		expect(empty.error?.message).toBe("The file 'offer.pdf' is empty");
		const missing = await runNode(node(sendFax()));
		expect(missing.error?.message).toMatch(/binary/i);
		expect(simulator.requests).toHaveLength(0);
	});

	it('reads the answer in the form the document prints, which is no JSON, or a sent fax would look failed and be sent again', async () => {
		simulator.faces.livechat247.change({ printsIdWithArrow: true });
		const { items, error } = await runNode(node(sendFax(), { items: [withFile(randomBytes(10))] }));
		expect(error).toBeUndefined();
		expect(items[0].json).toEqual({ success: true, info: `Fax sent to ${TO}`, id: 323 });
	});

	it('streams 50 MB that n8n keeps on disk without holding them, byte for byte, or a large fax would bring n8n down', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'fax-'));
		Container.get(BinaryDataConfig).localStoragePath = folder;
		const service = Container.get(BinaryDataService);
		await service.init();
		const bytes = randomBytes(50 * 1024 * 1024);
		const stored = await service.store(
			{ type: 'execution', workflowId: 'workflow1', executionId: 'execution1' },
			bytes,
			{ data: '', mimeType: 'application/pdf', fileName: 'catalogue.pdf' },
		);
		expect(stored.id).toMatch(/^filesystem/);
		const { error } = await runNode(node(sendFax(), { items: [{ json: {}, binary: { data: stored } }] }));
		expect(error).toBeUndefined();
		const [fax] = world().faxes;
		const digest = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
		expect([fax.fileName, fax.bytes.length, digest(fax.bytes)]).toEqual(['catalogue.pdf', bytes.length, digest(bytes)]);
		expect(simulator.requests[0].headers['content-length']).toBeDefined();

		const empty = await service.store(
			{ type: 'execution', workflowId: 'workflow1', executionId: 'execution1' },
			Buffer.alloc(0),
			{ data: '', mimeType: 'application/pdf', fileName: 'empty.pdf' },
		);
		const refused = await runNode(node(sendFax(), { items: [{ json: {}, binary: { data: empty } }] }));
		expect(refused.error?.message).toBe("The file 'empty.pdf' is empty");
		rmSync(folder, { recursive: true });
	});
});

describe('Bad input is refused before anything is sent', () => {
	it.each([
		['442036427900', 'it has no plus sign with a country code'],
		['0044 20 3642', 'it has no plus sign with a country code'],
		['+4420364279001234567', 'it has 19 digits, and no number has more than 15'],
		['+0442036427900', 'no country code begins with 0'],
		['+44CALLME', 'letters, extensions and codes cannot be dialled'],
		['+4420364/279', 'it may be two numbers'],
	])('a number such as %s, in every field, or a stranger would be called', async (number, reason) => {
		const fields: Array<[INodeParameters, string]> = [
			[sendSms({ to: number }), 'To'],
			[webCall('create', { from: number, to: TO }), 'From'],
			[webCall('create', { from: FROM, to: number }), 'To'],
			[webCall('clickToCall', { to: number }), 'To'],
		];
		for (const [parameters, name] of fields) {
			const { error } = await runNode(node(parameters));
			expect(error?.message).toBe(`'${name}' is not a phone number: ${reason}`);
			expect(error?.description).toContain(JSON.stringify(number));
		}
		const fax = await runNode(node(sendFax({ to: number }), { items: [withFile(randomBytes(10))] }));
		expect(fax.error?.message).toContain(reason);
		expect(simulator.requests).toHaveLength(0);
	});

	it('takes a number with blanks and signs between its digits, as people write it', async () => {
		await runNode(node(sendSms({ to: ' +1 (212) 555-01.23 ' })));
		expect(bodyOf(0).to_no).toBe('+12125550123');
	});

	it('a text of 161 characters, with the count, or the end of the message would be cut', async () => {
		const { error } = await runNode(node(sendSms({ message: 'é'.repeat(161) })));
		expect(error?.message).toBe("'Message' has 161 characters; 247LiveChat takes at most 160");
		expect(simulator.requests).toHaveLength(0);
		const fits = await runNode(node(sendSms({ message: '👍'.repeat(160) })));
		expect(fits.error).toBeUndefined();
	});

	it('an empty text and an empty number', async () => {
		expect((await runNode(node(sendSms({ message: '  ' })))).error?.message).toBe("'Message' is empty");
		expect((await runNode(node(sendSms({ to: '={{ "" }}' })))).error?.message).toBe("'To' is empty");
		expect(simulator.requests).toHaveLength(0);
	});
});

describe('Dry Run', () => {
	it.each([
		[sendSms({ dryRun: true }), { o: 'sms', a: 'send', to_no: TO, text: 'Hi' }, `text ${TO}: Hi`],
		[
			webCall('create', { from: FROM, to: TO, dryRun: true }),
			{ o: 'webcall', a: 'call', from_no: FROM, to_no: TO },
			`call ${FROM} and ${TO}`,
		],
		[webCall('clickToCall', { to: TO, dryRun: true }), { o: 'webcall', a: 'c2c', to: TO }, `call ${TO}`],
		[
			sendFax({ dryRun: true }),
			{
				o: 'fax',
				a: 'send',
				from_no: FROM,
				to_no: TO,
				fax_file: { fileName: 'offer.pdf', mimeType: 'application/pdf', bytes: 10 },
			},
			`fax ${TO}`,
		],
	])(
		'shows the request of %j without the credential and sends nothing, or a rehearsal would cost money',
		async (parameters, expected, would) => {
			const { items, error } = await runNode(node(parameters, { items: [withFile(randomBytes(10))] }));
			expect(error).toBeUndefined();
			expect(items).toEqual([
				{
					json: { dryRun: true, would, method: 'POST', url: `${simulator.urls.livechat247}/u/api`, body: expected },
					pairedItem: { item: 0 },
				},
			]);
			expect(simulator.requests).toHaveLength(0);
		},
	);
});

describe('Failures', () => {
	it.each(['object', 'list', 'string', 'error'] as const)(
		"shows the provider's words when errors come as %s with HTTP 200, or a failure would look like success",
		async (errorsAs) => {
			simulator.faces.livechat247.change({ errorsAs });
			const { error, items } = await runNode(node(webCall('terminate')));
			expect(items).toEqual([]);
			expect(error?.message).toBe('247LiveChat did not carry out the request: No active call');
			expect(error?.context?.itemIndex).toBe(0);
		},
	);

	it.each([true, false])(
		'explains a refused credential (status mirrors the code: %s) and never shows it',
		async (statusMirrorsCode) => {
			simulator.faces.livechat247.change({ statusMirrorsCode });
			for (const parameters of [webCall('getStatus'), sendSms()]) {
				simulator.requests.length = 0;
				const { error } = await runNode(node(parameters, {}, { apiKey: 'wrong-key-123' }));
				expect(error?.message).toBe('247LiveChat refused the credential');
				expect(error?.failure).toEqual({ cause: 'credential-invalid' });
				expect(JSON.stringify({ ...error, stack: error?.stack })).not.toContain('wrong-key-123');
				expect(simulator.requests).toHaveLength(1);
			}
		},
	);

	it.each([['reset'], ['html'], ['brokenJson'], ['500'], ['429'], ['truncated']] as const)(
		'never sends a text message twice after %s, and leaves no secret in the error',
		async (kind) => {
			simulator.faults.add({ kind, times: 5 });
			const run = node(sendSms());
			const { error } = await runNode(run);
			expect(error?.message).toBeTruthy();
			expect(simulator.requests).toHaveLength(1);
			const shown = JSON.stringify({ ...error, message: error?.message, stack: error?.stack });
			for (const secret of [KEY, EMAIL, encodeURIComponent(EMAIL)]) expect(shown).not.toContain(secret);
		},
	);

	it.each([['reset'], ['html'], ['500']] as const)(
		'leaves no secret of the address in the error of a read after %s',
		async (kind) => {
			simulator.faults.add({ kind, times: 5 });
			const { error, run } = await runNode(node(webCall('getStatus')));
			expect(error).toBeDefined();
			const shown =
				JSON.stringify({ ...error, message: error?.message, stack: error?.stack, cause: undefined }) +
				JSON.stringify(run.data.resultData);
			for (const secret of [KEY, EMAIL, encodeURIComponent(EMAIL), 'api_key']) expect(shown).not.toContain(secret);
		},
	);

	it('repeats a read after a passing fault, so that a hiccup does not stop a workflow', async () => {
		await runNode(node(webCall('clickToCall', { to: TO })));
		simulator.faults.add({ kind: '500', times: 1 });
		const { error } = await runNode(node(webCall('getStatus')));
		expect(error).toBeUndefined();
		expect(simulator.requests).toHaveLength(3);
	});

	it('stops at the documented 100 requests in 5 minutes and says when to go on, or the account would be blocked', async () => {
		const items = Array.from({ length: 101 }, () => ({ json: {} }));
		const { items: output } = await runNode(
			node(sendSms({ options: { maxWait: 0 } }), { items, onError: 'continueRegularOutput' }),
		);
		expect(simulator.requests).toHaveLength(100);
		expect(output).toHaveLength(101);
		expect(output[100].json.error).toEqual(expect.stringContaining('used up'));
	});

	it.each([
		[4 * 60 + 59, /used up/],
		[5 * 60, undefined],
	])('lets the next one leave %d s after the first: %s, or people would wait, or be blocked', async (seconds, says) => {
		simulator.setLimit('livechat247', null);
		let now = Date.now();
		const restore = setClock(() => now);
		const items = Array.from({ length: 100 }, () => ({ json: {} }));
		await runNode(node(sendSms({ options: { maxWait: 0 } }), { items }));
		now += seconds * 1000;
		const { error } = await runNode(node(sendSms({ options: { maxWait: 0 } }))).finally(restore);
		expect(error?.message).toEqual(says && expect.stringMatching(says));
	});

	it('gives one error item per failed input, in order, with Continue On Fail', async () => {
		const items = ['+34600000001', '222', '+34600000003'].map((to) => ({ json: { to } }));
		const { items: output, error } = await runNode(
			node(sendSms({ to: '={{ $json.to }}' }), { items, onError: 'continueRegularOutput' }),
		);
		expect(error).toBeUndefined();
		expect(output.map(({ json }) => json.info ?? json.error)).toEqual([
			'Message sent to +34600000001',
			"'To' is not a phone number: it has no plus sign with a country code",
			'Message sent to +34600000003',
		]);
	});
});

describe('The credential', () => {
	const credential = new LiveChat247Api();
	const data: ICredentialDataDecryptedObject = {
		email: ` ${EMAIL} `,
		authentication: 'apiKey',
		apiKey: KEY,
		password: '',
		environment: 'sandbox',
	};
	const authenticate = async (request: Partial<IHttpRequestOptions>) => {
		if (typeof credential.authenticate !== 'function') throw new Error('No function');
		const baseURL = 'https://l7sandbox.net/247LiveChat/u/api';
		return await credential.authenticate(data, { baseURL, url: '', ...request });
	};

	it('goes into the query of a GET and into the body of a POST of any form, or the request would be refused', async () => {
		expect((await authenticate({ method: 'GET', qs: { o: 'webcall' } })).qs).toEqual({
			o: 'webcall',
			api_email: EMAIL,
			api_key: KEY,
		});
		expect((await authenticate({ method: 'POST', body: { o: 'sms' } })).body).toEqual({
			o: 'sms',
			api_email: EMAIL,
			api_key: KEY,
		});
		expect(
			(
				(await authenticate({ method: 'POST', body: new URLSearchParams({ o: 'sms' }) })).body as URLSearchParams
			).toString(),
		).toBe(`o=sms&api_email=${encodeURIComponent(EMAIL)}&api_key=${KEY}`);
		const form = new FormData();
		await authenticate({ method: 'POST', body: form });
		await authenticate({ method: 'POST', body: form });
		expect(form.getAll('api_key')).toEqual([KEY]);
		expect((await authenticate({ method: 'POST', body: form })).qs).toBeUndefined();
	});

	it('is tested with a look at the status, which fails on 403 and not because no call is active', async () => {
		const { liveChat247Api: good } = node({}).credentials as Record<string, ICredentialDataDecryptedObject>;
		expect(await testCredential('liveChat247Api', good)).toMatchObject({ status: 'OK' });
		expect(simulator.requests[0]).toMatchObject({ method: 'GET', query: { o: 'webcall', a: 'call' } });
		const wrong = await testCredential('liveChat247Api', { ...good, apiKey: 'x' });
		expect(wrong).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('refused the credential') as string,
		});
	});
});
