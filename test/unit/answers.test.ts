import fc from 'fast-check';

import { formOf, saidIn, shapeOf, verdictOf, wordsOf } from '../../nodes/shared/request/answers';
import { statusProblem, unknownAnswerProblem, unreadableProblem } from '../../nodes/shared/request/problems';

const answer = (status: number, body: unknown) => ({ status, headers: {}, body });

describe('formOf', () => {
	it.each([
		[{}, 'json'],
		[[], 'json'],
		[7, 'json'],
		[null, 'json'],
		['', 'nothing'],
		[' \n', 'nothing'],
		['OK', 'text'],
		['<!doctype html><title>Sign in</title>', 'page'],
		['\n<html>', 'page'],
		['<br />\n<b>Warning</b>: Undefined index in <b>api.php</b><br />{"code":200}', 'text'],
		['{"code":200}{"code":200}', 'text'],
		['{"code":200,"data":[{"a":1', 'cut'],
		['{"code":200,"data":"[}', 'cut'],
		['["\\"', 'cut'],
		['{"a":"\\"}"', 'cut'],
	])('%j is %s, so that nothing complete is called incomplete', (body, form) => {
		expect(formOf(body)).toBe(form);
	});

	it('takes every beginning of a JSON list for cut, so that a cut answer is asked for again', () => {
		fc.assert(
			fc.property(fc.array(fc.jsonValue()), fc.nat(), (value, at) => {
				const json = JSON.stringify(value);
				expect(formOf(json.slice(0, 1 + (at % (json.length - 1))))).toBe('cut');
			}),
		);
	});
});

describe('saidIn', () => {
	it.each([
		[{ message: 'User is offline' }, 'User is offline'],
		[{ code: 200, message: { status: 'error', text: 'User is offline.' } }, 'error; User is offline'],
		[{ success: false, errors: { 403: 'Forbiden' } }, 'Forbiden'],
		[{ 403: 'Caller ID not activated' }, 'Caller ID not activated'],
		[{ errors: { name: ['is too short', 'is taken'] } }, 'name: is too short; name: is taken'],
		[{ errors: [{ field: 'name', message: 'is too short' }] }, 'name: is too short'],
		[{ errors: [{ name: 'is too short' }] }, 'name: is too short'],
		[{ errors: [[['is too short']], 'Try again'] }, 'is too short; Try again'],
		[{ errors: [{ field: 'name' }] }, 'name'],
		[[{ success: false, errors: { 403: 'Forbiden' } }], 'Forbiden'],
		['IP not whitelisted\n', 'IP not whitelisted'],
		['<html><head><title>Just a moment...</title>', 'Just a moment'],
		['<br />\n<b>Warning</b>: Undefined index<br />', 'Warning : Undefined index'],
		[{ token: 'abcdef', id: 7 }, ''],
		[{ message: null, errors: [] }, ''],
		[null, ''],
	])('of %j is "%s"', (body, said) => {
		expect(saidIn(body)).toBe(said);
	});

	it('stays short and quick for whatever a server sends', () => {
		const long = { errors: Array.from({ length: 5000 }, (_, i) => ({ field: `f${i}`, message: '<'.repeat(10_000) })) };
		expect(wordsOf(long.errors)).toHaveLength(30);
		expect(saidIn('<'.repeat(5_000_000)).length).toBeLessThan(2001);
		fc.assert(fc.property(fc.jsonValue(), (value) => typeof saidIn(value) === 'string' && shapeOf(value) !== ''));
	});
});

describe('what an answer means', () => {
	it.each([
		['a refusal', statusProblem('Acme', 422, answer(422, { errors: { to: ['is missing'] } })), 'notDone'],
		['a timeout', statusProblem('Acme', 408, answer(408, {})), 'notKnown'],
		['a failure', statusProblem('Acme', 502, answer(502, '<html>')), 'notKnown'],
		['a page', unreadableProblem('Acme', answer(200, '<html>')), 'notKnown'],
		['a page that refuses', statusProblem('Acme', 403, answer(403, '<html>')), 'notDone'],
		['an answer nobody documents', unknownAnswerProblem('Acme', answer(200, {})), 'notKnown'],
		['a success', undefined, 'done'],
	])('%s', (_what, problem, verdict) => {
		expect(verdictOf(problem)).toBe(verdict);
	});

	it('is told in the words of the server, with their field', () => {
		const { description } = statusProblem('Acme', 422, answer(422, { errors: { to: ['is missing.'] } }));
		expect(description).toMatch(/^Acme says: to: is missing\. Check the values/);
	});

	it.each([401, 403, 404])('blames no key for a page with the status %i', (status) => {
		const page = '<!doctype html><title>Just a moment...</title>';
		const { message, description, cause } = statusProblem('Acme', status, answer(status, page));
		expect(message).toBe('A web page answered in place of the API of Acme');
		expect(description).toMatch(/^The page is titled "Just a moment"\. Check the base URL/);
		expect(cause).toBe('configuration-invalid');
	});

	it('names the fields of an answer without words, and none of their values, as one may be a key', () => {
		const { description } = unknownAnswerProblem('Acme', answer(200, { token: 'abcdef', expiry: 7 }));
		expect(description).toMatch(/^It sent an object with 'token', 'expiry'\. Nothing was taken/);
		expect(unknownAnswerProblem('Acme', answer(200, [])).description).toMatch(/^It sent an empty list\./);
		expect(unknownAnswerProblem('Acme', answer(200, null)).description).toMatch(/^It sent null\./);
	});

	it.each([
		['', 'It was empty.'],
		['{"data":[', 'It breaks off before its end.'],
		[undefined, 'It is nested too deeply.'],
	])('asks to run again only where %j arrived incomplete', (body, what) => {
		const { description, cause } = unreadableProblem('Acme', answer(200, body)) ?? {};
		expect(description).toBe(`${what} Nothing was taken from it; run again.`);
		expect(cause).toBe('temporarily-unavailable');
	});
});
