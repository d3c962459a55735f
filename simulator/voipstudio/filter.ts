import { DateTime } from 'luxon';
import { z } from 'zod';

import type { World } from '../world/world';
import { Refusal, type Row, type Value, written } from './account';

const OPERATORS: Record<string, string> = {
	eq: 'eq',
	'=': 'eq',
	ne: 'ne',
	neq: 'ne',
	'<>': 'ne',
	'!=': 'ne',
	lt: 'lt',
	'<': 'lt',
	lte: 'lte',
	'<=': 'lte',
	gt: 'gt',
	'>': 'gt',
	gte: 'gte',
	'>=': 'gte',
	in: 'in',
	like: 'like',
	notlike: 'notlike',
};

export interface Condition {
	property: string;
	operator: string;
	value: unknown;
}

const TIMES = new Set(['calldate', 'timestamp', 'origtime', 'created_at', 'last_request_at']);

export const FILTRATION = 'Filtration error';

/** [intro] "Filtros": a JSON array of objects with these three properties. */
export function readFilter(filter: string | undefined): Condition[] {
	if (filter === undefined) return [];
	const shape = z.array(z.object({ property: z.string(), operator: z.string(), value: z.unknown() }).strict());
	let parsed: unknown;
	try {
		parsed = JSON.parse(filter);
	} catch {
		throw new Refusal(400, FILTRATION);
	}
	const conditions = shape.safeParse(parsed);
	if (!conditions.success) throw new Refusal(400, FILTRATION);
	return conditions.data.map(({ property, operator, value }) => {
		// [ref] "between answers 400".
		const name = OPERATORS[operator];
		if (name === undefined)
			throw new Refusal(400, FILTRATION, [{ field: 'operator', message: `Unknown operator ${operator}` }]);
		// [intro] "el valor de búsqueda debe pasarse como una matriz".
		if ((name === 'in') !== Array.isArray(value)) throw new Refusal(400, FILTRATION);
		for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
			if (!['string', 'number', 'boolean'].includes(typeof one)) throw new Refusal(400, FILTRATION);
			// Own invention: an invalid time is refused (a database would compare it as text).
			const isTime = TIMES.has(property) && name !== 'like' && name !== 'notlike';
			if (isTime && !(typeof one === 'string' && /^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?$/.test(one)))
				throw new Refusal(400, FILTRATION);
		}
		return { property, operator: name, value };
	});
}

/** Own invention: values are compared the way a database does it; NULL matches nothing, not even `ne`. */
export function matches(row: Row, { property, operator, value }: Condition): boolean {
	const actual = row[property];
	if (actual === null || typeof actual === 'object') return false;
	switch (operator) {
		case 'in':
			return (value as unknown[]).some((one) => compare(actual, one, property) === 0);
		case 'like':
			return isLike(written(actual), written(value));
		case 'notlike':
			return !isLike(written(actual), written(value));
		case 'eq':
			return compare(actual, value, property) === 0;
		case 'ne':
			return compare(actual, value, property) !== 0;
		case 'lt':
			return compare(actual, value, property) < 0;
		case 'lte':
			return compare(actual, value, property) <= 0;
		case 'gt':
			return compare(actual, value, property) > 0;
		default:
			return compare(actual, value, property) >= 0;
	}
}

/** Own invention ([intro] says only "pattern"): SQL's LIKE, without regard to case: `%` is any text, `_` any character. */
function isLike(actual: string, pattern: string): boolean {
	const source = pattern
		.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
		.replace(/%/g, '.*')
		.replace(/_/g, '.');
	return new RegExp(`^${source}$`, 'is').test(actual);
}

function compare(actual: Value | undefined, wanted: unknown, property: string): number {
	if (typeof actual === 'number') return actual - Number(wanted);
	if (typeof actual === 'boolean')
		return Number(actual) - Number(wanted === true || wanted === 'true' || wanted === 1 || wanted === '1');
	const right =
		TIMES.has(property) && /^\d{4}-\d{2}-\d{2}$/.test(written(wanted))
			? `${written(wanted)} 00:00:00`
			: written(wanted);
	const left = written(actual);
	return left < right ? -1 : left > right ? 1 : 0;
}

/** The span of instants that can match, so that one hour does not take reading a whole year. */
export function spanOf(conditions: Condition[], timeProperty: string, world: World, zone: string): [number, number] {
	let from = -Infinity;
	let to = Infinity;
	for (const { property, operator, value } of conditions) {
		if (property !== timeProperty || typeof value !== 'string') continue;
		const at = DateTime.fromSQL(value, { zone }).toMillis() - world.clockSkewMs;
		if (['gt', 'gte', 'eq'].includes(operator)) from = Math.max(from, at);
		if (['lt', 'lte', 'eq'].includes(operator)) to = Math.min(to, at + 1000);
	}
	// The times of recordings, voicemails and faxes are up to a day after the start of their call.
	return [timeProperty === 'calldate' ? from : from - 86_400_000, timeProperty === 'calldate' ? to : to];
}
