/**
 * Answers as servers really give them, each on the built node: what was asked for is done, not done, or not known, in the provider's
 * own words. Nothing may look done that is not, and nothing may be sent twice.
 */
import { ANSWERS } from '../../harness/answers/all';
import { CREDENTIAL_TEST, type Meaning, type ProviderAnswers, type SentAnswer } from '../../harness/answers/table';
import { waitBy } from '../../harness/clock';
import { testCredential } from '../../harness/engine/credentialTest';
import { loadPackage } from '../../harness/engine/package';
import { runNode } from '../../harness/engine/run';
import { recordingServer, type RecordingServer } from '../../harness/servers';

let server: RecordingServer;

beforeAll(async () => {
	await loadPackage();
	server = await recordingServer((_request, response) => response.end());
});
afterAll(async () => await server.close());
beforeEach(() => {
	server.received.splice(0);
	waitBy({ now: 0 });
});
afterEach(() => jest.restoreAllMocks());

let accounts = 0;

/** Each has an account of its own, as the requests that a provider allows are counted by account. */
const credentialsOf = ({ credentials }: ProviderAnswers) =>
	credentials(`http://127.0.0.1:${server.port}`, `account-${++accounts}`);

const CASES = ANSWERS.flatMap((provider) =>
	provider.rows.flatMap(({ answer, means, what }) =>
		Object.entries(means).map(([kind, meaning]) => {
			const { right } = provider.kinds[kind] ?? { right: '' };
			const sent = typeof answer === 'function' ? answer(right) : answer;
			const told = what ?? `${sent.status === 200 ? '' : `HTTP ${sent.status} `}${sent.body.toString()}`;
			return { provider, name: provider.name, kind, sent, meaning, told, shown: meaning.shown };
		}),
	),
);

function answering({ status = 200, type = 'application/json', body }: SentAnswer): void {
	server.answer = (_request, response) => {
		response.statusCode = status;
		if (type !== null) response.setHeader('content-type', type);
		response.end(body);
	};
}

async function judged(
	provider: ProviderAnswers,
	kind: string,
	{ shown, says, items, asked = 1 }: Meaning,
): Promise<void> {
	const { node, kinds } = provider;
	const run = await runNode({ node, parameters: kinds[kind].parameters, credentials: credentialsOf(provider) });
	const { error } = run;
	const told = error === undefined ? '' : `${error.message} ${error.description}`;
	const isUnclear = /It is not known whether/.test(told);
	const end = error === undefined ? 'done' : isUnclear ? 'not known' : 'not done';
	expect(`${end}. ${told}`.slice(0, told === '' ? 4 : 300)).toMatch(new RegExp(`^${shown}`));
	expect(server.received).toHaveLength(asked);
	if (says !== undefined) expect(told).toMatch(says);
	if (items !== undefined) expect(run.items.map(({ json }) => json)).toEqual(items);
}

describe.each(CASES)('$name, $kind: $told', ({ provider, kind, sent, meaning, shown }) => {
	it(`is ${shown}, in the words of the server`, async () => {
		answering(sent);
		if (kind !== CREDENTIAL_TEST) return await judged(provider, kind, meaning);
		const [[type, data]] = Object.entries(credentialsOf(provider));
		const { status, message } = await testCredential(type, data);
		expect([status, message]).toEqual([shown === 'done' ? 'OK' : 'Error', expect.anything()]);
		if (meaning.says !== undefined) expect(message).toMatch(meaning.says);
	});
});
