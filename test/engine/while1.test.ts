import { ExecuteSingleContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import { testCredential } from '../../harness/engine/credentialTest';
import { runNode } from '../../harness/engine/run';
import { KEY, node, ORIGINATE, seedContacts, sent, simulator, TOKEN } from './while1';

describe('Answers', () => {
	it('follows every page with Return All and stops at Limit, or records would be missing', async () => {
		await seedContacts(251);
		const all = await runNode(node({ resource: 'crmContact', operation: 'getAll', returnAll: true }));
		expect(all.items.map(({ json }) => json.name)).toEqual(Array.from({ length: 251 }, (_, i) => `Contact ${i}`));
		expect(simulator.requests.map((_, index) => sent(index).page)).toEqual([1, 2, 3]);
		expect(Object.keys(all.items[0].json).length).toBeLessThanOrEqual(10);
		simulator.requests.length = 0;
		const some = await runNode(node({ resource: 'crmContact', operation: 'getAll', limit: 120, simplify: false }));
		expect([some.items.length, simulator.requests.length]).toEqual([120, 2]);
		expect(Object.keys(some.items[0].json).length).toBeGreaterThan(10);
	});

	it('gives an empty list as no item, with pagination as object and as nothing', async () => {
		const contacts = await runNode(node({ resource: 'crmContact', operation: 'getAll', returnAll: true }));
		const channels = await runNode(node({ resource: 'channel', operation: 'getAll' }));
		expect([contacts.error, contacts.items, channels.error, channels.items]).toEqual([undefined, [], undefined, []]);
	});

	it('lists, redirects and hangs up the channel that it rang, or a call in progress could not be ended', async () => {
		const on = (operation: string, more: INodeParameters = {}) => node({ resource: 'channel', operation, ...more });
		await runNode(
			on('originate', { tech: 'SIP/john-doe', connectWith: 'extension', extension: '10', context: 'internal' }),
		);
		const [{ json }] = (await runNode(on('getAll'))).items;
		const channel = json.channel as string;
		const target = { channel, context: 'internal', extension: '11', priority: 1 };
		const redirected = await runNode(on('redirect', target));
		expect(redirected.items.map((item) => item.json)).toEqual([{ success: true }]);
		expect((await runNode(on('getAll'))).items[0].json).toMatchObject({ channel, exten: '11' });
		const ended = await runNode(on('hangUp', { channel }));
		expect(ended.items.map((item) => item.json)).toEqual([{ success: true }]);
		expect((await runNode(on('getAll'))).items).toEqual([]);
	});

	it('gives an item for each name of a keyed answer, with the name, or users could not be told apart', async () => {
		const { items } = await runNode(node({ resource: 'user', operation: 'getStatuses' }));
		expect(items).toHaveLength(12);
		expect(items[0]).toMatchObject({
			json: { key: 'john.smith.1', username: 'john.smith.1', status: 'UNKNOWN' },
			pairedItem: { item: 0 },
		});
	});

	it('tells what the PBX warns of once in a run and adds it to no record, or a new warning would look like new data', async () => {
		const warnings = ['API Username and Password are deprecated'];
		simulator.faces.while1.change({ warnings });
		const read = await runNode(node({ resource: 'user', operation: 'getStatuses' }));
		const write = await runNode(node(ORIGINATE));
		expect(read.items.length).toBeGreaterThan(1);
		expect(read.items.filter(({ json }) => 'warnings' in json)).toEqual([]);
		const two = await runNode({ ...node(ORIGINATE), items: [{ json: {} }, { json: {} }] });
		expect(two.items).toHaveLength(2);
		const hints = Object.values(two.run.data.resultData.runData).flatMap(([task]) => task.hints ?? []);
		expect(hints.map(({ message }) => message)).toEqual([`While1 Voice warns: ${warnings[0]}`]);
		expect(write.items[0].json).toEqual({ success: true, warnings });
	});

	it('tells what the PBX warns of in the log where n8n lets the node give no hint: once for three requests of a list', async () => {
		await seedContacts(251);
		const warn = jest.fn();
		jest
			.spyOn(ExecuteSingleContext.prototype, 'logger', 'get')
			.mockReturnValue({ warn } as unknown as ExecuteSingleContext['logger']);
		simulator.faces.while1.change({ warnings: ['Disk nearly full'] });
		const { items, run } = await runNode(node({ resource: 'crmContact', operation: 'getAll', returnAll: true }));
		jest.restoreAllMocks();
		expect([items.length, simulator.requests.length]).toEqual([251, 3]);
		expect(items.filter(({ json }) => 'warnings' in json)).toEqual([]);
		const hints = Object.values(run.data.resultData.runData).flatMap(([task]) => task.hints ?? []);
		expect([...hints, ...warn.mock.calls.map(([message]) => message as string)]).toEqual([
			'While1 Voice warns: Disk nearly full',
		]);
	});

	it('gives the whole answer where an endpoint has no results, so that the workflow goes on', async () => {
		const { items } = await runNode(
			node({
				resource: 'endpoint',
				operation: 'call',
				endpointName: 'call-queue',
				options: { topLevel: { action: 'read' } },
			}),
		);
		expect(items[0].json).toMatchObject({ has_error: false, results: [], pagination: { row_count: 0 } });
		const whole = await runNode(
			node({
				resource: 'endpoint',
				operation: 'call',
				endpointName: 'queues',
				options: { topLevel: { action: 'read' }, wholeAnswer: true },
			}),
		);
		expect(whole.items[0].json).toMatchObject({
			has_error: false,
			results: [{ name: 'Sales queue' }, { name: 'Support' }, { name: 'Accounts & Billing' }],
		});
	});

	it('links results to their input with several inputs', async () => {
		const items = ['Support', 'Sales queue'].map((name) => ({ json: { name } }));
		const { items: output } = await runNode(
			node({ resource: 'queue', operation: 'getAll', filters: { queues: '={{ $json.name }}' } }, { items }),
		);
		expect(output.map(({ json, pairedItem }) => [json.name, pairedItem])).toEqual([
			['Support', { item: 0 }],
			['Sales queue', { item: 1 }],
		]);
	});
});

describe('Bad input is refused before anything is sent', () => {
	it.each(['../admin', '..', 'cdr/../x', 'cdr?x=1', 'cdr#', 'http://evil.example', 'a b', 'cdr/', '%2e%2e', 'cdr\\x'])(
		'the endpoint name %j, or the token would reach another page',
		async (endpointName) => {
			const { error } = await runNode(node({ resource: 'endpoint', operation: 'call', endpointName }));
			expect(error?.message).toBe("'Endpoint Name' is not the name of an endpoint");
			expect(simulator.requests).toHaveLength(0);
		},
	);

	it.each([
		['5', "'Data' must be a JSON object or list"],
		['"text"', "'Data' must be a JSON object or list"],
		['{"a":', "'Data' is not JSON"],
		['null', "'Data' must be a JSON object or list"],
	])('data %s that is no object or list', async (data, message) => {
		const { error } = await runNode(node({ resource: 'endpoint', operation: 'call', endpointName: 'cdr', data }));
		expect(error?.message).toContain(message);
		expect(simulator.requests).toHaveLength(0);
	});

	it('a hash or a list at the top level, which would break the signature', async () => {
		const run = async (topLevel: string) =>
			(await runNode(node({ resource: 'endpoint', operation: 'call', endpointName: 'cdr', options: { topLevel } })))
				.error?.message;
		expect(await run('{"api_hash":"x"}')).toContain("must not hold 'api_hash'");
		expect(await run('[1]')).toContain('must be a JSON object, not a list');
		expect(simulator.requests).toHaveLength(0);
	});

	it.each([[{}], [{ members: { member: [] } }], [{ options: { membersJson: '[]' } }]])(
		'an empty list of members (%j), which would remove everybody from the queue',
		async (parameters) => {
			const { error } = await runNode(
				node({ resource: 'queue', operation: 'setMembers', queueName: 'Support', ...parameters }),
			);
			expect(error?.message).toBe("'Members' is empty: this would remove every member of the queue 'Support'");
			expect(simulator.requests).toHaveLength(0);
		},
	);

	it.each(['{}', 'null', '"john"', '[1]'])(
		'members %s that are no list of objects, which would pass for an empty list',
		async (membersJson) => {
			const { error } = await runNode(
				node({
					resource: 'queue',
					operation: 'setMembers',
					queueName: 'Support',
					options: { membersJson, removeAllMembers: true },
				}),
			);
			expect(error?.message).toBe("'Members (JSON)' must be a list of objects");
			expect(simulator.requests).toHaveLength(0);
		},
	);

	it('removes all members only when told to', async () => {
		const { error } = await runNode(
			node({ resource: 'queue', operation: 'setMembers', queueName: 'Support', options: { removeAllMembers: true } }),
		);
		expect(error).toBeUndefined();
		expect(sent()).toEqual({ action: 'save', data: { Support: { members: {} } } });
	});

	it.each([
		['http://pbx.example.com', "'Base URL' in the credential begins with http://"],
		['not an address', "'Base URL' in the credential is not an address"],
		['https://pbx.example.com/api/cdr', "'Base URL' in the credential is more than the address of the PBX"],
		['https://pbx.example.com/?x=1', "'Base URL' in the credential holds a question mark or a #"],
		['https://user:pw@pbx.example.com', "'Base URL' in the credential holds a user name or password"],
	])('the PBX address %s, or the token would travel to the wrong place or readable', async (baseUrl, message) => {
		const { error } = await runNode(node(ORIGINATE, {}, { baseUrl }));
		expect(error?.message).toBe(message);
		expect(JSON.stringify(error)).not.toContain(TOKEN);
	});

	it.each(['/', '/api', '/api/', '///'])('takes a PBX address with %s at its end, as people copy it', async (end) => {
		const { error } = await runNode(
			node({ resource: 'user', operation: 'getStatuses' }, {}, { baseUrl: simulator.urls.while1 + end }),
		);
		expect(error).toBeUndefined();
		expect(simulator.requests[0].path).toBe('/api/users-status');
	});

	it.each([
		['form', { 'a[b]': 1 }, 'the name "a[b]" would arrive changed'],
		['query', { text: 'x'.repeat(2000) }, 'an address holds about 2000 characters'],
		['form', Array.from({ length: 1001 }, () => 1), 'a form holds at most 1000 values'],
	])('what does not fit the transport %s, and says why', async (transport, data, why) => {
		const { error } = await runNode(
			node({
				resource: 'endpoint',
				operation: 'call',
				endpointName: 'cdr',
				data: JSON.stringify(data),
				options: { transport },
			}),
		);
		expect(error?.message).toBe(`The request does not fit the transport '${transport}': ${why}`);
		expect(simulator.requests).toHaveLength(0);
	});

	it.each<[INodeParameters, string | RegExp]>([
		[{ ...ORIGINATE, projectId: 0 }, "'Project ID' must be a whole number above 0"],
		[{ ...ORIGINATE, callerId: '={{ "" }}' }, "'Number to Call' is empty"],
		[{ ...ORIGINATE, additionalFields: { vars: '[1]' } }, "'Variables' must be a JSON object, not a list"],
		[{ resource: 'cdr', operation: 'update', cdrId: 3 }, "'Update Fields' is empty"],
		[
			{ resource: 'cdr', operation: 'update', cdrId: 3, updateFields: { transcriptions: [{ filename: 'x' }] } },
			"A transcription in 'Transcriptions' has no 'provider'",
		],
		[
			{ resource: 'cdr', operation: 'getAll', period: 'dates', periodFrom: 'soon', periodTo: '2026-11-01' },
			"'From' is not a date",
		],
		[
			{ resource: 'cdr', operation: 'getAll', period: 'dates', periodFrom: '2025-11-02', periodTo: '2025-11-01' },
			"'To' is not after 'From'",
		],
		[
			{ resource: 'queue', operation: 'getStatistics', filters: { dateFrom: '2026-11-02', dateTo: '2026-11-01' } },
			"'Date From' is after 'Date To'",
		],
		[
			{ resource: 'cdr', operation: 'getAll', options: { timezone: 'Mars' } },
			"'Time Zone of Records' is not a time zone",
		],
		[{ resource: 'campaignCall', operation: 'create', projectId: 1, destination: 'q' }, "'Calls' is empty"],
		[{ resource: 'crmContact', operation: 'save' }, "'Fields' is empty"],
		[{ ...ORIGINATE, additionalFields: { async: 'yes' } }, "'Async' must be true or false"],
		[
			{ resource: 'cdr', operation: 'getAll', filters: { projectId: 'all' } },
			"'Project ID' must be 0 or a whole number above",
		],
		[queued([{ callerId: '0123' }, { callerId: '1001/1002' }]), /^'Number to Call \(call 2\)' is not a phone number/],
		[queued([{ callerId: '0123', priority: 'first' }]), "'Priority (call 1)' must be 0 or a whole number above"],
		[
			queued([{ callerId: '0123' }, { callerId: '0124', maxRetries: -1 }]),
			"'Max Retries (call 2)' must be 0 or a whole number above",
		],
		[queued([{ callerId: '0123', vars: '[1]' }]), "'Variables (call 1)' must be a JSON object, not a list"],
		[
			queued([], [{ caller_id: '0123' }, { caller_id: 'abc' }]),
			/^'Calls \(JSON\): caller_id \(call 2\)' is not a phone number/,
		],
		[
			queued([], [{ caller_id: '0123', max_retries: 'twice' }]),
			"'Calls (JSON): max_retries (call 1)' must be 0 or a whole number above",
		],
		[members({ penalty: 'low' }), "'Penalty of the member 1001' must be 0 or a whole number above"],
		[members({ isActive: 'no' }), "'Active of the member 1001' must be true or false"],
	])('%j', async (parameters, message) => {
		const { error } = await runNode(node(parameters));
		expect(error?.message).toMatch(typeof message === 'string' ? new RegExp(`^${escaped(message)}$`) : message);
		expect(error?.context?.itemIndex).toBe(0);
		expect(simulator.requests).toHaveLength(0);
	});
});

it.each([
	['true', 1],
	['false', 0],
	[true, 1],
	[false, 0],
])("sends 'Async' given as %j for what it says, or the workflow would wait, or go on too early", async (given, bit) => {
	await runNode(node({ ...ORIGINATE, additionalFields: { async: given } }));
	expect(sent()).toMatchObject({ data: { async: bit } });
});

it.each([
	['false', 0],
	['0', 0],
	[false, 0],
	['true', 1],
])("a member whose 'isActive' is %j gets calls only if it says so", async (isActive, bit) => {
	await runNode(node(members({ isActive })));
	expect(sent()).toMatchObject({ data: { Sales: { members: { '1001': { is_active: bit } } } } });
});

it('queues calls of the form and of JSON with the numbers as they are dialled', async () => {
	await runNode(node(queued([{ callerId: '+44 (0)20 7946 0958', priority: '2' }], [{ caller_id: ' 0123 456 ' }])));
	const { data } = sent() as { data: { calls: object[] } };
	expect(data.calls).toMatchObject([{ caller_id: '+442079460958', priority: 2 }, { caller_id: '0123456' }]);
});

describe('A choice by expression', () => {
	const originate = (connectWith: string) =>
		node({
			resource: 'channel',
			operation: 'originate',
			tech: 'SIP/a',
			connectWith: `={{ '${connectWith}' }}`,
			appName: 'Playback',
			appData: 'hello',
			context: 'internal',
			extension: '10',
		});

	it.each([
		['application', { tech: 'SIP/a', appname: 'Playback', appdata: 'hello' }],
		['extension', { tech: 'SIP/a', exten: '10', context: 'internal' }],
	])('connects with the %s alone, although n8n routes the fields of both', async (chosen, data) => {
		const { error } = await runNode(originate(chosen));
		expect(error).toBeUndefined();
		expect(sent()).toEqual({ action: 'originate', data });
	});

	it('rings no phone that would be connected with nothing', async () => {
		const { error } = await runNode(originate('nothing'));
		expect(error?.message).toBe("'Connect With' must be one of: application, extension");
		expect(simulator.requests).toHaveLength(0);
	});
});

describe('Dry Run', () => {
	it.each([
		ORIGINATE,
		{ resource: 'channel', operation: 'originate', tech: 'SIP/a', extension: '10', context: 'internal' },
		{
			resource: 'campaignCall',
			operation: 'create',
			projectId: 1,
			destination: 'q',
			calls: { call: [{ callerId: '1' }] },
		},
	] as INodeParameters[])(
		'shows the request without token and hash and dials nobody: $operation of $resource',
		async (parameters) => {
			const { items, error } = await runNode(node({ ...parameters, dryRun: true }));
			expect(error).toBeUndefined();
			expect(items[0].json).toMatchObject({ dryRun: true, method: 'POST', body: { data: {} } });
			expect(JSON.stringify(items)).not.toMatch(new RegExp(`${TOKEN}|${KEY}|api_hash`));
			expect(simulator.requests).toHaveLength(0);
		},
	);
});

describe('Failures', () => {
	it.each([200, 403, 500])(
		'explains "Token does not match" with HTTP %d: wrong token, or no API key where the PBX wants a hash',
		async (errorStatus) => {
			simulator.faces.while1.change({ errorStatus });
			for (const credential of [{ apiToken: 'wrong-token-99' }, { apiKey: '' }]) {
				simulator.requests.length = 0;
				const { error } = await runNode(node(ORIGINATE, {}, credential));
				expect(error?.message).toBe('While1 Voice refused the API token: Token does not match');
				expect(error?.description).toContain('enter it as API Key in the credential');
				expect(error?.failure).toEqual({ cause: 'credential-invalid' });
				expect(JSON.stringify({ ...error, stack: error?.stack })).not.toMatch(/wrong-token-99|while1-demo-key/);
				expect(simulator.requests).toHaveLength(1);
			}
		},
	);

	it('explains a wrong API key', async () => {
		const { error } = await runNode(node(ORIGINATE, {}, { apiKey: 'other' }));
		expect(error?.message).toBe('While1 Voice refused the signature of the request: Hash does not match');
	});

	it.each(['list', 'object'] as const)(
		"shows the PBX's words, given as %s, and does not take HTTP 200 for success",
		async (messagesAs) => {
			simulator.faces.while1.change({ messagesAs });
			const code = messagesAs === 'object' ? ' (code 101)' : '';
			const { error } = await runNode(node({ resource: 'report', operation: 'run', reportId: '999' }));
			expect(error?.message).toBe(`While1 Voice did not carry out the request: Invalid report ID 999${code}`);
			const queue = await runNode(node({ resource: 'queue', operation: 'getAll', filters: { queues: 'none' } }));
			expect(queue.error?.message).toBe(`While1 Voice did not carry out the request: No Queues found${code}`);
		},
	);

	it.each(['500', '429', 'reset', 'truncated', 'brokenJson', 'html', '502'] as const)(
		'never dials twice after %s, whatever the transport',
		async (kind) => {
			for (const transport of ['json', 'query']) {
				simulator.requests.length = 0;
				simulator.faults.add({ kind, times: 5 });
				const { error } = await runNode(node({ ...ORIGINATE, options: { transport } }));
				simulator.faults.clear();
				expect(error?.message).toBeTruthy();
				expect(simulator.requests).toHaveLength(1);
				expect(JSON.stringify({ ...error, message: error?.message, stack: error?.stack })).not.toMatch(
					new RegExp(`${TOKEN}|${KEY}`),
				);
			}
		},
	);

	it('repeats a read after a passing fault although it is a POST, so that a hiccup does not stop a workflow', async () => {
		for (const parameters of [
			{ resource: 'user', operation: 'getStatuses' },
			{ resource: 'cdr', operation: 'getAll' },
		]) {
			simulator.requests.length = 0;
			simulator.faults.add({ kind: '500', times: 1 });
			const { error } = await runNode(node(parameters));
			expect([error, simulator.requests.length]).toEqual([undefined, 2]);
		}
	});

	it('gives one error item per failed input, in order, with Continue On Fail', async () => {
		const items = ['Support', 'none', 'Sales queue'].map((name) => ({ json: { name } }));
		const { items: output } = await runNode(
			node(
				{ resource: 'queue', operation: 'getAll', filters: { queues: '={{ $json.name }}' } },
				{ items, onError: 'continueRegularOutput' },
			),
		);
		expect(output.map(({ json }) => json.name ?? json.error)).toEqual([
			'Support',
			'While1 Voice did not carry out the request: No Queues found',
			'Sales queue',
		]);
	});
});

describe('The credential test', () => {
	const judge = async (credentials: IDataObject) =>
		await testCredential('while1VoiceApi', credentials as ICredentialDataDecryptedObject);

	it('is signed and passes with the right values, and names the cause of a wrong token', async () => {
		const good = { baseUrl: ` ${simulator.urls.while1}/api/ `, apiToken: TOKEN, apiKey: KEY };
		expect(await judge(good)).toMatchObject({ status: 'OK' });
		expect(sent()).toEqual({ type: 'sip' });
		const wrong = await judge({ ...good, apiToken: 'x' });
		expect(wrong).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('Token does not match') as string,
		});
		expect((await judge({ ...good, apiKey: '' })).message).toContain('enter it as API Key');
	});

	it('sees a refusal whose messages have a code as key, or a wrong token would pass as a good one', async () => {
		simulator.faces.while1.change({ messagesAs: 'object' });
		const wrong = { baseUrl: simulator.urls.while1, apiToken: 'x', apiKey: KEY };
		expect(await judge(wrong)).toMatchObject({ status: 'Error' });
	});
});

/** Campaign calls of the form and of 'Calls (JSON)'. */
function queued(call: INodeParameters[], callsJson: INodeParameters[] = []): INodeParameters {
	return {
		resource: 'campaignCall',
		operation: 'create',
		projectId: 1,
		destination: 'q',
		calls: { call },
		additionalFields: { callsJson },
	};
}

function members(member: INodeParameters): INodeParameters {
	const json = JSON.stringify([{ name: '1001', ...member }]);
	return { resource: 'queue', operation: 'setMembers', queueName: 'Sales', options: { membersJson: json } };
}

function escaped(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
