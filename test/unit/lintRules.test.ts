import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const ROOMS = readdirSync(join(ROOT, 'nodes', 'shared'));

interface Example {
	readonly file: string;
	readonly code: string;
}

interface Linted {
	readonly fired: string[][];
	readonly rooms: string[];
	readonly unnamed: string[];
}

/** Files as if they held only this code. ESLint cannot be loaded into Jest, as its configuration is a module. */
function lint(examples: Example[]): Linted {
	const folder = mkdtempSync(join(tmpdir(), 'lint-'));
	try {
		const file = join(folder, 'examples.json');
		writeFileSync(file, JSON.stringify(examples));
		const printed = execFileSync(process.execPath, [join(__dirname, 'runLint.mjs'), file], { encoding: 'utf8' });
		return JSON.parse(printed) as Linted;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function importing(file: string, from: string): Example {
	return { file, code: `import type { Any } from '${from}';\nexport type Other = Any;\n` };
}

/** A file of a room, for imports between rooms to lead to. */
function fileOf(room: string): string {
	const [file] = readdirSync(join(ROOT, 'nodes', 'shared', room)).filter((name) => name.endsWith('.ts'));
	return file.replace('.ts', '');
}

const PAIRS = ROOMS.flatMap((from) => ROOMS.filter((to) => to !== from).map((to) => [from, to] as const));

const FORBIDDEN: ReadonlyArray<[what: string, file: string, from: string]> = [
	['what providers share knows a provider', 'nodes/shared/trigger/example.ts', '../../Voipcloud/api'],
	['a provider knows another', 'nodes/VoipStudio/lists/example.ts', '../../Voipcloud/api'],
	['the package needs what it does not contain', 'nodes/shared/values/example.ts', '../../../harness/failure'],
	['the simulator knows the nodes that it tests', 'simulator/example.ts', '../nodes/VoipStudio/api'],
	['the harness knows the tools', 'harness/example.ts', '../tools/docs/examples'],
];

const NAMED = ['export const voipcloudOnly = 1;', "export const name = 'VoIPstudio';", '/** As While1 does. */'];

const EXAMPLES = {
	rooms: PAIRS.map(([from, to]) => importing(`nodes/shared/${from}/example.ts`, `../${to}/${fileOf(to)}`)),
	forbidden: FORBIDDEN.map(([, file, from]) => importing(file, from)),
	allowed: [
		importing('nodes/VoipStudio/lists/example.ts', '../../shared/request/provider'),
		importing('nodes/shared/values/example.ts', './values'),
		{ file: 'nodes/VoipStudio/example.ts', code: NAMED[1] },
	],
	// values.ts imports nesting.ts.
	circle: [importing('nodes/shared/values/nesting.ts', './values')],
	named: NAMED.map((code) => ({ file: 'nodes/shared/values/example.ts', code })),
};

describe('the lint rules on who may import whom', () => {
	let linted: Linted;
	const firedFor = (kind: keyof typeof EXAMPLES): string[][] => {
		const kinds = Object.keys(EXAMPLES) as Array<keyof typeof EXAMPLES>;
		const before = kinds.slice(0, kinds.indexOf(kind)).reduce((sum, other) => sum + EXAMPLES[other].length, 0);
		return linted.fired.slice(before, before + EXAMPLES[kind].length);
	};

	beforeAll(() => {
		linted = lint(Object.values(EXAMPLES).flat());
	}, 120_000);

	it('let a room of nodes/shared know only the rooms before it', () => {
		const { rooms } = linted;
		const fired = firedFor('rooms');
		expect([...rooms].sort()).toEqual([...ROOMS].sort());
		expect(PAIRS.map((pair, i) => [...pair, fired[i]])).toEqual(
			PAIRS.map(([from, to]) => {
				const isUpward = rooms.indexOf(to) > rooms.indexOf(from);
				return [from, to, isUpward ? ['import-x/no-restricted-paths'] : []];
			}),
		);
	});

	it.each(FORBIDDEN.map(([what], i) => [what, i] as const))('fail if %s', (_what, i) => {
		expect(firedFor('forbidden')[i]).toContain('import-x/no-restricted-paths');
	});

	it('fail on a circle of imports, also of types', () => {
		expect(firedFor('circle')).toEqual([['house/no-circle']]);
	});

	it('fail on the name of a provider in nodes/shared, in code, texts and comments', () => {
		expect(firedFor('named')).toEqual(NAMED.map(() => ['house/no-provider-name']));
	});

	it('know how the name of each provider is written', () => {
		expect(linted.unnamed).toEqual([]);
	});

	it('leave alone what keeps to them', () => {
		expect(firedFor('allowed')).toEqual(EXAMPLES.allowed.map(() => []));
	});
});
