import { createServer } from 'node:http';

/**
 * A provider that costs nothing: VoIPstudio's CDR list, made once and sent as bytes, so that what is measured is the reader. Run as `tsx bench/server.ts ROWS`; prints its port.
 */
const rows = Number(process.argv[2]);
const FIRST = Date.parse('2026-01-01T00:00:00Z');

/** As people and their entries are written: five scripts, quotes, commas, line breaks and emoji. */
const NAMES = [
	'Nguyễn Văn Á',
	'Ștefan Ionuț',
	'Zoë',
	'Søren Ø',
	'Ирина Ёлкина',
	'李小龍',
	'محمد علي',
	'O"Hara, Ann',
	'Front desk\nsecond floor',
	'Émile 😀',
	'Agent Smith',
];

/** A record with the fields of the provider's reference; the values vary so that nothing compresses to a constant. */
function cdr(id: number): object {
	const at = new Date(FIRST + id * 3000).toISOString().slice(0, 19).replace('T', ' ');
	const seconds = (id * 7919) % 900;
	return {
		id,
		call_id: `uk003.${id.toString(16)}.${seconds}`,
		calldate: at,
		clid: `"+4420${10_000_000 + id}" <+4420${10_000_000 + id}>`,
		src: `4420${10_000_000 + id}`,
		src_id: String(1000 + (id % 50)),
		src_name: NAMES[id % NAMES.length],
		src_codec: 'OPUS',
		src_ua: 'VoIPstudio 3.4.0 / win32',
		dst: `346${1_000_000 + (id % 9_000_000)}`,
		dst_id: null,
		dst_name: 'Spain Mobile (Local)',
		dst_codec: 'PCMA',
		dst_ua: '',
		destination: 'Spain Mobile',
		context: 'LOCAL_USER',
		disposition: seconds % 5 === 0 ? 'NO ANSWER' : 'CONNECTED',
		type: ['I', 'O', 'M'][id % 3],
		duration: seconds + 12,
		billsec: seconds,
		charge: seconds / 1000,
		rate: 0.035,
		t_cause: 'NORMAL_CLEARING',
		user_id: 1000 + (id % 50),
		sip_endpoint_id: id % 50,
		server_id: 3,
		live_id: 4_000_000_000 + id,
		root_live_id: 4_000_000_000 + id,
		parent_live_id: null,
		is_root: true,
		info: null,
	};
}

// All records once, commas between them, made before anybody measures: any page is a piece of it, whatever its size.
const ends = new Uint32Array(rows + 1);
const list = Buffer.alloc(rows * 1100);
let length = 0;
for (let id = 1; id <= rows; id++) {
	length += list.write(JSON.stringify(cdr(id)), length);
	ends[id] = length;
	length += list.write(',', length);
}
const head = Buffer.from('{"data":[');
const tail = Buffer.from(`],"total":${rows}}`);

/** The pieces that a page is sent in. */
function page(number: number, limit: number): Buffer[] {
	const from = Math.min((number - 1) * limit, rows);
	const to = Math.min(from + limit, rows);
	return from === to ? [head, tail] : [head, list.subarray(from === 0 ? 0 : ends[from] + 1, ends[to]), tail];
}

const one = Buffer.from(JSON.stringify({ data: cdr(1), links: {} }));

const server = createServer((request, response) => {
	const url = new URL(request.url ?? '/', 'http://127.0.0.1');
	// Anything but the list is one record, as small as the address of one is.
	const pieces =
		url.pathname !== '/cdrs'
			? [one]
			: page(Number(url.searchParams.get('page') ?? 1), Number(url.searchParams.get('limit') ?? 5000));
	response.writeHead(200, {
		'content-type': 'application/json',
		'content-length': pieces.reduce((sum, { length }) => sum + length, 0),
	});
	for (const piece of pieces) response.write(piece);
	response.end();
});
server.listen(0, '127.0.0.1', () => {
	const address = server.address();
	if (typeof address === 'object' && address !== null) process.stdout.write(`${address.port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
