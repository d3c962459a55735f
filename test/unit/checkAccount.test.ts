import { spawn } from 'node:child_process';
import { join } from 'node:path';

import type { JournalEntry } from '../../simulator/server/journal';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../simulator/server/server';
import { accountChecks } from '../../tools/accountChecks';
import { asker, MOST_REQUESTS, type Account } from '../../tools/accountChecks/ask';
import { findOut, report, table, type Outcome } from '../../tools/accountChecks/run';

const MINUTE = 60_000;
// The zone of this computer is what the check takes While1's times to be in.
const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const ELSEWHERE = HERE === 'Pacific/Kiritimati' ? 'America/St_Johns' : 'Pacific/Kiritimati';

type Provider = keyof typeof accountChecks;
type Body = Record<string, unknown>;

const SIMULATED = {
	'247livechat': 'livechat247',
	voipcloud: 'voipcloud',
	voipstudio: 'voipstudio',
	'while1-voice': 'while1',
} as const;

let simulator: Simulator | undefined;
afterEach(async () => {
	await simulator?.close();
	simulator = undefined;
});

/** A system with calls of the last two days, the newest of a minute ago, and one that goes on. */
async function open(options: SimulatorOptions = {}, isEmpty = false): Promise<Simulator> {
	simulator = await createSimulator({
		world: {
			seed: 3,
			callsPerDay: isEmpty ? 0 : 60,
			zone: 'Australia/Sydney',
			historyFrom: Date.now() - 2 * 24 * 60 * MINUTE,
		},
		...options,
		while1: { zone: HERE, ...options.while1 },
	});
	if (!isEmpty) {
		const now = Math.floor(Date.now() / 1000) * 1000;
		for (const minutes of [400, 200, 90, 40, 2]) {
			const startedAt = now - minutes * MINUTE;
			const call = {
				startedAt,
				answeredAt: startedAt + 5000,
				endedAt: startedAt + MINUTE,
				outcome: 'answered' as const,
			};
			simulator.world.addCall({ ...call, queue: 'Sales queue', recorded: true, voicemailSeconds: 10 });
			simulator.world.addCall({ ...call, user: 'John Smith' });
		}
	}
	return simulator;
}

function accountOf(provider: Provider, { urls, faces }: Simulator, more: Partial<Account> = {}): Account {
	const name = SIMULATED[provider as keyof typeof SIMULATED];
	const address = `${urls[name]}${name === 'livechat247' ? '/u/api' : ''}`;
	const keys = Object.assign({}, ...Object.values(faces[name].credentials(urls[name]))) as Record<string, string>;
	return { address, keys, choices: {}, justCalled: false, ...more };
}

async function check(
	provider: Provider,
	options: SimulatorOptions = {},
	more: Partial<Account> = {},
): Promise<Outcome> {
	const opened = await open(options);
	if (provider === '247livechat') opened.requests.length = 0;
	return await findOut(accountChecks[provider], accountOf(provider, opened, more), asker(0));
}

/** Changes the rows of lists on their way out. */
function rows(change: (row: Body, index: number) => Body, path = ''): SimulatorOptions {
	return {
		rewrite: (request, body) => {
			const key = (body as Body).results === undefined ? 'data' : 'results';
			const list = (body as Body)[key];
			if (!Array.isArray(list) || !request.path.includes(path)) return body;
			return { ...(body as Body), [key]: list.map((row, index) => change(row as Body, index)) };
		},
	};
}

function answers(change: (body: Body, query: Body) => unknown, path = ''): SimulatorOptions {
	return {
		rewrite: (request, body) => (request.path.includes(path) ? change(body as Body, request.query) : body),
	};
}

/** Refuses some requests. */
function refused(isMeant: (request: JournalEntry) => boolean): SimulatorOptions {
	return {
		rewrite: (request, body, setStatus) => {
			if (!isMeant(request)) return body;
			setStatus(400);
			return { code: 400, has_error: true, messages: ['No'], results: [] };
		},
	};
}

const without = (name: string, others: Body): Body =>
	Object.fromEntries(Object.entries(others).filter(([field]) => field !== name));

interface Spoiled {
	options: SimulatorOptions;
	account?: Partial<Account>;
}

/** By provider and the beginning of the assumption: a system in which it does not hold. */
const SPOILED: Record<Provider, Record<string, Spoiled>> = {
	voipstudio: {
		'A list answers with': { options: { voipstudio: { totals: 'none' } } },
		'Every record has a numeric `id`': { options: { voipstudio: { ids: 'repeated' } } },
		'`sort=id` with `dir=DESC`': { options: { voipstudio: { sorting: 'ignored', defaultOrder: 'oldestFirst' } } },
		'`sort=id` with `dir=ASC`': { options: { voipstudio: { sorting: 'ignored' } } },
		'Ids rise': { options: { voipstudio: { ids: 'falling' } } },
		'`calldate` is YYYY': {
			options: rows((row) => ({ ...row, calldate: String(row.calldate as string).replace(' ', 'T') }), '/cdrs'),
		},
		'The legs of a call': { options: rows((row) => without('root_live_id', row), '/cdrs') },
		'`type` is one of': { options: rows((row) => ({ ...row, type: 'INTERNAL' }), '/cdrs') },
		'`disposition` is one of': { options: rows((row) => ({ ...row, disposition: 'ANSWERED' }), '/cdrs') },
		'Times carry no zone': { options: { voipstudio: { zone: ELSEWHERE } } },
		'`calldate` can be filtered with `gte`': { options: { voipstudio: { filters: 'ignored' } } },
		'`calldate` can be filtered with `lte`': {
			options: answers((body, { filter }) =>
				String(filter as string).includes('lte') ? { data: [], total: 0 } : body,
			),
		},
		'`total` counts': {
			options: answers((body, { filter }) => (filter === undefined ? body : { ...body, total: 999_999 })),
		},
		'`page` counts': {
			options: answers((body, { page }) => (page === '2' ? { ...body, data: [{ id: 1 }, { id: 1 }] } : body)),
		},
		'Call Me Back CDRs are': { options: { voipstudio: { callMeBackCdrs: 'printed' } } },
		'Call Me Back lists take': { options: { voipstudio: { callMeBackParameters: 'ignored' } } },
		'`/monitors`': {
			options: rows((row) => without('timestamp', row), '/monitors'),
		},
		'`/voicemessages`': { options: rows((row) => without('origtime', row), '/voicemessages') },
		'`/sms`': { options: rows((row) => without('created_at', row), '/sms') },
		'Version v1.1': { options: refused(({ path }) => path.includes('/v1.1/')) },
		'A list takes `sort`': { options: { voipstudio: { refused: ['sort'] } } },
		'`like` takes an SQL pattern': {
			options: answers((body, { filter }) =>
				/like.*%/.test(String(filter as string)) ? { data: [], total: 0 } : body,
			),
		},
		'`/ping` is there': { options: { voipstudio: { refused: ['ping'], refusedStatus: 404 } } },
		'A wrong key': {
			options: answers((body) => (body.message === 'Unauthorized' ? { error: body.message } : body), '/cdrs'),
		},
	},
	voipcloud: {
		'A list answers with': { options: answers((body) => ({ records: body.data }), 'get-user-calls') },
		'Where there are no calls': { options: { voipcloud: { emptyAs: '404' } } },
		'`get-user-calls` has': { options: rows((row) => without('from_number', row), 'get-user-calls') },
		'`get-queue-calls` has': { options: rows((row) => without('callerid', row), 'get-queue-calls') },
		'`get-ringgroup-calls` has': { options: rows((row) => without('status', row), 'get-ringgroup-calls') },
		'`is_inbound` is': { options: rows((row) => ({ ...row, is_inbound: String(row.is_inbound) }), 'get-user-calls') },
		'Times are ISO 8601': { options: { voipcloud: { times: 'naive' } } },
		'Calls come newest first': {
			options: answers((body) => ({ ...body, data: [...((body.data ?? []) as unknown[])].reverse() }), '-calls'),
		},
		'Times that tell no zone': { options: { voipcloud: { times: 'naive', zone: ELSEWHERE } } },
		'`offset` counts': {
			options: answers((body, { offset }) =>
				offset === '1' ? { ...body, data: ((body.data ?? []) as unknown[]).slice(1) } : body,
			),
		},
		'`limit` goes up': { options: refused(({ query }) => query.limit === '10000') },
		'A day of `from_date`': { options: { voipcloud: { toDateInclusive: false } } },
		'A name that nobody has': { options: { voipcloud: { unknownNames: 'are ignored' } } },
		'The status of a call': {
			options: rows((row) => ('status' in row ? { ...row, status: 'no_answer' } : row)),
		},
		'`get-system-status` answers': { options: answers(() => [], 'get-system-status') },
		'A wrong key': { options: refused(({ headers }) => String(headers.token as string).startsWith('this-is-no-key')) },
	},
	'247livechat': {
		'The body tells by': { options: answers((body) => without('success', body)) },
		'While no call goes on': {
			options: answers((body) => (JSON.stringify(body).includes('403') ? body : { success: false })),
		},
		'A wrong key': { options: { livechat247: { errorsAs: 'list' } } },
		'An error comes with': { options: { livechat247: { statusMirrorsCode: true } } },
	},
	'while1-voice': {
		'An answer has': { options: answers((body) => without('messages', body)) },
		'`has_error` is true or false': { options: answers((body) => ({ ...body, has_error: String(body.has_error) })) },
		'A form under the printed header': { options: { while1: { textXml: 'read' } } },
		'A CDR has the fields': { options: rows((row) => without('direction', row), '/cdr') },
		'Every CDR has an `id`': { options: rows((row) => ({ ...row, id: '7' }), '/cdr') },
		'A CDR tells its start': { options: { while1: { rows: 'none' } } },
		'Ids rise': { options: rows((row) => ({ ...row, id: String(Number.MAX_SAFE_INTEGER - Number(row.id)) }), '/cdr') },
		"Times are in this computer's zone": { options: { while1: { zone: ELSEWHERE } } },
		'`pagination` tells': { options: answers((body) => ({ ...body, pagination: [] })) },
		'`page` counts': {
			options: {
				rewrite: ({ body: sent }, body) => (sent.includes('"page":2') ? { ...(body as Body), results: [] } : body),
			},
		},
		'`from_id` gives': { options: { while1: { fromId: 'ignored' } } },
		'`date_between` filters': { options: { while1: { dateBetween: 'ignored' } } },
		'Parameters are read from a form': {
			options: refused(({ headers }) => /urlencoded/.test(headers['content-type'] as string)),
		},
		'Parameters are read from the address': { options: refused(({ method }) => method === 'GET') },
		'CDRs are read with or without': {
			options: refused(({ path, body }) => path.includes('/cdr') && body.startsWith('{') && !body.includes('action')),
		},
		'`users-status` answers': { options: answers((body) => ({ ...body, results: [] }), 'users-status') },
		'A wrong `api_hash`': {
			options: { while1: { apiKey: null } },
			account: { keys: { apiToken: 'while1-demo-token', apiKey: 'any' } },
		},
		'A wrong token': { options: answers((body) => (body.has_error === true ? { ...body, messages: ['No'] } : body)) },
		'An error comes with': { options: { while1: { errorStatus: 403 } } },
	},
};

describe.each(Object.keys(accountChecks))('%s', (provider) => {
	let sound: Outcome;
	beforeEach(async () => {
		sound = await check(provider);
	});

	it('finds that every assumption holds where it does, in 20 requests at most, and only reads', () => {
		expect(sound.failure).toBeNull();
		const undecided = sound.findings.filter(({ verdict }) => verdict !== 'holds').map(({ assumption }) => assumption);
		expect(undecided).toEqual(provider === '247livechat' ? [expect.stringMatching(/^A call that goes on/)] : []);
		const requests = simulator?.requests ?? [];
		expect(requests.length).toBeLessThanOrEqual(MOST_REQUESTS);
		expect(requests.filter(({ method, path }) => method !== 'GET' && !/\/api\/(cdr|users-status)$/.test(path))).toEqual(
			[],
		);
		expect(requests.filter(({ body }) => /"action":"(?!read)/.test(body))).toEqual([]);
	});

	it.each(Object.entries(SPOILED[provider] ?? {}))(
		'tells the maintainers where "%s" does not hold',
		async (assumption, { options, account }) => {
			await simulator?.close();
			const { findings } = await check(provider, options, account);
			const found = findings.filter((finding) => finding.assumption.startsWith(assumption));
			expect(found.map(({ verdict }) => verdict)).toEqual(['does not hold']);
		},
	);

	it('has no assumption that always holds here, which would tell nothing', () => {
		const spoiled = Object.keys(SPOILED[provider] ?? {});
		const others = sound.findings.filter(({ assumption }) => !spoiled.some((start) => assumption.startsWith(start)));
		expect(others.map(({ assumption }) => assumption)).toEqual(
			provider === '247livechat' ? [expect.stringMatching(/^A call that goes on/)] : [],
		);
	});

	it('puts no number, name or key of the account into what it prints', () => {
		const account = accountOf(provider, simulator as Simulator);
		const printed = `${table(sound.findings)}\n${report(accountChecks[provider], account, sound.findings, '0.0.0')}`;
		const { users, queues, ringGroups } = (simulator as Simulator).world;
		const data = [
			...users.flatMap(({ name, email, ddi }) => [name, email, ddi.slice(1), ...name.split(' ')]),
			...[...queues, ...ringGroups].flatMap(({ name, ddi }) => [name, ddi.slice(1)]),
			...Object.values(account.keys),
			account.address,
		];
		expect(data.filter((text) => printed.includes(text))).toEqual([]);
		expect(printed).not.toMatch(/\d{6,}/);
	});

	it('says at once that a key is wrong, and sends nothing a second time', async () => {
		const requests = (simulator as Simulator).requests;
		requests.length = 0;
		const { keys } = accountOf(provider, simulator as Simulator);
		const wrong = Object.fromEntries(Object.keys(keys).map((name) => [name, name === 'email' ? keys.email : 'wrong']));
		const account = accountOf(provider, simulator as Simulator, { keys: wrong as Account['keys'] });
		const { findings, failure } = await findOut(accountChecks[provider], account, asker(0));
		expect(findings).toEqual([]);
		expect(failure?.message).toMatch(/did not accept the key/);
		expect(requests).toHaveLength(1);
	});

	it('says at once that an address is no API, and sends the key there once only', async () => {
		const requests = (simulator as Simulator).requests;
		requests.length = 0;
		const { address, keys } = accountOf(provider, simulator as Simulator);
		const account = { address: `${new URL(address).origin}/livechat247/portal`, keys, choices: {}, justCalled: false };
		const { findings, failure } = await findOut(accountChecks[provider], account, asker(0));
		expect(findings).toEqual([]);
		expect(failure?.message).toMatch(/The address is not that of .*'s API: what answered is a web page/);
		expect(requests).toHaveLength(1);
	});

	it('ends when the provider wants fewer requests, and keeps what it has found', async () => {
		await simulator?.close();
		const opened = await open();
		opened.faults.add({ kind: '429', skip: provider === '247livechat' ? 1 : 2 });
		if (provider === '247livechat') opened.faces.livechat247.change({ statusMirrorsCode: true });
		const { findings, failure } = await findOut(accountChecks[provider], accountOf(provider, opened), asker(0));
		expect(findings.length).toBeGreaterThan(0);
		expect(failure?.message).toMatch(/too many requests/);
		expect(opened.requests.filter(({ status }) => status === 429)).toHaveLength(1);
		expect(opened.requests.at(-1)?.status).toBe(429);
	});
});

it.each(['voipstudio', 'voipcloud', 'while1-voice'])(
	'%s: an account without calls is told to make one, with what could be found out all the same',
	async (provider) => {
		const opened = await open({}, true);
		const { findings, failure } = await findOut(accountChecks[provider], accountOf(provider, opened), asker(0));
		expect(failure?.message).toMatch(/The account has no calls/);
		expect(findings.map(({ assumption }) => assumption)).toEqual(
			expect.arrayContaining([expect.stringMatching(/^A wrong (key|token)/)]),
		);
	},
);

it('VoIPcloud: an account whose empty lists are "not found" is an account without calls, not a wrong address', async () => {
	const opened = await open({ voipcloud: { emptyAs: '404' } }, true);
	const { failure } = await findOut(accountChecks.voipcloud, accountOf('voipcloud', opened), asker(0));
	expect(failure?.message).toMatch(/The account has no calls/);
});

it.each([
	['holds', {}],
	['does not hold', rows((row) => without('unique_call_id', row))],
])('VoIPcloud: the IDs of version 2 are looked at, which %s', async (expected, options) => {
	const opened = await open(options);
	const account = accountOf('voipcloud', opened, { choices: { 'api-version': 'v2' } });
	const { findings, failure } = await findOut(accountChecks.voipcloud, account, asker(0));
	expect(failure).toBeNull();
	expect(findings.find(({ assumption }) => assumption.includes('unique_call_id'))?.verdict).toBe(expected);
	expect(opened.requests.every(({ path }) => path.includes('/v2/'))).toBe(true);
});

it.each([
	['in full', (body: Body) => body, 'holds'],
	['without its length', (body: Body) => without('duration', body), 'does not hold'],
] as const)('247LiveChat: a call that goes on is told %s', async (_how, change, expected) => {
	const opened = await open(answers((body) => change(body)));
	const account = accountOf('247livechat', opened);
	const body = new URLSearchParams({
		api_email: account.keys.email ?? '',
		api_key: account.keys.apiKey ?? '',
		o: 'webcall',
		a: 'c2c',
		to: '+442036427900',
	});
	await fetch(account.address, { method: 'POST', body });
	const { findings } = await findOut(accountChecks['247livechat'], account, asker(0));
	expect(findings.find(({ assumption }) => assumption.startsWith('A call that goes on'))?.verdict).toBe(expected);
});

it('a quiet account cannot tell the zone of its times, unless its owner says that a call has just ended', async () => {
	const opened = await createSimulator({ world: { callsPerDay: 0 } });
	simulator = opened;
	const startedAt = Date.now() - 5 * 60 * MINUTE;
	opened.world.addCall({ startedAt, answeredAt: startedAt, endedAt: startedAt + MINUTE });
	for (const [justCalled, expected] of [
		[false, 'cannot tell'],
		[true, 'does not hold'],
	] as const) {
		const account = accountOf('voipstudio', opened, { justCalled });
		const { findings } = await findOut(accountChecks.voipstudio, account, asker(0));
		expect(findings.find(({ assumption }) => assumption.startsWith('Times carry no zone'))?.verdict).toBe(expected);
	}
});

describe('The command', () => {
	async function run(
		args: string[],
		environment: Record<string, string> = {},
	): Promise<{ code: number | null; said: string }> {
		const file = join(__dirname, '..', '..', 'tools', 'checkAccount.ts');
		const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
			env: { ...process.env, ...environment },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let said = '';
		child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
		child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
		const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
		return { code, said };
	}

	it.each([
		['no provider', [], /No provider is named/],
		['an unknown provider', ['asterisk'], /There is no such provider/],
		['no key', ['voipstudio'], /There is no key for VoIPstudio\n→ Set VOIPSTUDIO_API_KEY/],
		['a key as an option', ['voipstudio', '--key', 'hunter2hunter2'], /Keys are never taken from the command line/],
		['a key after the provider', ['voipstudio', 'hunter2hunter2'], /Keys are never taken from the command line/],
		['no address of a PBX', ['while1-voice'], /--address https:\/\/pbx/],
		['an address that is none', ['voipstudio', '--address', 'nowhere'], /The address is none/],
		['an open address', ['voipstudio', '--address', 'http://example.com'], /begins with http:/],
		['a version that is none', ['voipcloud', '--api-version', 'v3'], /--api-version is v1 or v2/],
	])('ends with 1 and one clear line for %s', async (_what, args, expected) => {
		const { code, said } = await run(args);
		expect(code).toBe(1);
		expect(said).toMatch(expected);
		expect(said.trim().split('\n')).toHaveLength(2);
		expect(said).not.toContain('hunter2');
	});

	it('ends with 1 and one clear line when nothing answers', async () => {
		const { code, said } = await run(['voipstudio', '--address', 'http://127.0.0.1:9'], {
			VOIPSTUDIO_API_KEY: 'hunter2hunter2',
		});
		expect(code).toBe(1);
		expect(said).toMatch(/No answer from 127\.0\.0\.1:9/);
		expect(said).not.toContain('hunter2');
	});

	it('prints the table and the report for an issue, and ends with 0', async () => {
		const opened = await open();
		const { address, keys } = accountOf('247livechat', opened);
		const { code, said } = await run(['247livechat', '--address', address], {
			LIVECHAT247_EMAIL: keys.email ?? '',
			LIVECHAT247_API_KEY: keys.apiKey ?? '',
		});
		expect(said).toMatch(/^holds +The body tells by/m);
		expect(said).toMatch(/^\| The body tells by .* \| holds \|$/m);
		expect(code).toBe(0);
	});
});
