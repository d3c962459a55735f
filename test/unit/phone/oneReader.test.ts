import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NODES = join(__dirname, '..', '..', '..', 'nodes');

/** What strips everything but the digits of a text. */
const STRIPS = /\\D|\[\^\\?d|\[\^0-9/;

it('only the room for phone numbers strips a text to its digits: another reader would take a word for a number', () => {
	const files = readdirSync(NODES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
	expect(files.length).toBeGreaterThan(100);
	const stripping = files.filter((file) => STRIPS.test(readFileSync(join(NODES, file), 'utf8')));
	expect(stripping.filter((file) => !file.startsWith(join('shared', 'phone')))).toEqual([]);
	// The search finds what it looks for.
	expect(['.replace(/\\D/g, "")', '/[^\\d]/', '/[^0-9]/'].every((code) => STRIPS.test(code))).toBe(true);
});
