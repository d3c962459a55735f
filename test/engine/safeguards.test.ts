/** Who may be reached, how often, and what an agent must not do: for all providers, on the built package. */
import { createSimulator, type Simulator } from '../../simulator/server/server';
import { runWay as run, waysOf, type Way } from './ways';

let simulator: Simulator;

beforeEach(async () => {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0 } });
});
afterEach(async () => {
	await simulator.close();
});

const WAYS = waysOf(() => simulator);

let used = 0;
/** Each test has a number of its own: what was sent is remembered in the process. */
const number = () => `+3460${String(++used).padStart(7, '0')}`;

describe.each(WAYS)('$name', (way) => {
	it('reaches nobody whose number is not allowed, and names him: a wrong number may be a stranger or a premium line', async () => {
		const { error } = await run(way, [number(), '+881600000001'], { allowedNumbers: '+3460, extensions' });
		expect(error?.message).toContain('"+881600000001" is not among the \'Allowed Numbers\'');
		expect(error?.context?.itemIndex).toBe(1);
		expect(simulator.requests).toHaveLength(0);
		expect((await run(way, [number()], { allowedNumbers: '+44, +34 60' })).error).toBeUndefined();
		expect(simulator.requests).toHaveLength(1);
	});

	it('takes no allowed numbers from an expression, which a language model or a caller could fill', async () => {
		const { error } = await run(way, [number()], { allowedNumbers: '={{ $json.to }}' });
		expect(error?.message).toContain("'Allowed Numbers' must be entered by hand");
		expect((await run(way, [number()], { atMostPerHour: '={{ 1000 }}' })).error?.message).toContain('by hand');
		expect(simulator.requests).toHaveLength(0);
	});

	it('stops at as many an hour as the user set, or a loop calls all night', async () => {
		const { error } = await run(way, [number(), number(), number()], { atMostPerHour: 2 });
		expect(error?.message).toContain("'At Most per Hour' allows to reach 2 within an hour");
		expect(error?.description).toContain('was not sent. Try again in 60 minutes');
		expect(simulator.requests).toHaveLength(2);
	});

	it('refuses the same again while the guard holds: a phone rings once', async () => {
		const [to, other] = [number(), number()];
		const options = { duplicateGuardSeconds: 60 };
		expect((await run(way, [to], options)).error).toBeUndefined();
		expect((await run(way, [to], options)).error?.message).toContain('sent a moment ago');
		expect((await run(way, [other], options)).error).toBeUndefined();
		expect((await run(way, [to], options)).error?.message).toContain('sent a moment ago');
		expect(simulator.requests).toHaveLength(2);
	});

	it('lets through what never left: a refused connection called nobody, and the next try does', async () => {
		const options = { duplicateGuardSeconds: 60, atMostPerHour: 1 };
		const to = number();
		const port = Number(new URL(simulator.url).port);
		const credentials = way.credentials();
		await simulator.close();
		const refused = await run(way, [to], options, { credentials });
		simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0 }, port });
		expect(refused.error?.description).toContain('Nothing was sent');
		expect(way.credentials()).toEqual(credentials);
		expect((await run(way, [to], options)).error).toBeUndefined();
		expect(simulator.requests).toHaveLength(1);
	});

	it('a Dry Run does not count: who rehearses a call can then place it', async () => {
		const to = number();
		const options = { duplicateGuardSeconds: 60, atMostPerHour: 1 };
		expect((await run(way, [to, to], { ...options, dryRun: true })).items).toHaveLength(2);
		expect((await run(way, [to], options)).error).toBeUndefined();
	});
});

it('a call and a fax of the same size to the same number are told apart by the file, or the second document is lost', async () => {
	const way = WAYS.find(({ file }) => file === true) as Way;
	const to = number();
	const sent = async (text: string) => {
		const data = Buffer.from(text).toString('base64');
		const items = [{ json: { to }, binary: { data: { data, mimeType: 'application/pdf', fileName: 'offer.pdf' } } }];
		return await run(way, [to], { duplicateGuardSeconds: 60 }, { items });
	};
	expect((await sent('%PDF-1.4 a')).error).toBeUndefined();
	expect((await sent('%PDF-1.4 b')).error).toBeUndefined();
	expect((await sent('%PDF-1.4 a')).error?.message).toContain('sent a moment ago');
});

it.each([
	['1001', 'extensions', true],
	['1001', '+44', false],
	['0212345678', '0', true],
	['0044212345678', '0', false],
	['0212345678', 'extensions', false],
	['+40212345678', '0', false],
	['+40212345678', '40', false],
	['+40212345678', '+4', true],
])('%s is reached or not as the list %s says', async (to, allowedNumbers, isAllowed) => {
	const way = WAYS.find(({ name }) => name === 'While1 Voice call') as Way;
	const { error } = await run(way, [to], { allowedNumbers, dryRun: true });
	expect(error === undefined).toBe(isAllowed);
});

it('a list that cannot be read is refused rather than taken for none', async () => {
	for (const allowedNumbers of [',', 'Spain', '+0', '+44 or +34']) {
		const { error } = await run(WAYS[0], [number()], { allowedNumbers });
		expect(error?.message).toContain("'Allowed Numbers' holds what is neither");
	}
	for (const atMostPerHour of [0, -1, 1.5]) {
		expect((await run(WAYS[0], [number()], { atMostPerHour })).error?.message).toContain('whole number above 0');
	}
	expect(simulator.requests).toHaveLength(0);
});
