import fc from 'fast-check';
import type { IDataObject, IExecutePaginationFunctions, INode } from 'n8n-workflow';

import type { exportRecords as Export } from '../../nodes/VoipStudio/export/export';
import type * as ndjson from '../../nodes/VoipStudio/export/ndjson';

/** `EXPORT_RUNS=7000 EXPORT_SEED=5 npx jest test/unit/exportBothWays` runs more, and different, cases: some 20,000 answers. */
const RUNS = Number(process.env.EXPORT_RUNS ?? 600);
const SEED = Number(process.env.EXPORT_SEED ?? 17);
jest.setTimeout(300_000 + RUNS * 500);

type Read = typeof ndjson.readAsLines;

/** The export with a way of reading of its own; what waits between two tries does not wait. */
function exportWith(readAsLines: (usual: Read) => Read): typeof Export {
	let module: { exportRecords: typeof Export } | undefined;
	jest.isolateModules(() => {
		jest.doMock('../../nodes/VoipStudio/export/ndjson', () => {
			const usual = jest.requireActual<typeof ndjson>('../../nodes/VoipStudio/export/ndjson');
			return { ...usual, readAsLines: readAsLines(usual.readAsLines) };
		});
		jest.doMock('../../nodes/shared/request/pause', () => ({ pause: async () => {} }));
		module = jest.requireActual<{ exportRecords: typeof Export }>('../../nodes/VoipStudio/export/export');
	});
	if (module === undefined) throw new Error('The export was not loaded');
	return module.exportRecords;
}

let answersRead = 0;
let readByLine = 0;
const throughObjects = exportWith(() => () => undefined);
const throughLines = exportWith((usual) => (bytes) => {
	const body = usual(bytes);
	answersRead++;
	if (body !== undefined) readByLine++;
	return body;
});

/** How a JSON text is written: as most programs do, as PHP does, with blanks. */
type Style = 'compact' | 'php' | 'spaced' | 'pretty';

/** A record as a text: fields may come twice, numbers may be written as nobody would. */
type Field = readonly [name: string, value: string];

function json(value: unknown, style: Style): string {
	const written = style === 'pretty' ? JSON.stringify(value, null, 2) : JSON.stringify(value);
	if (style !== 'php') return written;
	return written
		.replaceAll('/', '\\/')
		.replace(/[\x80-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function recordText(fields: readonly Field[], style: Style): string {
	const [colon, comma] = { compact: [':', ','], php: [':', ','], spaced: [': ', ', '], pretty: [': ', ',\n  '] }[style];
	return `{${fields.map(([name, value]) => `${JSON.stringify(name)}${colon}${value}`).join(comma)}}`;
}

const TEXTS = fc.oneof(
	fc.constantFrom('', 'CONNECTED', 'Ann Lee', '+34600000000', '-5', '=1+1', '+1 2', '-', '@x', '"John" <100>', 'a,b'),
	fc.constantFrom(
		'=a,b',
		'"',
		'""',
		'","',
		'"a":',
		'},{"id":1',
		'\\',
		'a\\"b',
		' x',
		'x ',
		'\u00a0x',
		'Zoë',
		'ñ, "ü"',
		'日本',
	),
	fc.constantFrom(
		'a\nb',
		'\t',
		'a\r\n',
		'\u0000',
		'\u2028',
		'\ud800',
		'\ufffd',
		'\ufeff',
		'win / 32',
		'{"x"',
		'$1',
		'&',
	),
	fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const STYLES = fc.oneof(
	{ weight: 12, arbitrary: fc.constant<Style>('compact') },
	{ weight: 3, arbitrary: fc.constant<Style>('php') },
	{ weight: 1, arbitrary: fc.constantFrom<Style>('spaced', 'pretty') },
);
const VALUES = fc.oneof(
	{ weight: 6, arbitrary: fc.tuple(TEXTS, STYLES).map(([text, style]) => json(text, style)) },
	{
		weight: 4,
		arbitrary: fc.oneof(
			fc.constantFrom(
				'null',
				'true',
				'false',
				'[]',
				'{}',
				'0',
				'-0',
				'1.0',
				'1.50',
				'0.035',
				'0.0000001',
				'1e3',
				'1E-7',
			),
			fc.constantFrom('9007199254740993', '123456789012345', '-1234567890123456789', '0.1234567', '999999999.999999'),
			fc.integer().map(String),
			fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
		),
	},
	{ weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)) },
	{
		weight: 1,
		arbitrary: fc.constantFrom(`${'['.repeat(120)}${']'.repeat(120)}`, '01', '+1', 'NaN', "'x'", '"\\x"', '"\t"'),
	},
);
const NAMES = fc.constantFrom(
	'src',
	'dst',
	'calldate',
	'clid',
	'labels',
	'late',
	'7',
	'__proto__',
	'a b',
	'naïve',
	'toString',
);

interface Row {
	readonly fields: readonly Field[];
	readonly style: Style;
}

/** Most lists have one or two sets of fields, plainly written; any record may be odd. */
const LISTS = fc
	.tuple(
		fc.array(fc.uniqueArray(fc.constantFrom('src', 'dst', 'clid', 'calldate', 'billsec', 'rate'), { minLength: 1 }), {
			minLength: 1,
			maxLength: 3,
		}),
		fc.integer({ min: 0, max: 60 }),
	)
	.chain(([sets, rows]) => {
		const plainValue = fc.oneof(
			fc.constantFrom(
				'"CONNECTED"',
				'"34600000000"',
				'12',
				'0.035',
				'null',
				'"\\"A B\\" <100>"',
				'"a, b"',
				'""',
				'"x \\/ y"',
			),
			fc.integer({ min: 0, max: 9999 }).map(String),
		);
		const row = fc.oneof(
			{
				weight: 30,
				arbitrary: fc
					.constantFrom(...sets)
					.chain((names) =>
						fc
							.tuple(...names.map((name) => plainValue.map((value): Field => [name, value])))
							.map((fields): Row => ({ fields, style: 'compact' })),
					),
			},
			{
				weight: 1,
				arbitrary: fc
					.tuple(fc.constantFrom(...sets), STYLES)
					.chain(([names, style]) =>
						fc
							.tuple(...names.map((name) => VALUES.map((value): Field => [name, value])))
							.map((fields): Row => ({ fields, style })),
					),
			},
			{
				weight: 1,
				arbitrary: fc.record({ fields: fc.array(fc.tuple(NAMES, VALUES), { maxLength: 4 }), style: STYLES }),
			},
		);
		return fc.array(row, { minLength: rows, maxLength: rows });
	});

/** What is around the list in an answer. */
const ENVELOPES = fc.oneof(
	{
		weight: 12,
		arbitrary: fc.constantFrom(
			'{"data":#,"total":@}',
			'{"total":@,"data":#}',
			'{"ok":true,"data":#,"links":{"next":null},"total":@}',
		),
	},
	{
		weight: 3,
		arbitrary: fc.constantFrom(
			'{"data":#}',
			'{"data":#,"total":"@"}\n',
			'{"data":#,"total":null}',
			'{"data":#,"data":[],"total":@}',
			'{"data":#,"data":#,"total":@}',
			'{"data":5,"data":#,"total":@}',
			'{"data":#,"data":0}',
			'{"links":{"data":#},"data":#,"total":@}',
			'{"links":{"data":#},"total":@}',
			'{ "data": #, "total": @ }',
			'[#]',
			'#',
			'{"data":#,"total":@}}',
			'{"data":#,"total":@',
			'{"data":#,"total":@]',
			'{"data":#"total":@}',
			'{"data":{"data":#},"total":@}',
			'{"message":"slow down","data":#,"total":@}',
		),
	},
);

/** What goes wrong with an answer. */
interface Mishap {
	readonly kind: 'none' | 'cut' | 'byte' | 'mark' | 'error' | 'page' | 'stranger' | 'refused' | 'joined' | 'empty';
	readonly at: number;
	readonly byte: number;
}
const MISHAPS = fc.record<Mishap>({
	kind: fc.oneof(
		{ weight: 20, arbitrary: fc.constant<Mishap['kind']>('none') },
		{
			weight: 4,
			arbitrary: fc.constantFrom<Mishap['kind']>(
				'cut',
				'byte',
				'mark',
				'error',
				'page',
				'stranger',
				'refused',
				'joined',
				'empty',
			),
		},
	),
	at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
	byte: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xff, 0xc3, 0x22, 0x2c, 0x7d, 0x5d, 0x5c)),
});

interface Scenario {
	readonly rows: readonly Row[];
	readonly idsFirst: boolean;
	readonly rising: boolean;
	readonly envelope: string;
	readonly total: 'right' | 'none' | 'more';
	readonly clamp: number;
	readonly mishaps: readonly Mishap[];
	/** How many records are deleted before an answer, and from where on. */
	readonly deleted: ReadonlyArray<readonly [count: number, at: number]>;
	readonly pieceLength: number;
}

const SCENARIOS = fc.record<Scenario>({
	rows: LISTS,
	idsFirst: fc.boolean(),
	rising: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
	envelope: ENVELOPES,
	total: fc.constantFrom('right', 'none', 'more'),
	clamp: fc.integer({ min: 5, max: 70 }),
	mishaps: fc.array(MISHAPS, { maxLength: 12 }),
	deleted: fc.array(fc.tuple(fc.constantFrom(0, 0, 0, 1, 3, 12), fc.double({ min: 0, max: 1, noNaN: true })), {
		maxLength: 8,
	}),
	pieceLength: fc.constantFrom(7, 1000, 1_000_000),
});

interface Answer {
	readonly statusCode: number;
	readonly bytes: Buffer;
}

function answerTo(scenario: Scenario, number: number, page: number, limit: number, rows: readonly string[]): Answer {
	const { kind, at, byte } = scenario.mishaps[number] ?? { kind: 'none', at: 0, byte: 0 };
	if (kind === 'error')
		return { statusCode: byte % 2 === 0 ? 500 : 400, bytes: Buffer.from('{"message":"no","errors":[]}') };
	if (kind === 'page')
		return { statusCode: 200, bytes: Buffer.from('<html><body>{"data":[{"id":1}],"total":1}</body></html>') };
	if (kind === 'empty') return { statusCode: 200, bytes: Buffer.alloc(0) };
	const size = Math.min(limit, scenario.clamp);
	const some = rows.slice((page - 1) * size, page * size);
	if (kind === 'stranger')
		some.splice(Math.floor(at * some.length), 0, ['5', 'null', '"x"', '[{"id":1}]', ''][byte % 5]);
	const list = `[${some.join(kind === 'joined' ? ' , ' : ',')}]`;
	const total = rows.length + (scenario.total === 'more' ? 1000 : 0);
	const envelope = scenario.total === 'none' ? scenario.envelope.replace('"total":@', '"other":1') : scenario.envelope;
	let bytes = Buffer.from(envelope.replaceAll('#', () => list).replaceAll('@', String(total)));
	const place = Math.floor(at * bytes.length);
	if (kind === 'cut') bytes = bytes.subarray(0, place);
	if (kind === 'byte') bytes[place] = byte;
	if (kind === 'mark') bytes = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
	return { statusCode: kind === 'refused' ? 503 : 200, bytes };
}

interface Outcome {
	/** The records in it, each written anew. */
	readonly file?: string[];
	readonly item?: IDataObject;
	readonly error?: unknown;
	readonly asked: unknown[];
}

/** What a user gets: the records of the file and the item, or the error; and what was asked of the provider for it. */
async function outcome(operation: typeof Export, scenario: Scenario): Promise<Outcome> {
	let rows = scenario.rows.map(({ fields, style }, i) => {
		const id: Field = ['id', String(scenario.rising ? 3 * i + 1 : (i * 7919) % 101)];
		return recordText(scenario.idsFirst ? [id, ...fields] : [...fields, id], style);
	});
	const asked: unknown[] = [];
	let file: string[] = [];
	const parameters: IDataObject = {
		format: 'ndjson',
		rows: 'records',
		period: 'all',
		options: {},
	};
	const context = {
		getNode: (): INode => ({
			id: '1',
			name: 'Export',
			type: 'voipStudio',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		}),
		getItemIndex: () => 0,
		getTimezone: () => 'UTC',
		getNodeParameter: (name: string, fallback?: unknown) => parameters[name] ?? fallback,
		getCredentials: async () => ({ apiKey: 'secret-key', baseUrl: 'https://api.example.com' }),
		getWorkflow: () => ({ id: '1' }),
		logger: { warn: () => {} },
		helpers: {
			httpRequestWithAuthentication: async (_type: string, { qs }: { qs: { page: number; limit: number } }) => {
				const [count, at] = scenario.deleted[asked.length] ?? [0, 0];
				const from = Math.floor(at * rows.length);
				if (asked.length > 0) rows = [...rows.slice(0, from), ...rows.slice(from + count)];
				const { statusCode, bytes } = answerTo(scenario, asked.length, qs.page, qs.limit, rows);
				asked.push({ ...qs });
				if (asked.length > 300) throw new Error('It does not end');
				const body = Object.assign(
					(async function* () {
						for (let i = 0; i < bytes.length; i += scenario.pieceLength)
							yield bytes.subarray(i, i + scenario.pieceLength);
					})(),
					{ destroy: () => {} },
				);
				return { statusCode, headers: {}, body };
			},
			prepareBinaryData: async (stream: AsyncIterable<Buffer>) => {
				const pieces: Buffer[] = [];
				for await (const piece of stream) pieces.push(Buffer.from(piece));
				const lines = Buffer.concat(pieces).toString().split('\n');
				expect(lines.pop()).toBe('');
				file = lines.map((line) => JSON.stringify(JSON.parse(line)));
				return { data: '', mimeType: 'text/plain' };
			},
		},
	} as unknown as IExecutePaginationFunctions;
	const request = { url: '/cdrs', method: 'GET' as const, qs: { sort: 'id', dir: 'ASC' } };
	try {
		const [{ json: item }] = await operation.call(context, request);
		return { file, item, asked };
	} catch (error) {
		const { message, description, httpCode } = error as { message: string; description?: string; httpCode?: string };
		return { error: { message, description, httpCode }, asked };
	}
}

it('writes the same records, says the same and asks the same whether lines or records are read', async () => {
	let files = 0;
	await fc.assert(
		fc.asyncProperty(SCENARIOS, async (scenario) => {
			const byLines = await outcome(throughLines, scenario);
			if (byLines.file !== undefined) files++;
			expect(byLines).toEqual(await outcome(throughObjects, scenario));
		}),
		{ seed: SEED, numRuns: RUNS },
	);
	// Many files were written, and most answers were read by lines, or nothing was compared.
	expect(files).toBeGreaterThan(RUNS / 4);
	expect(answersRead).toBeGreaterThan(2 * RUNS);
	expect(readByLine / answersRead).toBeGreaterThan(0.25);
	if (RUNS > 1000) process.stdout.write(`${answersRead} answers compared, ${readByLine} of them read by lines\n`);
});
