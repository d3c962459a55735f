import assert from 'node:assert/strict';

import type { N8nVersion } from '../../harness/n8n/install';
import type { N8nRest } from '../../harness/n8n/rest';
import type { Step } from '../../harness/suite';
import type { Logins } from '../../simulator/face';

/** Where a test reaches nothing: nobody listens there, or there is no such host (ICANN keeps `.internal` free). */
const ADDRESSES = [
	{
		root: 'http://127.0.0.1:9',
		codes: ['ECONNREFUSED'],
		sentences: ['The service refused the connection - perhaps it is offline'],
		what: 'The connection was refused.',
	},
	{
		root: 'http://no-such-host.internal',
		// The second ones where no name server answers.
		codes: ['ENOTFOUND', 'EAI_AGAIN'],
		sentences: [
			'The connection cannot be established, this usually occurs due to an incorrect host (domain) value',
			'The DNS server returned an error, perhaps the server is offline',
		],
		what: 'Its host name is not known.',
	},
];

/**
 * The test of every credential where it reaches nothing, and what its form has to say about it.
 *
 * @param version n8n 1 puts a sentence of its own in place of the code
 */
export async function unreachedSteps(
	step: Step,
	rest: N8nRest,
	credentials: Logins,
	version: N8nVersion = 'newest',
): Promise<void> {
	for (const { root, codes, sentences, what } of ADDRESSES) {
		await step(`who tests a credential at ${root}, where nothing answers, is told why`, async () => {
			for (const [type, data] of Object.entries(credentials)) {
				const there = { ...data, baseUrl: data.baseUrl.replace(/^http:\/\/127\.0\.0\.1:\d+/, root) };
				assert.notEqual(there.baseUrl, data.baseUrl);
				const stored = await rest.saveCredential(`Unreached ${type}`, type, there);
				const { status, message } = await rest.testCredential(stored, there);
				assert.equal(status, 'Error', type);
				if (type === 'voipStudioLoginApi') {
					const said = `The address is ${root}. ${what} Check the base URL in the credential.`;
					assert.ok(message.endsWith(said), message);
				} else if (version === 'oldest') {
					assert.ok(sentences.includes(message), `${type}: ${message}`);
				} else {
					assert.ok(codes.includes(message), `${type}: ${message}`);
					const hints = (await rest.hints(type)).filter((hint) => hint.includes(`${message} `));
					assert.equal(hints.length, 1, `${type}: ${message}`);
				}
			}
		});
	}
}
