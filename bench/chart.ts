interface Measured {
	[figure: string]: number;
}

const WIDTH = 760;
const BAR = 18;
const LABEL = 210;
const FULL = 210;

/** Two columns of bars, time and memory, a group for each contest. Readable on light and dark pages. */
export function chart(contests: ReadonlyMap<string, ReadonlyMap<string, Measured>>): string {
	const parts: string[] = [];
	let y = 10;
	for (const [title, results] of contests) {
		y += 24;
		parts.push(`<text x="10" y="${y}" font-weight="600">${escaped(title)}</text>`);
		const slowest = Math.max(...[...results.values()].map(({ seconds }) => seconds));
		const largest = Math.max(...[...results.values()].map(({ peakMb }) => peakMb));
		for (const [name, { seconds, peakMb }] of results) {
			y += BAR + 8;
			const isOurs = !/bare|HTTP Request/.test(name);
			const colour = isOurs ? '#0b6fb8' : '#9aa5b1';
			parts.push(`<text x="10" y="${y - 4}">${escaped(name)}</text>`);
			parts.push(bar(LABEL, y, (seconds / slowest) * FULL, colour, `${seconds.toFixed(2)} s`));
			parts.push(bar(LABEL + FULL + 80, y, (peakMb / largest) * (FULL - 50), colour, `${peakMb.toFixed(0)} MB`));
		}
		y += 10;
	}
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 10}" font-family="system-ui, sans-serif" font-size="13">`,
		`<rect width="100%" height="100%" rx="8" fill="#fff"/>`,
		`<g fill="#1f2933">${parts.join('')}</g>`,
		'</svg>',
		'',
	].join('\n');
}

function bar(x: number, y: number, length: number, colour: string, label: string): string {
	const width = Math.max(2, length);
	return `<rect x="${x}" y="${y - BAR}" width="${width.toFixed(1)}" height="${BAR}" rx="3" fill="${colour}"/><text x="${(x + width + 6).toFixed(1)}" y="${y - 4}">${label}</text>`;
}

function escaped(text: string): string {
	return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
