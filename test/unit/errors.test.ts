import type { INode, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError, UserError } from 'n8n-workflow';

import { setClock } from '../../harness/clock';
import { mistakeBehind, networkProblem } from '../../nodes/shared/request/networkProblems';
import { parameterError, problemError, problemOf } from '../../nodes/shared/request/nodeErrors';
import { statusProblem, unreadableProblem } from '../../nodes/shared/request/problems';
import type { Answer } from '../../nodes/shared/request/provider';

const node: INode = { id: '1', name: 'Node', type: 't', typeVersion: 1, position: [0, 0], parameters: {} };
const context = { getNode: () => node, getItemIndex: () => 3 };
const answer = (status: number, body: unknown = {}, headers = {}): Answer => ({ status, body, headers });

describe('statusProblem', () => {
	it.each([
		[400, 'configuration-invalid'],
		[401, 'credential-invalid'],
		[403, 'credential-invalid'],
		[404, 'configuration-invalid'],
		[429, 'rate-limited'],
		[500, 'temporarily-unavailable'],
		[503, 'temporarily-unavailable'],
		[418, 'configuration-invalid'],
		[302, 'temporarily-unavailable'],
	])('tells n8n why: %i is %s', (code, cause) => {
		const problem = statusProblem('Acme', code, answer(code));
		expect(problem.cause).toBe(cause);
		expect(problem.message).toContain('Acme');
		expect(problem.description).not.toContain('{name}');
	});

	it('hands on what the provider says, before the next step', () => {
		const problem = statusProblem('Acme', 400, answer(400), {}, 'limit is too large');
		expect(problem.description).toBe('Acme says: limit is too large. Check the values of the parameters');
	});

	it.each([
		['90', 90_000],
		[5, 5000],
		['-3', 0],
		['soon', undefined],
		[undefined, undefined],
	])('reads Retry-After %p, so that n8n waits as long as asked', (value, expected) => {
		expect(statusProblem('Acme', 429, answer(429, {}, { 'retry-after': value })).retryAfterMs).toBe(expected);
	});

	it('reads Retry-After as a date', () => {
		const restoreClock = setClock(() => Date.parse('2026-11-20T12:00:00.400Z'));
		const answered = answer(429, {}, { 'retry-after': 'Fri, 20 Nov 2026 12:01:00 GMT' });
		expect(statusProblem('Acme', 429, answered).retryAfterMs).toBe(59_600);
		restoreClock();
	});
});

describe('unreadableProblem', () => {
	it('points at the base URL when a web page answers', () => {
		const problem = unreadableProblem('Acme', answer(200, ' <!doctype html><title>Sign in</title>'));
		expect(problem?.description).toContain('base URL');
		expect(problem?.cause).toBe('configuration-invalid');
	});

	it('takes cut JSON and an empty answer for a passing fault, never for "no calls"', () => {
		expect(unreadableProblem('Acme', answer(200, '{"data":[{"a"'))?.cause).toBe('temporarily-unavailable');
		expect(unreadableProblem('Acme', answer(200, ''))?.cause).toBe('temporarily-unavailable');
		expect(unreadableProblem('Acme', answer(502, '<html>Bad gateway</html>'))?.cause).toBe('temporarily-unavailable');
	});

	it('accepts objects and lists', () => {
		expect(unreadableProblem('Acme', answer(200, []))).toBeUndefined();
		expect(unreadableProblem('Acme', answer(200, {}))).toBeUndefined();
	});
});

describe('networkProblem', () => {
	it.each(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'ECONNRESET', 'HPE_INVALID_HEADER_TOKEN', 'EAI_AGAIN'])(
		'%s may pass',
		(code) => {
			expect(networkProblem('Acme', Object.assign(new Error('x'), { cause: { code } }), true).cause).toBe(
				'temporarily-unavailable',
			);
		},
	);

	it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'EPROTO', 'ERR_INVALID_URL'])(
		'%s needs somebody to act',
		(code) => {
			expect(networkProblem('Acme', { code }, true).cause).toBe('configuration-invalid');
		},
	);

	it('says after a write that nobody knows whether it was done', () => {
		expect(networkProblem('Acme', { code: 'ECONNRESET' }, false).description).toContain(
			'It is not known whether Acme carried out',
		);
		expect(networkProblem('Acme', { code: 'ECONNRESET' }, true).description).not.toContain('not known');
	});

	it.each([true, false])(
		'says that n8n itself did not send it, or a call would look like one that may ring (read: %s)',
		(isRead) => {
			const blocked = new UserError('The address is not allowed.', { description: 'Ask the administrator.' });
			const unsupported = Object.assign(new Error('Engine 2.0 does not support it'), { name: 'UnimplementedError' });
			const of = (cause: Error) =>
				networkProblem('Acme', new NodeApiError(node, cause as unknown as JsonObject), isRead);
			expect(of(blocked)).toEqual({
				message: 'n8n did not send the request to Acme: The address is not allowed',
				description: 'Ask the administrator.',
				cause: 'configuration-invalid',
				isUnsent: true,
			});
			expect(of(unsupported).message).toBe('n8n did not send the request to Acme: Engine 2.0 does not support it');
			expect(of(unsupported).description).toContain("n8n's usual engine");
		},
	);

	it('never repeats the text of an error, which may hold an address with a key', () => {
		const problem = networkProblem('Acme', new Error('GET https://x/?api_key=secret failed'), true);
		expect(JSON.stringify(problem)).not.toContain('secret');
	});
});

describe('mistakeBehind', () => {
	const wrapped = (cause: Error) => Object.assign(new Error('What n8n makes of it'), { cause });

	it('finds what is no fault of the network, however it is wrapped, or people look for one', () => {
		const mistake = new TypeError('x is not a function');
		expect(mistakeBehind(mistake)).toBe(mistake);
		expect(mistakeBehind(wrapped(wrapped(mistake)))).toBe(mistake);
	});

	it('lets the errors of the transport be what they are, also those that are a TypeError', () => {
		const coded = (error: Error, code: string) => Object.assign(error, { code });
		expect(mistakeBehind(wrapped(coded(new TypeError('Invalid URL'), 'ERR_INVALID_URL')))).toBeUndefined();
		expect(mistakeBehind(wrapped(coded(new Error('socket hang up'), 'ECONNRESET')))).toBeUndefined();
		const closed = coded(new Error('other side closed'), 'UND_ERR_SOCKET');
		expect(mistakeBehind(Object.assign(new TypeError('terminated'), { cause: closed }))).toBeUndefined();
		expect(mistakeBehind(wrapped(new Error('aborted')))).toBeUndefined();
		expect(mistakeBehind('a text')).toBeUndefined();
	});
});

describe('the error that n8n shows', () => {
	it('carries item, code and cause', () => {
		const error = problemError(context, {
			message: 'M',
			description: 'D',
			cause: 'rate-limited',
			code: '429',
			retryAfterMs: 7,
		});
		expect([error.message, error.description, error.httpCode, error.context.itemIndex]).toEqual(['M', 'D', '429', 3]);
		expect(error.failure).toEqual({ cause: 'rate-limited', retryAfterMs: 7 });
	});

	it('shows and stores nothing of its problem besides what is meant to be shown', () => {
		const problem = {
			message: 'M',
			description: 'D',
			cause: 'node-defect',
			frames: '\n    at kept',
			isUnsent: true,
		} as const;
		const error = problemError(context, problem);
		expect(problemOf(error)).toBe(problem);
		expect(Object.keys({ ...error })).not.toContain('problem');
		expect(JSON.stringify([error, { ...error }])).not.toMatch(/isUnsent|frames/);
	});

	it('names no wait where waiting does not help', () => {
		const error = problemError(context, {
			message: 'M',
			description: 'D',
			cause: 'credential-invalid',
			retryAfterMs: 7,
		});
		expect(error.failure).toEqual({ cause: 'credential-invalid' });
	});

	it('keeps the text for codes that n8n has own texts for', () => {
		expect(problemError(context, networkProblem('Acme', { code: 'ECONNRESET' }, false)).message).toBe(
			'No answer from Acme',
		);
	});

	it('of a wrong parameter is an operation error with the item', () => {
		const error = parameterError(context, "'Limit' is wrong", 'Do this');
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.context.itemIndex).toBe(3);
	});
});
