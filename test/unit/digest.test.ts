import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { digestOf } from '../../nodes/shared/values/values';

const FIELDS = ['from', 'start', 'status'];
const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null));
const record = fc.record({ from: value, start: value, status: value });

it('a provider that begins to send one more field, or in another order, makes no new calls of old ones', () => {
	fc.assert(
		fc.property(record, fc.string(), (given, extra) => {
			const reordered: IDataObject = { extra, status: given.status, from: given.from, start: given.start };
			expect(digestOf(reordered, ['status', 'start', 'from'])).toBe(digestOf(given, FIELDS));
		}),
	);
});

it('two calls that differ in one of the fields are two', () => {
	fc.assert(
		fc.property(record, fc.constantFrom(...FIELDS), value, (given, field, other) => {
			fc.pre((given as IDataObject)[field] !== other);
			expect(digestOf({ ...given, [field]: other }, FIELDS)).not.toBe(digestOf(given, FIELDS));
		}),
	);
});
