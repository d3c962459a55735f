import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';

const RUNS = join(__dirname, '..', '..', 'build', 'runs');

/** Notes an operation or event that was run; `tools/completeness.ts` wants all of them. */
export function noteRun(node: string, what: string): void {
	append('operations-run.txt', `${node} ${what}`);
}

/** Notes the shape of what came out; `tools/schemas.ts` makes the editor's output schemas of it. */
export function noteOutput(node: string, what: string, records: IDataObject[]): void {
	for (const record of records.slice(0, 20)) {
		if (typeof record === 'object' && record !== null && !('error' in record)) {
			append('operations-output.ndjson', JSON.stringify({ node, what, shape: shapeOf(record) }));
		}
	}
}

export type Shape = string | { [field: string]: Shape } | Shape[];

export function shapeOf(value: unknown): Shape {
	if (value === null || value === undefined) return 'null';
	if (Array.isArray(value)) return value.slice(0, 3).map(shapeOf);
	if (typeof value !== 'object') return typeof value;
	return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, shapeOf(inner)]));
}

function append(file: string, line: string): void {
	// What runs in a tool or a benchmark proves nothing.
	if (process.env.TEST_RUN === undefined) return;
	appendFileSync(join(RUNS, process.env.TEST_RUN, file), `${line}\n`);
}
