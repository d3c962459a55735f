import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { providers } from '../../harness/catalogue';
import { hider } from '../../tools/docs/examples';

/* The pages are written, and compared with a new run, by tools/docs/main.ts. */

describe.each(providers)('the examples of $name', ({ doc, operations }) => {
	const page = readFileSync(join(__dirname, '..', '..', 'docs', 'examples', doc), 'utf8');
	const sections = page.split(/^### /m).slice(1);

	it('are one for each operation, with what is sent and what comes back, so that nobody has to guess either', () => {
		expect(sections).toHaveLength(operations.length);
		for (const section of sections) {
			expect(section).toMatch(/^\| enter \| sent(, one after the other)? \| comes back/m);
			expect(section).toMatch(
				/^\| (nothing|\S.*: .+) \| `(GET|POST|PATCH|DELETE) \/[^ `]+`.* \| (`[a-zA-Z_]+: .+`|what the provider answers\. [A-Z].+) \|$/m,
			);
		}
	});

	it.each(operations.map((operation, i) => ({ ...operation, section: sections[i] })))(
		'say of $resource $operation whether somebody is called, texted or faxed by trying it',
		({ effect, section }) => {
			const warnings = { calls: 'Phones ring', texts: 'a text message', faxes: 'a fax' };
			const expected = effect in warnings ? [warnings[effect as keyof typeof warnings]] : [];
			const found = Object.values(warnings).filter((words) => new RegExp(`^> \\*\\*.*${words}`, 'm').test(section));
			expect(found).toEqual(expected);
		},
	);

	it('show no key, and no trace of the machine they were made on', () => {
		expect(page).not.toMatch(/-demo-(key|token)/);
		expect(page).not.toMatch(/127\.0\.0\.1:\d|localhost/);
		// A signature, or a key that was made on the way.
		expect(page).not.toMatch(/\b[0-9a-f]{32,}\b/);
	});
});

it('A secret is hidden wherever it stands, also as it is written in an address', () => {
	fc.assert(
		fc.property(
			fc.string({ minLength: 4 }).filter((secret) => !secret.includes('*')),
			fc.string(),
			(secret, text) => {
				const hide = hider([secret]);
				expect(hide(`${text}${secret}${text}`)).not.toContain(secret);
				expect(hide(`/${encodeURIComponent(secret)}`)).toBe('/***');
			},
		),
	);
});
