import { hasPart } from '../../../nodes/shared/phone/sameNumber';
import { WITHHELD_SPELLINGS } from '../../../nodes/shared/phone/withheld';
import { readPart, readRecorded, type Writing } from '../../../nodes/shared/phone/writtenNumber';

const ANN = { kind: 'external', e164: '+34600000001', type: 'mobile' };
const AN_EXTENSION = { kind: 'extension', text: '1001' };

describe('a record is read, or a caller is taken for another one', () => {
	test.each<[string, object, Writing?]>([
		['+34600000001', ANN],
		['+34 600 000 001', ANN],
		['sip:+34600000001@10.0.0.12:5060', ANN],
		['sips:%2B34600000001@example.com;user=phone', ANN],
		['"Ann" <sip:+34600000001@10.0.0.12>;tag=1', ANN],
		['34600000001@192.168.100.20', ANN, { isBareE164: true }],
		['+34600000001;phone-context=+34', ANN],
		['tel:600000001;phone-context=+34', ANN],
		['tel:+34600000001', ANN],
		['+34600000001 x102', { ...ANN, extension: '102' }],
		['+34600000001;ext=102', { ...ANN, extension: '102' }],
		['+34600000001 ext. 102', { ...ANN, extension: '102' }],
		['\u202a+34\u00a0600\u2011000\u2011001\u202c', ANN],
		['\uff0b\uff13\uff14\uff16\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff11', ANN],
		['600000001', ANN, { country: 'ES' }],
		['600000001', ANN, { country: 'ES', isBareE164: true }],
		['600000001', { kind: 'external', e164: null }, { isBareE164: true }],
		// A number of New Caledonia as well.
		['687262345', { kind: 'external', e164: null }, { country: 'ES', isBareE164: true }],
		['+4407700900123', { e164: '+447700900123' }],
		['+330612345678', { e164: '+33612345678', type: 'mobile' }],
		['+44 (0)20 7946 0018', { e164: '+442079460018', type: 'fixed' }],
		['+1 212 555 0123', { e164: '+12125550123', type: null }],
		['sip:1001@192.168.1.10', AN_EXTENSION],
		['1001', AN_EXTENSION],
		['ann.lee', { kind: 'extension', text: 'ann.lee' }],
		['*97', { kind: 'extension', text: '*97' }],
		['sip:192.168.1.10', { kind: 'unreadable' }],
		['+34600000001, +34600000002', { kind: 'unreadable' }],
		['+999123456789', { kind: 'unreadable' }],
	])('%s', (...[written, expected, writing]) => {
		expect(readRecorded(written, writing)).toMatchObject(expected);
	});
});

describe('a withheld number is nobody, or two strangers are one caller', () => {
	const zeros = ['0', '0000000000', '+0000000000', '-1', '-2', '+266696687'];
	test.each([...WITHHELD_SPELLINGS, ...zeros])('%s', (spelling) => {
		const forms = [spelling, spelling.toUpperCase(), `<${spelling}>`, `"${spelling}" <sip:${spelling}@10.0.0.1>`];
		for (const form of forms) expect(readRecorded(form)).toEqual({ kind: 'withheld' });
	});
});

describe("the filter 'Number' is compared as a number, or the trigger is silent for ever", () => {
	test.each([
		['0034600000001', true],
		['+34600000001', true],
		['tel:+34600000001', true],
		['34600', true],
		['+34 600', true],
		['0001', true],
		['600000001', true],
		['600\u2011000\u2011001', true],
		['+600000001', false],
		['600000002', false],
		['00000000', false],
	])('%s finds +34600000001: %s', (entered, isFound) => {
		expect(hasPart(readRecorded('+34600000001'), readPart(entered) ?? { digits: 'x', hasPlus: false })).toBe(isFound);
	});

	test.each(['abc', '34*', '+34 600 OO', '600000001, 600000002', '', ['600'], { a: 1 }, 1e21])(
		'%j is refused',
		(entered) => {
			expect(readPart(entered)).toBeNull();
		},
	);
});
