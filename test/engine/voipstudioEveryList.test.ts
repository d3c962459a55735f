import type { IDataObject, INodeParameters, INodeProperties, INodeTypeDescription } from 'n8n-workflow';

import { providers } from '../../harness/catalogue';
import { loader, loadPackage } from '../../harness/engine/package';
import type { NodeResult } from '../../harness/engine/run';
import { addCalls, run, seeded, simulator, startSimulator, where, written } from './voipstudio';

/* What the introduction documents of every list and of every single record, whatever the resource. */

const operations = providers.find(({ node }) => node === 'voipStudio')?.operations ?? [];
const LISTS = operations.filter(({ operation }) => operation === 'getAll').map(({ resource }) => resource);
const SINGLES = operations.filter(({ operation }) => operation === 'get').map(({ resource }) => resource);

/** Lists whose own page says "No parameters". */
const WITHOUT_PARAMETERS = ['call', 'callMeBackCdr', 'callMeBackSetting', 'callMeBackVisitor', 'callMeBackWebsite'];

const many = (resource: string, more: INodeParameters = {}): INodeParameters => ({
	resource,
	operation: 'getAll',
	simplify: false,
	...more,
});

async function records(resource: string, more: INodeParameters = {}): Promise<IDataObject[]> {
	const { items, error } = await run(many(resource, { returnAll: true, ...more }));
	expect(error && `${error.message} ${error.description}`).toBeUndefined();
	return items.map(({ json }) => json);
}

const saidBy = ({ error }: NodeResult): string => `${error?.message} ${error?.description}`;

/** Several records in each list. */
async function fill(): Promise<Record<string, string>> {
	const ids = await seeded();
	addCalls(2, { queue: 'Sales queue', recorded: true, answeredAt: Date.parse('2026-11-20T11:00:00Z') });
	addCalls(2, { voicemailSeconds: 20 });
	for (const id of [80, 120]) simulator.world.addCall({ id: id * 1_000_000_001 });
	for (const firstName of ['Ben', 'Cleo'])
		await run({ resource: 'contact', operation: 'create', additionalFields: { firstName, lastName: 'Rahman' } });
	await run({ resource: 'queueGroup', operation: 'create', name: 'Back' });
	await run({ resource: 'callMeBackSetting', operation: 'create', additionalFields: { name: 'Office' } });
	await run({ resource: 'apiToken', operation: 'create', name: 'Other', expiry: 0 });
	addCalls(1, { endedAt: null });
	simulator.requests.length = 0;
	return ids;
}

interface Offered {
	filters: INodeProperties | undefined;
	options: INodeProperties[];
}

/** The fields that the editor shows of an operation. */
async function offered(resource: string, operation: string): Promise<Offered> {
	await loadPackage();
	const { properties } = loader.getNode('voipStudio').type.description as INodeTypeDescription;
	const shown = properties.filter(
		({ displayOptions: { show = {} } = {} }) =>
			show.resource?.includes(resource) === true && show.operation?.includes(operation) === true,
	);
	const options = shown.find(({ name }) => name === 'options')?.options ?? [];
	return { filters: shown.find(({ name }) => name === 'filters'), options: options as INodeProperties[] };
}

/** The values of a drop-down below a field. */
function choicesIn(field: INodeProperties | undefined, name: string): string[] {
	const rows = (field?.options as Array<{ values?: INodeProperties[] }> | undefined) ?? [];
	const dropDown = rows.flatMap(({ values = [] }) => values).find((one) => one.name === name);
	return (dropDown?.options ?? []).map((option) => ('value' in option ? written(option.value) : ''));
}

describe('Every list', () => {
	it('is one of 17, and 11 single records can be got, so that none is left out below', () => {
		expect([LISTS.length, SINGLES.length]).toEqual([17, 11]);
	});

	it.each(LISTS)('of %s can be filtered and grouped, by properties that its records have', async (resource) => {
		await fill();
		const { filters, options } = await offered(resource, 'getAll');
		const properties = choicesIn(filters, 'property').filter((name) => name !== '__custom');
		const groupBy = options.find(({ name }) => name === 'groupBy');
		const groups = (groupBy?.options ?? []).map((option) => ('value' in option ? written(option.value) : ''));
		expect(groups).toEqual(properties);
		expect(properties).toContain('id');
		const known = new Set((await records(resource)).flatMap((record) => Object.keys(record)));
		expect(properties.filter((name) => !known.has(name))).toEqual([]);
		expect(filters?.displayName).toBe('Filters');
	});

	it.each(LISTS)('of %s gives by a filter the one record that meets it', async (resource) => {
		await fill();
		const all = await records(resource);
		const [wanted] = all.slice(-1);
		const found = await records(resource, where(['id', 'eq', written(wanted.id)]));
		expect(found).toEqual([wanted]);
		const others = await records(resource, where(['id', 'ne', written(wanted.id)]));
		expect(others).toEqual(all.slice(0, -1));
	});

	it.each(LISTS)('of %s gives one record for each group', async (resource) => {
		await fill();
		const { options } = await offered(resource, 'getAll');
		const [property = 'id'] = [options.find(({ name }) => name === 'groupBy')?.default].map(written);
		const kinds = new Set((await records(resource)).map((record) => JSON.stringify(record[property])));
		simulator.requests.length = 0;
		const groups = await records(resource, { options: { groupBy: property } });
		expect(simulator.requests[0].query.group_by).toBe(property);
		expect(new Set(groups.map((group) => JSON.stringify(group[property])))).toEqual(kinds);
		expect(groups).toHaveLength(kinds.size);
	});

	// That of Call Me Back tells the total of all calls, whatever the period.
	it.each(LISTS.filter((resource) => resource !== 'callMeBackCdr'))(
		'of %s is counted by one request, with the filter, and without handing out a record',
		async (resource) => {
			await fill();
			const all = await records(resource);
			const counted = async (more: INodeParameters): Promise<IDataObject[]> => {
				simulator.requests.length = 0;
				const { items, error } = await run(many(resource, { ...more, options: { countOnly: true } }));
				expect(error).toBeUndefined();
				expect(simulator.requests).toHaveLength(1);
				expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
				return items.map(({ json }) => json);
			};
			expect(await counted({})).toEqual([{ total: all.length }]);
			expect(await counted({ returnAll: true })).toEqual([{ total: all.length }]);
			expect(await counted(where(['id', 'ne', written(all[0].id)]))).toEqual([{ total: all.length - 1 }]);
			expect(await counted(where(['id', 'eq', '1234567890123']))).toEqual([{ total: 0 }]);
		},
	);

	it.each(WITHOUT_PARAMETERS)(
		'of %s sends nothing of this unasked, as its page says "No parameters"',
		async (resource) => {
			await fill();
			await records(resource);
			await run(many(resource, { options: { countOnly: true } }));
			expect(simulator.requests.map(({ query }) => ({ ...query }))).toEqual([{}, {}]);
		},
	);
});

describe('Count Only', () => {
	it('fails where no total is told, or one below the records that came: neither is a count', async () => {
		addCalls(3);
		simulator.faces.voipstudio.change({ totals: 'none' });
		const none = await run(many('cdr', { options: { countOnly: true } }));
		expect(saidBy(none)).toContain("did not tell how many records there are Its answer has no 'total'");
		await simulator.close();
		await startSimulator({ rewrite: (_request, body) => ({ ...(body as object), total: 0 }) });
		addCalls(3);
		const wrong = await run(many('cdr', { options: { countOnly: true } }));
		expect(saidBy(wrong)).toContain("1 records and a 'total' of 0");
		expect(none.items.concat(wrong.items)).toEqual([]);
	});

	it('does not answer for whole calls, which are fewer than the records of their legs', async () => {
		addCalls(3);
		const { items, error } = await run(many('cdr', { output: 'full', options: { countOnly: true } }));
		expect(error).toBeUndefined();
		expect(items).toHaveLength(3);
		expect(items[0].json).toHaveProperty('callId');
	});
});

describe('A list whose page says "No parameters"', () => {
	it.each(WITHOUT_PARAMETERS)(
		'of %s that does not heed a filter is an error: nobody may hang up other calls than he asked for',
		async (resource) => {
			await fill();
			const [first] = await records(resource);
			simulator.faces.voipstudio.change({ callMeBackParameters: 'ignored' });
			for (const options of [{}, { countOnly: true }]) {
				const result = await run(many(resource, { ...where(['id', 'eq', '17']), options }));
				expect(saidBy(result)).toContain("did not filter this list by 'id' Records came that the condition leaves out");
				expect(result.items).toEqual([]);
			}
			// All that came may have passed.
			expect(await records(resource, where(['id', 'gte', '1']))).toContainEqual(first);
		},
	);

	it.each(WITHOUT_PARAMETERS)('of %s that refuses a filter says so', async (resource) => {
		await fill();
		simulator.faces.voipstudio.change({ callMeBackParameters: 'refused' });
		const result = await run(many(resource, where(['id', 'eq', '17'])));
		expect(saidBy(result)).toContain('filter: Unknown parameter');
	});
});

describe('Every single record', () => {
	const ID_FIELDS: Record<string, [parameter: string, id: string]> = {
		call: ['callId', 'live'],
		callMeBackButton: ['buttonId', 'button'],
		callMeBackSetting: ['settingId', 'setting'],
		chat: ['chatId', 'chat'],
		contact: ['contactId', 'contact'],
		fax: ['faxId', 'fax'],
		queue: ['queueId', 'queue'],
		queueGroup: ['queueGroupId', 'group'],
		recording: ['recordingId', 'recording'],
		sms: ['smsId', 'sms'],
		voicemail: ['voicemailId', 'voicemail'],
	};

	it.each(SINGLES)(
		'of %s has its links where they are asked for, also beside the fields of Simplify',
		async (resource) => {
			const ids: Record<string, string> = { ...(await fill()), queue: '8001' };
			const [parameter, id] = ID_FIELDS[resource];
			const get = async (more: INodeParameters): Promise<IDataObject> => {
				const { items, error } = await run({ resource, operation: 'get', [parameter]: ids[id], ...more });
				expect(error).toBeUndefined();
				return items[0].json;
			};
			const plain = await get({});
			expect(plain).not.toHaveProperty('links');
			expect(await get({ options: { includeLinks: true } })).toEqual({ ...plain, links: {} });
			simulator.faces.voipstudio.change({ links: 'filled' });
			const [, collection] = /^\S+ (\/\w+)\/\{id\}$/.exec(operationOf(resource)) ?? [];
			const linked = await get({ options: { includeLinks: true } });
			expect(linked.links).toEqual({ collection: collection ?? expect.stringContaining('/callmeback/') });
			expect(await get({})).toEqual(plain);
		},
	);

	function operationOf(resource: string): string {
		return operations.find((one) => one.resource === resource && one.operation === 'get')?.request ?? '';
	}
});

describe('A value that no record is known to have', () => {
	it.each([
		[
			'type',
			'eq',
			'missed',
			["'Type' in 'Filters' is compared with missed", 'Known are: I (Inbound), M (Missed), O (Outbound).'],
		],
		[
			'disposition',
			'in',
			'BUSY, answered',
			["'Disposition' in 'Filters' is compared with answered", 'Known are: BUSY, CONNECTED, FAILED, NO ANSWER.'],
		],
		['type', 'eq', 'm', []],
		['disposition', 'like', 'ANSWER', []],
		['src', 'eq', 'missed', []],
	])(
		'is told in the editor, or no calls would be taken for none missed: %s %s %s',
		async (property, operator, value, told) => {
			const ran = await run(many('cdr', where([property, operator, value])));
			expect(ran.error).toBeUndefined();
			const hints = Object.values(ran.run.data.resultData.runData).flatMap(([task]) => task.hints ?? []);
			expect(hints).toHaveLength(told.length === 0 ? 0 : 1);
			for (const part of told) expect(hints[0].message).toContain(part);
		},
	);
});
