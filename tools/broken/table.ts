/** How a broken node is written. */
export interface Broken {
	/** The statements that it breaks: `section: says`. */
	readonly rows?: RegExp;
	/** A test that must fail with it besides: `file: part of the title`. */
	readonly proof?: string;
	readonly file: string;
	/** Replaced wherever it stands in the file. */
	readonly find: string;
	readonly put: string;
}

export type Row = [rows: RegExp, find: string, put: string];

export function inFile(file: string, ...rows: Row[]): Broken[] {
	return rows.map(([of, find, put]) => ({ rows: of, file, find, put }));
}

/** The names of parameters or fields, each written wrongly in turn. */
export function misnamed(
	file: string,
	rows: (name: string) => RegExp,
	written: (name: string) => string,
	names: string,
): Broken[] {
	return names.split(' ').map((name) => ({
		rows: rows(name),
		file,
		find: written(name),
		put: written(`${name}_`),
	}));
}

/** What a change of the code has broken before without any test noticing. */
export function guarded(file: string, ...changes: Array<[proof: string, find: string, put: string]>): Broken[] {
	return changes.map(([proof, find, put]) => ({ proof: `test/${proof}`, file, find, put }));
}
