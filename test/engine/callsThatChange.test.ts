import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clockOfEachTest } from '../../harness/clock';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode } from '../../harness/engine/run';
import { since } from '../../harness/office';
import { listServerForTests, type Lists } from './listServer';
import { FACES, iso, LISTS, NOON, SECOND, sql, uniqueId, type Face, type Told } from './toldCalls';

const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const server = listServerForTests();
let now = NOON;
/** What is known of an account is kept in the process: each test has one of its own. */
let account = 0;
clockOfEachTest(() => now);
beforeEach(() => {
	now = NOON;
	account++;
});

function show(face: Face, told: Told[]): void {
	server.lists = LISTS[face](told);
}

async function publish(
	face: Face,
	{ options, ...parameters }: INodeParameters = {},
	before?: PublishedTrigger,
): Promise<PublishedTrigger> {
	const { node, event, credentials } = FACES[face];
	const isMissed = parameters.event === 'missedNotReturned';
	const request = {
		node: `${node}Trigger`,
		timezone: 'UTC',
		credentials: credentials(server.url, `key ${account}`),
		parameters: {
			event,
			...parameters,
			options: { ...(isMissed ? {} : { graceSeconds: 0 }), ...(options as INodeParameters | undefined) },
		},
	};
	const trigger = await PublishedTrigger.publish(request, before?.saved());
	return trigger;
}

async function ask(face: Face, parameters: INodeParameters): Promise<IDataObject[]> {
	const { node, event, credentials } = FACES[face];
	const { items, error } = await runNode({
		node,
		timezone: 'UTC',
		credentials: credentials(server.url, `key ${account}`),
		parameters: { resource: event, ...parameters },
	});
	expect(error).toBeUndefined();
	return items.map(({ json }) => json);
}

/** The calls by *Get Many*. */
async function history(face: Face, options: INodeParameters = {}, itemPer = 'call'): Promise<IDataObject[]> {
	return await ask(face, { operation: 'getAll', returnAll: true, output: 'full', itemPer, options });
}

/** Who was missed and not reached, by *Get Callers to Call Back*. */
async function unreturned(face: Face, parameters: INodeParameters = {}): Promise<IDataObject[]> {
	return await ask(face, { operation: 'getUnreturned', ...since(now - 24 * HOUR), ...parameters });
}

async function poll(trigger: PublishedTrigger, minutes: number, everyMinutes = 1): Promise<IDataObject[]> {
	const given: IDataObject[] = [];
	for (let minute = 0; minute < minutes; minute += everyMinutes) {
		now += everyMinutes * MINUTE;
		given.push(...(await trigger.poll()));
	}
	return given;
}

const ids = (items: IDataObject[]) => items.map(({ id }) => id as string);

const MISSED = { event: 'missedNotReturned' };
const WITHOUT_ZONE: Face[] = ['voipStudio', 'while1Voice'];

describe('a call that was given', () => {
	it.each([
		...(['voipStudio', 'while1Voice', 'voipcloudUsers'] as const).map(
			(face) => ['its length is edited', face, 0] as const,
		),
		...(['voipStudio', 'while1Voice'] as const).map(
			(face) => ['all times are shown an hour later', face, 3600] as const,
		),
	])('does not come again after %s (%s)', async (_what, face, shift) => {
		const trigger = await publish(face);
		await trigger.poll();
		const first: Told = { id: 1, at: 60, lasts: 60, talk: 50 };
		show(face, [first]);
		const [{ id }] = await poll(trigger, 5);
		const calls: Told[] = [shift === 0 ? { ...first, lasts: 1260 } : first];
		const given: IDataObject[] = [];
		for (let hour = 0; hour < 10; hour++) {
			calls.push({ id: 10_000 + hour, at: (now - NOON) / SECOND + 600, lasts: 60, talk: 50 });
			show(
				face,
				calls.map((one) => ({ ...one, shift })),
			);
			given.push(...(await poll(trigger, 60, 20)));
		}
		expect(ids(given)).not.toContain(id);
		expect(new Set(ids(given)).size).toBe(given.length);
		expect(given.length).toBeGreaterThanOrEqual(8);
		expect(ids(await history(face)).filter((one) => one === id)).toHaveLength(1);
	});

	it.each(['voipcloudUsers', 'voipcloudQueue'] as const)(
		'keeps its ID when a number becomes a text and the offset another (%s)',
		async (face) => {
			const trigger = await publish(face, { itemPer: 'leg' });
			await trigger.poll();
			show(face, [{ id: 11, at: 60, lasts: 60, talk: 50 }]);
			const given = await poll(trigger, 5);
			expect(ids(given)).toEqual(ids(await history(face, {}, 'leg')));
			const inSamoa = (time: string) => new Date(Date.parse(time) + 13 * HOUR).toISOString().replace('.000Z', '+13:00');
			const [[name, [row]]] = Object.entries(server.lists) as Array<[string, IDataObject[]]>;
			const other = Object.entries(row).map(([field, value]) => [
				field,
				field.endsWith('_at') && typeof value === 'string'
					? inSamoa(value)
					: typeof value === 'number'
						? `${value}`
						: value,
			]);
			server.lists = { [name]: [Object.fromEntries(other) as IDataObject] };
			expect(server.lists[name]).not.toEqual([row]);
			expect(await poll(trigger, 5)).toEqual([]);
			expect(ids(await history(face, {}, 'leg'))).toEqual(ids(given));
		},
	);

	it('comes once for each of two phones with the same times (VoIPcloud v2)', async () => {
		const trigger = await publish('voipcloudUsers', { itemPer: 'leg' });
		await trigger.poll();
		const phones: Told[] = ['11', '12'].map((user) => ({ id: 11, at: 60, lasts: 20, user }));
		show('voipcloudUsers', phones.slice(0, 1));
		const given = await poll(trigger, 5);
		show('voipcloudUsers', phones);
		given.push(...(await poll(trigger, 5)));
		expect(given.map(({ user }) => (user as IDataObject).id).sort()).toEqual(['11', '12']);
		expect(ids(await history('voipcloudUsers', {}, 'leg')).sort()).toEqual(ids(given).sort());
	});

	it.each(['0000-00-00 00:00:00', 'N/A', '0', '0001-01-01'])(
		'at VoIPcloud ended at %s is in progress until it ends, and comes once',
		async (never) => {
			const trigger = await publish('voipcloudQueue');
			await trigger.poll();
			show('voipcloudQueue', [{ id: 1, at: 60, lasts: 240, talk: 200 }]);
			const [ended] = server.lists['get-queue-calls'] as IDataObject[];
			server.lists = { 'get-queue-calls': [{ ...ended, call_finished_at: never }] };
			expect(await poll(trigger, 3)).toEqual([]);
			server.lists = { 'get-queue-calls': [ended] };
			const given = await poll(trigger, 5);
			expect(given.map(({ durationSeconds, endedAt }) => [durationSeconds, endedAt])).toEqual([[240, iso(300)]]);
			expect(ids(await history('voipcloudQueue'))).toEqual(ids(given));
		},
	);

	it.each(['date', 'calldate', 'uniqueid'])(
		'at While1 Voice with a day in the others begins when %s says',
		async (exact) => {
			const trigger = await publish('while1Voice');
			await trigger.poll();
			show('while1Voice', [{ id: 60, at: 60, lasts: 60, talk: 50 }]);
			const [row] = server.lists.cdr as IDataObject[];
			const day = sql(60).slice(0, 10);
			const times = { date: day, calldate: day, uniqueid: 'a-7', linkedid: 'a-7' };
			const full = { date: sql(60), calldate: sql(60), uniqueid: uniqueId(60) }[exact] as string;
			server.lists = { cdr: [{ ...row, ...times, [exact]: full, ...(exact === 'uniqueid' && { linkedid: full }) }] };
			const given = await poll(trigger, 5);
			expect(given.map(({ startedAt }) => startedAt)).toEqual([iso(60)]);
			// By then no more of it can be listed.
			now += HOUR;
			expect((await history('while1Voice')).map(({ id, startedAt }) => [id, startedAt])).toEqual([
				[given[0].id, iso(60)],
			]);
		},
	);
});

it.each(WITHOUT_ZONE)(
	"'Start From: Now' in a wrong zone gives all that ended after the start, once it is corrected after 30 minutes (%s)",
	async (face) => {
		const wrong = await publish(face, { options: { timezone: 'Asia/Karachi' } });
		const before: Told = { id: 1, at: -120, lasts: 60, talk: 50 };
		const calls = Array.from({ length: 59 }, (_, i): Told => ({ id: 100 + i, at: 60 * i, lasts: 30, talk: 20 }));
		const listed = () => [before, ...calls.filter(({ at, lasts }) => NOON + (at + lasts) * SECOND <= now)];
		show(face, listed());
		await wrong.poll();
		const given: IDataObject[] = [];
		for (let minute = 0; minute < 30; minute++) {
			show(face, listed());
			given.push(...(await poll(wrong, 1)));
		}
		const right = await publish(face, {}, wrong);
		for (let minute = 30; minute < 62; minute++) {
			show(face, listed());
			given.push(...(await poll(right, 1)));
		}
		expect(given).toHaveLength(59);
		expect(new Set(ids(given)).size).toBe(59);
		now += HOUR;
		expect(ids(await history(face))).toEqual(expect.arrayContaining(ids(given)));
	},
);

describe('a caller who was missed', () => {
	const missed: Told = { id: 1, at: 60, lasts: 30, queue: 'Sales' };

	it.each(
		(['voipStudio', 'while1Voice', 'voipcloudQueue'] as const).flatMap((face) =>
			[2, 5].flatMap((minutes) =>
				(['a leg', 'an outcome'] as const)
					.filter((what) => what === 'an outcome' || face !== 'voipcloudQueue')
					.map((what) => [what, minutes, face] as const),
			),
		),
	)('is not called after %s listed %i minutes later says that he was served (%s)', async (what, minutes, face) => {
		const trigger = await publish(face, MISSED);
		await trigger.poll();
		show(face, [missed]);
		const given = await poll(trigger, 1 + minutes);
		const corrected = { ...missed, lasts: 120, talk: 100, user: '11' };
		show(face, what === 'a leg' ? [missed, { ...corrected, id: 2, at: 65, root: 1 }] : [corrected]);
		given.push(...(await poll(trigger, 30)));
		expect(given).toEqual([]);
		expect(await unreturned(face)).toEqual([]);
	});

	it.each(WITHOUT_ZONE)(
		'at 09:01, 11:00 and 13:00 is called three times in a wrong zone, and once it is corrected (%s)',
		async (face) => {
			const zone = { options: { timezone: 'Europe/Istanbul' } };
			let trigger = await publish(face, { ...MISSED, startFrom: 'hoursAgo', hours: 12, ...zone });
			await trigger.poll();
			const calls = [1, 120, 240].map((minute, i): Told => ({ id: 1 + i, at: minute * 60, lasts: 30 }));
			const given: IDataObject[] = [];
			for (let minute = 0; minute < 300; minute += 5) {
				if (minute === 180) trigger = await publish(face, { ...MISSED, startFrom: 'hoursAgo', hours: 12 }, trigger);
				show(
					face,
					calls.filter(({ at }) => NOON + at * SECOND + MINUTE <= now),
				);
				given.push(...(await poll(trigger, 5, 5)));
			}
			expect(given.map(({ attempts }) => (attempts as unknown[]).length)).toEqual([1, 1, 1]);
			// A list of the past cannot know when an item was given: one wait with three calls.
			const [whole, ...others] = await unreturned(face);
			expect([(whole.attempts as unknown[]).length, others]).toEqual([3, []]);
			expect(whole.id).toBe(given[0].id);
		},
	);

	it.each(['voipStudio', 'while1Voice', 'voipcloudQueue'] as const)(
		'has the same ID in the trigger and in Get Callers to Call Back (%s)',
		async (face) => {
			const trigger = await publish(face, MISSED);
			await trigger.poll();
			show(face, [missed, { ...missed, id: 2, at: 240 }]);
			const given = await poll(trigger, 30);
			expect(given).toHaveLength(1);
			expect(ids(await unreturned(face))).toEqual(ids(given));
		},
	);

	it.each(
		(['voipStudio', 'while1Voice'] as const).flatMap((face) =>
			(['busy', 'failed'] as const).map((end) => [end, face] as const),
		),
	)('because all was %s reached nobody, and is called (%s)', async (end, face) => {
		const trigger = await publish(face, MISSED);
		const calls = await publish(face);
		await trigger.poll();
		await calls.poll();
		show(face, [
			{ ...missed, end },
			{ ...missed, id: 2, root: 1, user: '11', end },
		]);
		const given = await poll(trigger, 30);
		expect(given).toHaveLength(1);
		expect(ids(await unreturned(face))).toEqual(ids(given));
		expect((await calls.poll()).map(({ outcome }) => outcome)).toEqual([end]);
		expect((await history(face)).map(({ outcome }) => outcome)).toEqual([end]);
	});

	const SAME_QUEUE = { scope: 'queue' };

	it.each(['voipStudio', 'voipcloudQueue'] as const)(
		'by one queue and served by the next is not called with Same Queue (%s)',
		async (face) => {
			const trigger = await publish(face, { ...MISSED, ...SAME_QUEUE });
			await trigger.poll();
			const root = face === 'voipStudio' ? { root: 1 } : {};
			show(face, [missed, { id: 2, at: 90, lasts: 60, talk: 50, queue: 'Support', ...root }]);
			expect(await poll(trigger, 30)).toEqual([]);
			expect(await unreturned(face, SAME_QUEUE)).toEqual([]);
		},
	);

	it('by a queue that is the second of his call is seen by the filter for it (VoIPstudio)', async () => {
		show('voipStudio', []);
		const trigger = await publish('voipStudio', { ...MISSED, ...SAME_QUEUE, filters: { queues: 'Support' } });
		await trigger.poll();
		show('voipStudio', [missed, { id: 2, at: 90, lasts: 60, queue: 'Support', root: 1 }]);
		const given = await poll(trigger, 30);
		expect(given).toHaveLength(1);
		expect(ids(await unreturned('voipStudio', { ...SAME_QUEUE, options: { queues: 'Support' } }))).toEqual(ids(given));
	});

	it.each(['voipStudio', 'voipcloudQueue'] as const)(
		'by a queue that is renamed while he waits, and then serves him, is not called (%s)',
		async (face) => {
			const trigger = await publish(face, { ...MISSED, ...SAME_QUEUE });
			await trigger.poll();
			show(face, [missed]);
			await poll(trigger, 3);
			const served: Told = { id: 2, at: 300, lasts: 60, talk: 50, queue: 'Sales' };
			show(face, [missed, served]);
			server.lists = JSON.parse(JSON.stringify(server.lists).replaceAll('"Sales"', '"Shop"')) as Lists;
			expect(await poll(trigger, 30)).toEqual([]);
			expect(await unreturned(face, SAME_QUEUE)).toEqual([]);
		},
	);

	it('in both passes of the hour that clocks repeat is called for both (While1 Voice)', async () => {
		const zone = { timezone: 'Europe/Bucharest' };
		now = Date.parse('2026-10-25T00:10:00Z');
		const trigger = await publish('while1Voice', { ...MISSED, options: zone });
		await trigger.poll();
		const at = (time: string, shownAs: string, id: number): IDataObject => ({
			...(LISTS.while1Voice([{ id, at: 0, lasts: 20 }]).cdr as IDataObject[])[0],
			date: shownAs,
			uniqueid: `${Date.parse(time) / SECOND}.${id}`,
			linkedid: `${Date.parse(time) / SECOND}.${id}`,
		});
		const first = at('2026-10-25T00:15:00Z', '2026-10-25 03:15:00', 1);
		const second = at('2026-10-25T01:20:00Z', '2026-10-25 03:20:00', 2);
		now = Date.parse('2026-10-25T00:16:00Z');
		server.lists = { cdr: [first] };
		const given = await poll(trigger, 65);
		expect(given).toHaveLength(1);
		server.lists = { cdr: [first, second] };
		given.push(...(await poll(trigger, 65)));
		expect(given).toHaveLength(2);
		const [whole] = await unreturned('while1Voice', { options: zone });
		expect(whole.id).toBe(given[0].id);
		expect((whole.attempts as IDataObject[]).map(({ callId }) => callId)).toEqual(
			given.flatMap(({ attempts }) => (attempts as IDataObject[]).map(({ callId }) => callId)),
		);
	});
});
