/** No field by which a provider can reach a person is forgotten. */
import type { IDataObject } from 'n8n-workflow';

import { providers } from '../../harness/catalogue';
import { text } from '../../nodes/shared/operation/fields';
import { countOf, notAllowed, partsOf, targetsOf, type Means } from '../../nodes/shared/operation/reach';
import { undeclaredFields } from '../../tools/reaches';

it('knows of each field of what calls, texts or faxes whether it can reach somebody', () => {
	expect(undeclaredFields(providers)).toEqual([]);
});

it('finds a field that somebody adds and forgets: a model would fill it with any number', () => {
	const [provider] = providers.filter(({ node }) => node === 'while1Voice');
	const [call] = provider.resources.filter(({ option }) => option.value === 'call');
	const { originate } = call.operations;
	const forward = text('body.data.forward_to', { displayName: 'Forward To', name: 'forwardTo' });
	const changed = { ...originate, fields: [...(originate.fields ?? []), forward] };
	const resources = [{ ...call, operations: { originate: changed } }];
	expect(undeclaredFields([{ name: 'While1 Voice', resources }])).toEqual([
		'While1 Voice: call originate: data.forward_to',
	]);
});

describe('the request itself', () => {
	const reaches = { to: 'called', 'calls[].number': 'called' } as const;

	it.each([
		[{ to: '1', from: '2' }, 'from'],
		[{ calls: [{ number: '1' }, { Number: '2' }] }, 'calls[].Number'],
		[{ calls: [{ number: '1', extra: { number: '2' } }] }, 'calls[].extra.number'],
		[JSON.parse('{"__proto__": "1"}') as object, '__proto__'],
	])('%j names the field that nobody declared', (body, path) => {
		expect(targetsOf(body as IDataObject, reaches, new Set())).toBe(path);
	});
});

describe('what is allowed', () => {
	const allows = (means: Means, value: unknown, allowed: string) =>
		notAllowed({ path: 'x', means, value }, allowed.split(', ')) === undefined;

	it.each<[Means, unknown, string, boolean]>([
		['called', '+447700900123', '+44', true],
		['called', 'Sales queue', '+44', false],
		['called', 'Sales queue', 'extensions', true],
		['called', '1001&00447700900123', 'extensions', false],
		['called', '0044${X}7700${X}9001${X}23', 'extensions', false],
		['called', '00%3044', 'extensions', false],
		['called', 'w0w0w4w4w7w7w0w0', 'extensions', false],
		['called', '1800FLOWERS', 'extensions', false],
		['called', '００４４７７００９００１２３', 'extensions', false],
		['called', 'sip:447700900123@example.com', 'extensions', false],
		['rings', 'SIP/john-doe', '+44', true],
		['rings', 'SIP/trunk/00447700900123', '+44', false],
		['rings', 'SIP/447700900123', 'extensions', false],
		['rings', 'Local/100@from-internal', 'extensions', false],
		['live', 'SIP/john-doe-00000027', '+44', true],
		['own', '1001', '+61', true],
		['own', '+19005551234', '+61', false],
		['inside', 'from-internal', '+44', true],
		['inside', '00447700900123', 'extensions', false],
		['inside', ['a'], 'extensions', false],
		['email', 'john.doe@example.com', '+44', true],
		['email', '447700900123@example.com', '+44', false],
		['application', 'Playback', '+44', true],
		['application', 'Dial', '+44', false],
		['application', 'System', 'extensions', false],
		['variables', { SKIP_WELCOME: 1, BACKEND_LINK: 'https://crm.example.com/?id=44770090012345' }, '+44', true],
		['variables', { FORWARD: '+19005551234' }, '+44', false],
		['variables', { FORWARD: 19005551234 }, '+44', false],
		['variables', { BACKEND_LINK: 'https://x/${SHELL(id)}' }, '+44', false],
	])('%s %j with %s: %s', (means, value, allowed, is) => {
		expect(allows(means, value, allowed)).toBe(is);
	});
});

describe('what a request counts as', () => {
	it.each<[Means, unknown, number]>([
		['called', '1', 1],
		['called', Array.from({ length: 100 }, (_, i) => i + 1).join('&'), 100],
		['rings', 'SIP/a&SIP/b', 2],
		['inside', 'test-queue', 0],
		['inside', 'SIP/1&SIP/2&SIP/3', 3],
		['inside', '447700900123', 1],
		['tries', 1_000_000, 1_000_000],
		['parts', 'x'.repeat(161), 1],
		['variables', { FORWARD: '+19005551234' }, 1],
	])('%s %s counts %i', (means, value, count) => {
		expect(countOf([{ path: 'x', means, value }])).toBe(count);
	});

	it.each([
		['', 1],
		['x'.repeat(160), 1],
		['x'.repeat(161), 2],
		['€'.repeat(81), 2],
		['ș'.repeat(70), 1],
		['ș'.repeat(71), 2],
		['😀'.repeat(36), 2],
	])('a text is as many messages as networks make of it (%#)', (message, parts) => {
		expect(partsOf(message)).toBe(parts);
	});
});
