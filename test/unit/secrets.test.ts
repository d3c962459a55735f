import * as fc from 'fast-check';

import { withoutSecrets } from '../../nodes/shared/request/secrets';

const secret = fc
	.string({ minLength: 6, maxLength: 60, unit: 'grapheme-ascii' })
	.filter((text) => text.trim() === text);

describe('Secrets in messages', () => {
	it('are masked in each encoding, or a key would stand in the data of an execution', () => {
		fc.assert(
			fc.property(secret, fc.constantFrom('', 'a', 'user:', 'four'), (key, before) => {
				const encoded = Buffer.from(before + key).toString('base64');
				// Of Base64 the groups are sure that hold nothing else.
				const inner = encoded.slice(Math.ceil(before.length / 3) * 4, Math.floor((before.length + key.length) / 3) * 4);
				const inForm = new URLSearchParams({ key }).toString().slice('key='.length);
				const asPhp = inForm.replaceAll('*', '%2A');
				for (const form of [key, encodeURIComponent(key), inForm, asPhp, JSON.stringify(key).slice(1, -1)]) {
					expect(withoutSecrets(`They say: ${form}!`, [key])).not.toContain(form);
				}
				if (inner.length >= 8) expect(withoutSecrets(`Basic ${encoded}`, [key])).not.toContain(inner);
			}),
		);
	});

	it.each([
		['PHP', 'a/b-ñandú-key', 'a\\/b-\\u00f1and\\u00fa-key'],
		['PHP with its JSON_HEX flags', `k<e>y&'x"-12`, 'k\\u003Ce\\u003Ey\\u0026\\u0027x\\u0022-12'],
		['Go', 'k<e>y&-12', 'k\\u003ce\\u003ey\\u0026-12'],
		['Go as HTML', 'key"&-12', 'key&#34;&amp;-12'],
	])('are masked as %s writes them', (_writer, key, form) => {
		expect(withoutSecrets(`{"error":"no such key ${form}"}`, [key])).toBe('{"error":"no such key ***"}');
	});

	it.each([
		['Call the support about a call', ['a', 'ca', ''], 'Call the support about a call'],
		['The key pin is in the pinboard', ['pin'], 'The key *** is in the pinboard'],
		['They say: abcdefgh…', ['abcdefghijkl'], 'They say: ***…'],
	])('of a few letters mask no words: %s', (text, secrets, expected) => {
		expect(withoutSecrets(text, secrets)).toBe(expected);
	});

	it('are masked where a quotation has left out what looks like a tag in them', () => {
		expect(withoutSecrets('They say: key of " " 100%', ['key  of "<b>" 100%'])).toBe('They say: ***');
	});
});
