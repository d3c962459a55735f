/** What VoIPstudio may answer beyond its document, and what the node sends in forms that only an account can prove. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { testCredential } from '../../harness/engine/credentialTest';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode } from '../../harness/engine/run';
import { recordingServer } from '../../harness/servers';
import { addCalls, cdrs, MINUTE, node, passTime, PASSWORD, run, seeded, sent } from './voipstudio';
import { sentFilter, simulator, startSimulator, where } from './voipstudio';

const LOGIN = { email: 'jsmith@example.com', password: PASSWORD };
const login = (credential: object, baseUrl: string) => ({
	...node(cdrs()),
	parameters: { authentication: 'login', ...cdrs() },
	credentials: { voipStudioLoginApi: { ...LOGIN, ...credential, baseUrl } },
});

describe('A sign-in', () => {
	it.each([
		[429, { message: 'Too many logins' }, /received too many sign-ins.*VoIPstudio says: Too many logins\./s],
		[500, { message: 'Internal error' }, /not able to sign in anybody.*VoIPstudio says: Internal error\./s],
		[404, { message: 'Not found' }, /no sign-in of VoIPstudio at this address.*Base URL/s],
		[200, { message: 'Invalid credentials' }, /did not accept the e-mail.*VoIPstudio says: Invalid credentials\./s],
		[422, { errors: { email: ['is unknown'] } }, /did not accept the e-mail.*email: is unknown\./s],
		[400, { message: `No user with ${PASSWORD}` }, /VoIPstudio says: No user with \*\*\*\./],
		[200, {}, /did not answer the sign-in as documented/],
	])('that is answered with HTTP %d and %j is made once, and its reason is shown', async (status, body, says) => {
		const server = await recordingServer((_request, response) => {
			response.statusCode = status;
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(body));
		});
		try {
			const { error } = await runNode(login({}, `http://127.0.0.1:${server.port}`));
			const told = `${error?.message} ${error?.description}`;
			expect(told).toMatch(says);
			expect(told).not.toContain(PASSWORD);
			expect(server.received.map(({ url }) => url)).toEqual(['/login']);
		} finally {
			await server.close();
		}
	});

	it('takes the blanks at the ends of a password for part of it, or nobody with such a password could sign in', async () => {
		await simulator.close();
		await startSimulator({ voipstudio: { password: ' with blanks ' } });
		const { error } = await runNode(login({ password: ' with blanks ' }, simulator.urls.voipstudio));
		expect(error).toBeUndefined();
		expect(JSON.parse(simulator.requests[0].body)).toEqual({ email: LOGIN.email, password: ' with blanks ' });
	});
});

describe.each([400, 404] as const)('An API that refuses sort and /ping with HTTP %d', (refusedStatus) => {
	beforeEach(async () => {
		await simulator.close();
		await startSimulator({ voipstudio: { refused: ['sort', 'ping'], refusedStatus, defaultOrder: 'newestFirst' } });
	});

	it('gives its list without an order, and the user is told once', async () => {
		addCalls(3);
		const { items, error, run: whole } = await run(cdrs({ output: 'raw' }));
		expect(error).toBeUndefined();
		expect(items).toHaveLength(3);
		expect(simulator.requests.map(({ query }) => query.sort)).toEqual(['id', undefined]);
		const hints = Object.values(whole.data.resultData.runData).flatMap(([task]) => task.hints ?? []);
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringContaining('refused to sort this list by ID (DESC)'),
		]);
		// From then on it is known.
		await run(cdrs({ output: 'raw' }));
		expect(simulator.requests).toHaveLength(3);
	});

	it('gives the trigger every call once: it reads its window to an empty page', async () => {
		const trigger = await PublishedTrigger.publish({
			node: 'voipStudioTrigger',
			parameters: { event: 'cdr', itemPer: 'leg', startFrom: 'hoursAgo', hours: 3 },
			credentials: node({}).credentials,
		});
		addCalls(120);
		const given: IDataObject[] = [];
		for (let poll = 0; poll < 3; poll++) {
			given.push(...(await trigger.poll()));
			passTime(MINUTE);
		}
		expect(new Set(given.map(({ id }) => id)).size).toBe(120);
		expect(given).toHaveLength(120);
		// The first page and the empty one behind it, at each poll.
		const pages = simulator.requests.filter(({ path }) => path.endsWith('/cdrs')).map(({ query }) => query.page);
		expect(pages.slice(-2)).toEqual(['1', '2']);
	});

	it('does not make the test of the credential red, which asks for what the document knows', async () => {
		const { voipStudioApi } = simulator.logins();
		expect(await testCredential('voipStudioApi', voipStudioApi)).toMatchObject({ status: 'OK' });
		const wrong = await testCredential('voipStudioApi', { ...voipStudioApi, apiKey: 'another-key' });
		expect(wrong.message).toMatch(/did not accept the API key \(401\)/);
	});
});

it('a refusal that names another field than the order is shown at once, or its reason would be lost', async () => {
	await simulator.close();
	await startSimulator({
		rewrite: (_asked, _body, setStatus) => {
			setStatus(400);
			return { message: 'Validation error', errors: [{ field: 'limit', message: 'is too large' }] };
		},
	});
	const { error } = await run(cdrs());
	expect(error?.description).toContain('limit: is too large');
	expect(simulator.requests).toHaveLength(1);
});

describe('Contains (Like)', () => {
	it.each([
		['like', '6149157', '%6149157%'],
		['notlike', '6149157', '%6149157%'],
		['like', '6149%', '6149%'],
		['like', 'a_b', '%a_b%'],
	])(
		"sends '%s' with %j as %j, as a pattern without %% matches nothing but itself",
		async (operator, entered, value) => {
			addCalls(1);
			const { error } = await run(cdrs(where(['src', operator, entered])));
			expect(error).toBeUndefined();
			expect(sentFilter()).toEqual([{ property: 'src', operator, value }]);
		},
	);
});

describe('A change of a Call Me Back setting', () => {
	const setting = (updateFields: INodeParameters, id: string): INodeParameters => ({
		resource: 'callMeBackSetting',
		operation: 'update',
		settingId: { __rl: true, mode: 'id', value: id },
		updateFields,
	});

	it.each([
		['buttonId', '270', { button_id: 270 }],
		['name', 'Shop', { name: 'Shop' }],
		['position', '3', { position: '3' }],
		['floatingIcon', true, { floating_icon: true }],
		['culture', '2', { culture: '2' }],
		['allowedCountries', 'ES,PT', { allowed_countries: 'ES,PT' }],
		['allowedCountries', '={{ ["ES", "PT"] }}', { allowed_countries: ['ES', 'PT'] }],
		['showToAllowedCountriesOnly', false, { show_to_allowed_countries_only: false }],
		['welcomeScreenMsg', 'Hello', { welcome_screen_msg: 'Hello' }],
		['privacyPolicyUrl', 'https://example.com', { privacy_policy_url: 'https://example.com' }],
		['ddiE164', { __rl: true, mode: 'id', value: '34600000000' }, { ddi_e164: 34600000000 }],
		['maxCallRate', 0.25, { max_call_rate: 0.25 }],
		['welcomeScreenMsg', '', { welcome_screen_msg: '' }],
		['privacyPolicyUrl', '={{ "" }}', { privacy_policy_url: '' }],
	])('sends %s with %j as %j and nothing else', async (field, value, body) => {
		const { setting: id } = await seeded();
		const { error } = await run(setting({ [field]: value } as INodeParameters, id));
		expect(error).toBeUndefined();
		expect(sent()).toMatchObject({ method: 'PATCH', path: `/callmeback/settings/${id}`, body });
		expect(Object.keys(sent().body as object)).toEqual(Object.keys(body));
	});

	it('is not sent where an expression gives nothing, or it would wipe a text', async () => {
		const { setting: id } = await seeded();
		const { error } = await run(setting({ welcomeScreenMsg: '={{ $json.missing }}' }, id));
		expect(error?.message).toBe("'Update Fields' holds nothing to send");
		expect(simulator.requests).toEqual([]);
	});

	it('shows culture and position as they come: integers, as the document prints them, too', async () => {
		await simulator.close();
		await startSimulator({ voipstudio: { codesAs: 'integers' } });
		const { setting: id } = await seeded();
		const { items } = await run(setting({ culture: 'en_GB', position: 'left' }, id));
		expect(items[0].json).toMatchObject({ culture: 5, position: 4 });
	});
});

it('a record in other spellings has the facts of the documented one, or a filter would drop the call', async () => {
	await simulator.close();
	await startSimulator({
		rewrite: (_asked, body) => {
			const { data, total } = body as { data?: IDataObject[]; total?: number };
			if (!Array.isArray(data)) return body;
			const odd = { disposition: 'no_answer', type: 'I', duration: '00:01:20', billsec: '00:00:00', charge: '0,25' };
			return {
				data: data.map((row, index) => ({ ...row, ...odd, ...(index === 1 && { disposition: 'ANSWERED' }) })),
				total,
			};
		},
	});
	addCalls(2);
	const { items } = await run(cdrs({ output: 'full', itemPer: 'leg' }));
	const facts = items.map(({ json }) => [json.outcome, json.direction, json.durationSeconds, json.cost]);
	expect(facts).toContainEqual(['missed', 'inbound', 80, 0.25]);
	expect(facts).toContainEqual(['answered', 'inbound', 80, 0.25]);
});
