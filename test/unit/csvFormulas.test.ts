/** What a caller calls himself is no formula in the spreadsheet of whoever opens the export, whatever separates its cells there. */
import fc from 'fast-check';

import { csvLine } from '../../nodes/VoipStudio/export/csv';

/** The cells of a line as a spreadsheet reads them, with any separator; a quote within a cell is nothing special. */
function cellsOf(line: string, separator: string): string[] {
	const cells: string[] = [];
	let cell = '';
	let isQuoted = false;
	let isBeginning = true;
	for (let at = 0; at < line.length; at++) {
		const char = line[at];
		if (isQuoted && char === '"' && line[at + 1] === '"') cell += line[++at];
		else if (isQuoted) {
			if (char === '"') isQuoted = false;
			else cell += char;
		} else if (char === '"' && isBeginning) isQuoted = true;
		else if (char === separator || char === '\r' || char === '\n') {
			cells.push(cell);
			cell = '';
			isBeginning = true;
			continue;
		} else cell += char;
		isBeginning = false;
	}
	return [...cells, cell];
}

/** What a spreadsheet would calculate: it looks through blanks and what is invisible. */
function isFormula(cell: string): boolean {
	const visible = cell.replace(/^[\s\p{Cc}\p{Default_Ignorable_Code_Point}]+/u, '');
	return /^[=+\-@＝＋－＠]/.test(visible) && !/^[+-]?\d+(\.\d+)?$/.test(visible);
}

const ATTACKS = [
	...['=1+1', 'Ann;=1+1', 'Ann,=1+1', 'Bob\t=1+1', 'Bob\n=1+1', 'Bob\r\n=1+1', '＝1+1', '\u200B=1+1', '\0=1+1'],
	...["'+34 600;=HYPERLINK(A1)", 'x; \u2060=1+1', 'a;"=1+1"', ';;=1', ';\t;@x', '+34 600;+34 700', '\t=1', '-2+3,x'],
	...['a;-5,b', ' =1', '"=1+1', ';＋1', ';﻿-1+2'],
];

describe.each([',', ';', '\t'])('read with %j between cells', (separator) => {
	it.each(ATTACKS)('%j is a text', (attack) => {
		for (const line of [csvLine([attack], true), csvLine(['x', attack, 'y'], true)]) {
			expect(cellsOf(line, separator).filter(isFormula)).toEqual([]);
		}
	});

	it('no text is a formula', () => {
		const parts = fc.constantFrom(
			'=',
			'+',
			'-',
			'@',
			'＝',
			';',
			',',
			'\t',
			'\n',
			'\r',
			'"',
			"'",
			' ',
			'\u200B',
			'\0',
			'a',
			'1',
		);
		const texts = fc.array(parts, { maxLength: 12 }).map((each) => each.join(''));
		fc.assert(
			fc.property(fc.array(texts, { minLength: 1, maxLength: 3 }), (values) => {
				expect(cellsOf(csvLine(values, true), separator).filter(isFormula)).toEqual([]);
			}),
			{ numRuns: 2000 },
		);
	});
});

it.each([
	'+34600000000',
	'-5',
	'Ann Lee',
	'Müller',
	'a, b',
	'x;y',
	'',
	'12.5',
	'name@example.com',
	'+49;+34600000000'.slice(4),
])('%j stays as it is', (text) => {
	expect(cellsOf(csvLine([text], true).slice(0, -2), ',')).toEqual([text]);
});

it('takes time in proportion to the text', () => {
	const time = (text: string) => {
		const { user } = process.cpuUsage();
		csvLine([text], true);
		return (process.cpuUsage().user - user) / 1000;
	};
	for (const part of ['\t', ';-', '; ', '"', ';-1']) expect(time(part.repeat(250_000))).toBeLessThan(1000);
});
