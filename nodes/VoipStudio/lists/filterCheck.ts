import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import type { Check } from '../../shared/request/provider';
import { missingList, pageIn } from '../api';
import type { Condition } from './filter';

/**
 * The answer of a list whose own page says "No parameters", while the introduction says that every list takes `filter`. If the
 * filter is ignored, records arrive that it excludes, and somebody may hang up other calls than intended: so a record that
 * cannot have passed is an error.
 */
export function filterCheck({ qs }: IHttpRequestOptions): Check {
	const conditions = qs?.filter === undefined ? [] : (JSON.parse(qs.filter as string) as Condition[]);
	return (answer) => {
		const missing = missingList(answer);
		if (missing !== undefined || conditions.length === 0) return missing;
		const { rows } = pageIn(answer);
		const passed = conditions.find((condition) => rows.some((row) => isLeftOutBy(condition, row)));
		if (passed === undefined) return undefined;
		return {
			message: `VoIPstudio did not filter this list by '${passed.property}'`,
			description:
				'Records came that the condition leaves out, so none was taken. Remove the condition, and choose among the items with a Filter node.',
			cause: 'configuration-invalid',
			code: String(answer.status),
		};
	};
}

/**
 * Whether a condition certainly excludes a record, however the database compares: times are not judged, as the zones of filter and
 * record may differ, nor is a text against a number.
 */
function isLeftOutBy({ property, operator, value }: Condition, record: IDataObject): boolean {
	const actual: unknown = record[property];
	if (!isPlain(actual)) return false;
	if (operator === 'in') return Array.isArray(value) && value.every((one) => differ(actual, one));
	if (!isPlain(value)) return false;
	switch (operator) {
		case 'eq':
			return differ(actual, value);
		case 'ne':
		case 'notlike':
			return String(actual) === String(value) && actual !== '';
		case 'like':
			return typeof actual === 'string' && !mayContain(actual, String(value));
		default:
			return typeof actual === 'number' && isNumeric(value) && !isInOrder(operator, actual, Number(value));
	}
}

/** Whether a text may match a pattern that stands for a part of it; any other is left to the API. */
function mayContain(actual: string, pattern: string): boolean {
	const [, part] = /^%([^%_*?]+)%$/.exec(pattern) ?? [];
	return part === undefined || folded(actual).includes(folded(part));
}

type Plain = string | number | boolean;

function isPlain(value: unknown): value is Plain {
	if (typeof value === 'string') return !/^\d{4}-\d{2}-\d{2}\b/.test(value);
	return typeof value === 'number' || typeof value === 'boolean';
}

/** Whether two values are certainly not the same. */
function differ(actual: Plain, wanted: unknown): boolean {
	if (!isPlain(wanted)) return false;
	if (typeof actual === 'boolean')
		return /^(true|1|false|0)$/i.test(String(wanted)) && actual !== /^(true|1)$/i.test(String(wanted));
	if (isNumeric(actual) && isNumeric(wanted)) return Number(actual) !== Number(wanted);
	return typeof actual === 'string' && typeof wanted === 'string' && folded(actual) !== folded(wanted);
}

function isInOrder(operator: string, actual: number, wanted: number): boolean {
	if (operator === 'lt') return actual < wanted;
	if (operator === 'lte') return actual <= wanted;
	return operator === 'gt' ? actual > wanted : actual >= wanted;
}

function isNumeric(value: Plain): boolean {
	if (typeof value === 'boolean' || !/^-?\d+(\.\d+)?$/.test(String(value).trim())) return false;
	return Math.abs(Number(value)) <= Number.MAX_SAFE_INTEGER;
}

/** A text as databases may compare it: without regard to case and accents. */
function folded(value: Plain): string {
	return String(value).normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase();
}
