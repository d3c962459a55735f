import { RETRY_AFTER_SECONDS } from './guarantees';
import type { HttpAnswer } from './provider';
import type { FaultKind } from './scenario';
import { DrippingBody } from './time';

/**
 * What a request gets that a fault strikes.
 *
 * @param honest the answer without it
 * @param bad one of the provider's own bad answers
 * @param wait lets time pass
 */
export function faultyAnswer(
	fault: FaultKind,
	honest: () => HttpAnswer,
	bad: HttpAnswer,
	wait: (ms: number) => void,
): HttpAnswer {
	switch (fault) {
		case '429':
			return { statusCode: 429, headers: {}, body: { code: 429, message: 'Too Many Requests' } };
		case '429 with Retry-After':
			return { statusCode: 429, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) }, body: { code: 429 } };
		case '500':
			return { statusCode: 500, headers: {}, body: { message: 'Internal error' } };
		case 'gateway':
			return { statusCode: 502, headers: {}, body: '<html><h1>502 Bad Gateway</h1></html>' };
		case 'web page':
			return { statusCode: 200, headers: {}, body: '<!doctype html><title>Log in</title>' };
		case 'broken JSON': {
			const whole = JSON.stringify(honest().body);
			return { statusCode: 200, headers: {}, body: whole.slice(0, whole.length / 2) };
		}
		case 'reset':
			throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
		case 'dripping':
			return { statusCode: 200, headers: {}, body: new DrippingBody(honest().body, wait) };
		case 'bad':
			return bad;
		case 'slow':
			return honest();
	}
}
