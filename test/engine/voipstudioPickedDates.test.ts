import type { INodeParameters, INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { loadPackage, nodeTypes } from '../../harness/engine/package';
import { nodeOf } from '../../harness/engine/run';
import { cdrs, MINUTE, run, simulator, where, written } from './voipstudio';

/* Dates in 'Filters' are picked in a calendar. */

const TIMES = ['calldate', 'timestamp', 'origtime', 'created_at', 'last_request_at'];
const PICKED = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'];
const OTHERS = ['in', 'like', 'notlike'];

beforeAll(loadPackage);

/** What 'Filters' of every list consists of, by resource and operation. */
function forms(): Array<{ list: string; fields: INodeProperties[] }> {
	const { description } = nodeTypes.getByNameAndVersion('n8n-nodes-cloud-pbx.voipStudio');
	return description.properties
		.filter(({ name, type }) => name === 'filters' && type === 'fixedCollection')
		.map(({ displayOptions, options }) => ({
			list: JSON.stringify(displayOptions?.show),
			fields: (options as INodePropertyCollection[]).flatMap(({ values }) => values),
		}));
}

/** The types of the fields that a condition shows for its value. */
function typesOfValue(fields: INodeProperties[], condition: INodeParameters): string[] {
	const { description } = nodeTypes.getByNameAndVersion('n8n-nodes-cloud-pbx.voipStudio');
	const node = { ...nodeOf({ node: 'voipStudio', parameters: {} }), parameters: {} };
	return fields
		.filter(({ name }) => name === 'value')
		.filter((field) => NodeHelpers.displayParameter(condition, field, node, description))
		.map(({ type }) => type);
}

function valuesOf(fields: INodeProperties[], name: string): string[] {
	const options = fields.find((field) => field.name === name)?.options ?? [];
	return options.map((option) => ('value' in option ? String(option.value) : ''));
}

describe('The value of a condition', () => {
	it('is one field for every list, field and operator, and a date is picked, or n8n would send one of two', () => {
		const withTimes = forms().filter(({ fields }) => valuesOf(fields, 'property').some((name) => TIMES.includes(name)));
		expect(withTimes.length).toBeGreaterThan(12);
		for (const { list, fields } of forms()) {
			for (const property of valuesOf(fields, 'property')) {
				for (const operator of [...PICKED, ...OTHERS]) {
					const condition = { property, operator, value: '' };
					const isPicked = TIMES.includes(property) && PICKED.includes(operator);
					const types = typesOfValue(fields, condition);
					expect([list, property, operator, types.length]).toEqual([list, property, operator, 1]);
					expect([list, property, operator, types[0] === 'dateTime']).toEqual([list, property, operator, isPicked]);
				}
			}
		}
	});

	it('begins with what its field can hold, or a new condition would compare a date with "I"', () => {
		for (const { list, fields } of forms()) {
			// As n8n's editor does it: of several fields with one name, the last.
			const fresh = Object.fromEntries(fields.map((field) => [field.name, field.default])) as INodeParameters;
			const [type] = typesOfValue(fields, fresh);
			const chosen = fields.find(
				({ name, options }) => name === 'value' && options !== undefined && type === 'options',
			);
			const fitting = chosen === undefined ? [''] : valuesOf([chosen], 'value');
			expect([list, type, fitting.includes(written(fresh.value))]).toEqual([list, type, true]);
		}
	});
});

describe('A picked day', () => {
	/** A call on each edge of 19 November in Sydney, eleven hours ahead of UTC: their times in the records. */
	const EDGES = ['2026-11-18 12:59:59', '2026-11-18 13:00:00', '2026-11-19 12:59:59', '2026-11-19 13:00:00'];
	const found = async (condition: INodeParameters, more: INodeParameters = {}) => {
		const filters = { conditions: [condition] };
		const ran = await run(cdrs({ returnAll: true, filters, ...more }), { timezone: 'Australia/Sydney' });
		expect(ran.error).toBeUndefined();
		return ran.items.map(({ json }) => written(json.calldate)).sort();
	};
	const value = '2026-11-19T00:00:00';

	beforeEach(() => {
		for (const calldate of EDGES) {
			const startedAt = Date.parse(`${calldate.replace(' ', 'T')}Z`);
			simulator.world.addCall({ user: 'John Smith', startedAt, endedAt: startedAt + MINUTE });
		}
	});

	it.each([
		['eq', [1, 2]],
		['gte', [1, 2, 3]],
		['gt', [3]],
		['lt', [0]],
		['lte', [0, 1, 2]],
	])(
		'finds the calls of the whole day in the zone of the workflow with %s, or some would be left out',
		async (operator, at) => {
			expect(await found({ property: 'calldate', operator, value })).toEqual(at.map((index) => EDGES[index]));
		},
	);

	it('is what a new condition asks for, of which n8n keeps only what differs from its first form', async () => {
		expect(await found({ value })).toEqual([EDGES[1], EDGES[2]]);
	});

	it('follows Time Zone of Records, or the calls of other hours would come', async () => {
		const filters = { conditions: [{ property: 'calldate', operator: 'eq', value }] };
		const options = { timezone: 'Europe/Madrid' };
		const ran = await run(cdrs({ returnAll: true, filters, output: 'full', itemPer: 'leg', options }), {
			timezone: 'Australia/Sydney',
		});
		// The clock in Madrid, which the records now show, is an hour behind when this day begins and ends.
		const times = [EDGES[2], EDGES[3]].map((time) => `${time.replace(' ', 'T')}.000+01:00`);
		expect(ran.items.map(({ json }) => json.startedAt).sort()).toEqual(
			times.map((time) => new Date(time).toISOString()),
		);
	});

	it('is the same as a day that an expression gives', async () => {
		expect(await found({ property: 'calldate', operator: 'eq', value: '2026-11-19' })).toEqual([EDGES[1], EDGES[2]]);
	});

	it('is not needed with a date from another node, which stays a moment', async () => {
		const date = "={{ DateTime.fromISO('2026-11-19T00:00:00', { zone: 'Australia/Sydney' }) }}";
		expect(await found({ property: 'calldate', operator: 'lte', value: date })).toEqual([EDGES[0], EDGES[1]]);
	});
});

describe('A condition on the second of midnight', () => {
	const told = async (value: string) => {
		const ran = await run(cdrs(where(['calldate', 'eq', value])), { timezone: 'Australia/Sydney' });
		expect(ran.error).toBeUndefined();
		return Object.values(ran.run.data.resultData.runData).flatMap(([task]) =>
			(task.hints ?? []).map((hint) => hint.message),
		);
	};

	it('is told in the editor with the day, or no calls would be taken for a quiet day', async () => {
		const [message, ...more] = await told("={{ DateTime.fromISO('2026-11-19', { zone: 'Australia/Sydney' }) }}");
		expect(message).toContain('the second of midnight, 2026-11-19 00:00:00 (Australia/Sydney)');
		expect(message).toContain('the day alone: 2026-11-19');
		expect(more).toEqual([]);
	});

	it.each(['2026-11-19T00:00:00', '2026-11-19', '2026-11-19T00:00:01', '2026-11-19 00:00:00'])(
		'is not %s',
		async (value) => {
			expect(await told(value)).toEqual([]);
		},
	);
});
