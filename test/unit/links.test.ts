import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '..', '..');

const pages = [
	...readdirSync(ROOT),
	...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => join('docs', file)),
	...readdirSync(join(ROOT, '.github'), { recursive: true, encoding: 'utf8' }).map((file) => join('.github', file)),
].filter((file) => file.endsWith('.md'));

/** What a link to a heading is called on GitHub; the second of two alike gets a number. */
function anchorsOf(file: string): Set<string> {
	const anchors = new Set<string>();
	const text = readFileSync(join(ROOT, file), 'utf8').replace(/^```[^]*?^```/gm, '');
	for (const [, heading] of text.matchAll(/^#+ (.+)$/gm)) {
		const name = heading
			.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\s_-]/gu, '')
			.replace(/\s/g, '-');
		let anchor = name;
		for (let count = 1; anchors.has(anchor); count++) anchor = `${name}-${count}`;
		anchors.add(anchor);
	}
	return anchors;
}

it.each(pages)('%s links to nothing that is not there, so that no reader ends at a 404', (page) => {
	const text = readFileSync(join(ROOT, page), 'utf8').replace(/^```[^]*?^```/gm, '');
	const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)].map(([, a, b]) => a ?? b);
	const broken = links
		.filter((link) => !/^(https?|mailto):/.test(link))
		.filter((link) => {
			const [path, anchor] = link.split('#');
			const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
			if (!existsSync(join(ROOT, target))) return true;
			return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
		});
	expect(broken).toEqual([]);
});
