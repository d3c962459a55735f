import type { IDataObject } from 'n8n-workflow';

import { DAY, edits, HOUR, rootOf, type Call, type Row } from './calls';
import { recordIds, writtenAt } from './ids';
import { asJson, type Account, type HttpAnswer, type ModelProvider, type Setup } from './provider';

const PAGE = 40;
/** What capped pages hold. */
const CAP = 10;
const NEXT_YEAR = 365 * DAY;
const USERS = { Sales: 153, Support: 154 };
/** A queue has an ID and a number, which is its extension; the ID appears in no record. */
const QUEUES = { Sales: { id: 8001, number: 601 }, Support: { id: 8002, number: 602 } };

const setups: Setup[] = [
	{
		name: 'call detail records',
		parameters: { authentication: 'apiKey', event: 'cdr', itemPer: 'leg' },
		credentials: { baseUrl: 'https://pbx.test/v1.2/voipstudio' },
		// Times are UTC whatever the workflow's zone.
		timezone: 'America/New_York',
		filters: {
			answered: { outcome: ['answered'] },
			place: (place) => ({ users: String(USERS[place]), queues: String(QUEUES[place].id) }),
		},
	},
];

/** One entry of the parameter `filter`. */
interface Condition {
	readonly property: string;
	readonly operator: string;
	readonly value: string;
}

/** VoIPstudio's list of call detail records: `page`, `limit`, `sort`, `dir` and `filter` with `gte` and `lte` by `calldate`. */
export const voipStudioModel: ModelProvider = {
	name: 'VoIPstudio',
	module: 'nodes/VoipStudio/VoipStudioTrigger.node.ts',
	className: 'VoipStudioTrigger',
	type: 'voipStudioTrigger',
	credentialType: 'voipStudioApi',
	smallPages: [
		{ file: 'nodes/VoipStudio/api.ts', find: 'PAGE_SIZE = 5000', put: `PAGE_SIZE = ${PAGE}` },
		{ file: 'nodes/VoipStudio/calls/source.ts', find: 'LEAST_CAP = 100', put: `LEAST_CAP = ${CAP}` },
	],
	pageSize: PAGE,
	leastCap: CAP,
	setups,
	// A wrong zone may have one in which clocks change.
	slackMs: 0,
	isInOrder: true,
	lies: ['capped', 'counts the page', 'capped so', 'counts the account', 'dripping'],
	zones: ['America/New_York', 'Asia/Kolkata', 'Europe/Madrid'],
	copesWithCap: true,

	answer(request, rows, _setup, quirks, account): HttpAnswer {
		const { page = 1, limit = 25, sort, dir, filter } = request.qs as Record<string, string | undefined>;
		const conditions = filter === undefined ? [] : (JSON.parse(filter) as Condition[]);
		const isKnown = conditions.every(
			({ property, operator }) => property === 'calldate' && ['gte', 'lte'].includes(operator),
		);
		if (request.url !== '/cdrs' || sort !== 'id' || !isKnown) {
			return { statusCode: 400, headers: {}, body: { message: 'Filtration error', errors: [] } };
		}
		const sign = dir === 'DESC' ? -1 : 1;
		// A record is written when the call has ended.
		const written = rows.filter(({ finished }) => finished);
		const ids = recordIds(written, writtenAt);
		const all = written
			.filter((row) => conditions.length === 0 || passesAll(calldate(row), conditions))
			.map((row) => changed(record(row, ids.get(row) ?? NaN), account))
			.sort((a, b) => sign * (Number(a.id) - Number(b.id)));
		const { lie } = account;
		const size = Math.min(
			Number(limit),
			lie === 'dripping' ? 1 : lie === 'capped' || lie === 'capped so' ? CAP : Infinity,
		);
		const start = (Number(page) - 1) * size;
		const data = all.slice(start, start + size);
		const count =
			lie === 'counts the page' || lie === 'capped so'
				? data.length
				: lie === 'counts the account'
					? written.length + 1
					: all.length;
		const total = [{ total: count }, { total: String(count) }, { total: count }, {}][
			lie === null ? quirks.salt % 4 : quirks.salt % 3
		];
		return { statusCode: 200, headers: {}, body: asJson({ data, ...total }) };
	},

	hourly({ url }) {
		if (url !== '/queues') return undefined;
		const data = Object.entries(QUEUES).map(([name, queue]) => ({ ...queue, name, users: [], ring_strategy: 'A' }));
		return { statusCode: 200, headers: {}, body: { data, total: data.length } };
	},

	edits: () => edits,

	mark: (item) => Number(/^\+?4479(\d+)$/.exec((item.from as { number: string }).number)?.[1]),

	endOf(call, skewMs) {
		const { startedAt, endedAt, odd } = call;
		// A record without a date does not pass a filter by date: such a record is never listed to the trigger.
		if (endedAt === null || odd === 'undated' || odd === 'noStart') return 'never';
		if (odd === 'noEnd' || odd === 'endBeforeStart') return startedAt + skewMs;
		if (isLater(call)) return endedAt + skewMs + NEXT_YEAR;
		// A length of many years counts as the longest call there is.
		if (odd === 'garbage') return startedAt + skewMs + DAY;
		return endedAt + skewMs;
	},

	badAnswers: {
		'no list': { statusCode: 200, headers: {}, body: { data: null, total: 0 } },
		'an error': { statusCode: 200, headers: {}, body: { message: 'Try again later', errors: [] } },
		'no object': { statusCode: 200, headers: {}, body: [] },
		nothing: { statusCode: 200, headers: {}, body: '' },
		'no content': { statusCode: 204, headers: {}, body: '' },
	},
};

/**
 * Not promised: more than a page (5000 in truth) of records that are dated in the future. The slice after now cannot be cut
 * by time, and a poll may end before it: they wait until the host's clock has come to them. So only a few are; a host whose
 * clock is hours behind in a burst comes to the same, and other seeds than the usual one may find it.
 */
function isLater({ odd, mark }: Call): boolean {
	return odd === 'nextYear' && mark % 16 === 0;
}

/** As SQL compares: what is null passes nothing. */
function passes(calldate: string | null, { operator, value }: Condition): boolean {
	if (calldate === null) return false;
	return operator === 'gte' ? calldate >= value : calldate <= value;
}

function passesAll(date: string | null, conditions: readonly Condition[]): boolean {
	return conditions.every((condition) => passes(date, condition));
}

function calldate({ call, startedAt }: Row): string | null {
	if (call.odd === 'noStart' || call.odd === 'undated') return null;
	const at = startedAt + (isLater(call) ? NEXT_YEAR : 0);
	return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function record(row: Row, id: number): IDataObject {
	const { call, seconds } = row;
	return {
		id,
		calldate: calldate(row),
		type: call.answered ? 'I' : 'M',
		src: `4479${rootOf(call).mark}`,
		src_name: null,
		dst: String(QUEUES[call.place].number),
		dst_id: String(USERS[call.place]),
		dst_name: 'Ann',
		duration:
			call.odd === 'noEnd' || call.odd === 'undated' ? null : call.odd === 'endBeforeStart' ? -HOUR / 1000 : seconds,
		billsec: call.answered ? seconds : 0,
		disposition: call.answered ? 'CONNECTED' : 'NO ANSWER',
		charge: 0.02,
		user_id: USERS[call.place],
		live_id: 4_000_000_000 + call.mark,
		parent_live_id: null,
		...(call.leg && {
			parent_live_id: call.leg.root === null ? null : 4_000_000_000 + call.leg.root.mark,
			root_live_id: 4_000_000_000 + rootOf(call).mark,
			is_root: call.leg.root === null,
			...(call.leg.children !== undefined && { nb_children: call.leg.children }),
		}),
		...(call.odd === 'garbage' && {
			type: { id: 7 },
			dst: ['?'],
			duration: 1e300,
			billsec: 'abc',
			disposition: 7,
			user_id: {},
			live_id: 0,
			root_live_id: 0,
		}),
	};
}

function changed(row: IDataObject, { isRenamed, hasNewField, isRespelled }: Account): IDataObject {
	const texts = Object.fromEntries(
		['id', 'duration', 'billsec'].map((field) => {
			const value = row[field];
			return [field, typeof value === 'number' ? String(value) : value];
		}),
	);
	return {
		...(hasNewField && { recording_url: null }),
		...row,
		...(isRespelled && texts),
		...(isRenamed && { dst_name: 'Anna' }),
	};
}
