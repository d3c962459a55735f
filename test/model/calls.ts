import { randomFrom, type Random } from '../../simulator/world/random';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What can be odd about a record; the adapter of a provider writes it into the fields it has. */
export const oddities = ['noStart', 'noEnd', 'undated', 'garbage', 'endBeforeStart', 'nextYear'] as const;
type Oddity = (typeof oddities)[number];

/** A call as it truly is. Instants are milliseconds of true time; starts and ends are whole seconds. */
export interface Call {
	/** Part of the record. Calls with the same mark have identical rows. */
	readonly mark: number;
	readonly startedAt: number;
	/** Null: it never ends. */
	readonly endedAt: number | null;
	/** When the provider begins to list it as finished. */
	readonly finishedShows: number;
	/** When the provider begins to list it as in progress, where it does. */
	readonly liveShows: number;
	readonly answered: boolean;
	readonly place: 'Sales' | 'Support';
	readonly odd: Oddity | null;
	deletedAt: number;
	/** Which of several phones, of records that are alike but for the user. */
	readonly phone?: number;
	/** What the record says since it was edited. */
	edited?: Edit;
	/** For a leg: its part among several records of a call. A record without it is a call of its own. */
	readonly leg?: Leg;
}

export const edits = ['end', 'start', 'outcome'] as const;

/** How a record is changed after it was written. */
export interface Edit {
	readonly what: (typeof edits)[number];
	readonly at: number;
	/** By how much its end, or all of it, is later. */
	readonly laterMs: number;
}

/** What really makes a record one of several of a call. */
export interface Leg {
	/** The record of the call itself, also where nobody ever sees it; null in that record. */
	readonly root: Call | null;
	/** How many other legs the root says there are, where it does. */
	readonly children?: number;
}

/** The record of the call that a record belongs to. */
export function rootOf(call: Call): Call {
	return call.leg?.root ?? call;
}

/** How a call looks at an instant. */
export interface Row {
	readonly call: Call;
	readonly finished: boolean;
	/** By the provider's clock. */
	readonly startedAt: number;
	readonly endedAt: number | null;
	/** How long it has lasted so far, in seconds. */
	readonly seconds: number;
}

/** Some calls to come, as fast-check gives and shrinks them. */
export interface Batch {
	readonly count: number;
	/** They show up within this time from now. */
	readonly withinMs: number;
	/** Between the end and the moment the row shows; the maximum, or the same for all. */
	readonly latenessMs: number;
	readonly allSoLate: boolean;
	readonly longestMs: number;
	/** Starts and ends are rounded to it, so that many fall in one second. */
	readonly grainMs: number;
	readonly listedLive: boolean;
	/** All rows alike. */
	readonly twins: boolean;
	readonly neverEnds: boolean;
	readonly odd: Oddity | null;
	readonly salt: number;
}

/** Whole pages of identical rows cannot be told from a page that is given twice. */
const MOST_TWINS = 12;

/** The calls of one simulated account. */
export class Calls {
	readonly all: Call[] = [];

	private marks = 0;

	/** @param skewMs how far the provider's clock is ahead */
	constructor(readonly skewMs: number) {}

	add(batch: Batch, now: number): void {
		const random = randomFrom(batch.salt);
		const twin = batch.twins ? this.make(batch, now, random) : undefined;
		const count = batch.twins ? Math.min(batch.count, MOST_TWINS) : batch.count;
		for (let i = 0; i < count; i++) {
			const call = this.make(batch, now, random);
			// Identical rows may show one after the other; what carries no time may depend on when it shows.
			const shows = batch.odd === 'undated' ? -Infinity : call.finishedShows;
			this.all.push(
				twin === undefined ? call : { ...twin, phone: i, finishedShows: Math.max(shows, twin.finishedShows) },
			);
		}
	}

	/** Edits records that are over and stay so, and whose end comes no earlier than the start. Returns how many. */
	edit(edited: Edit, isChosen: (call: Call) => boolean): number {
		const { what, at, laterMs } = edited;
		const chosen = this.all.filter((call) => {
			const isPlain = call.odd === null && call.edited === undefined && call.phone === undefined;
			const end = (call.endedAt ?? Infinity) + laterMs;
			return isPlain && end <= at && (what !== 'end' || end >= call.startedAt) && isChosen(call);
		});
		for (const call of chosen) call.edited = edited;
		return chosen.length;
	}

	/** What the provider lists at an instant. */
	rows(now: number): Row[] {
		const rows: Row[] = [];
		for (const written of this.all) {
			const finished = written.finishedShows <= now;
			if (written.deletedAt <= now || (!finished && written.liveShows > now)) continue;
			const call = asEdited(written, now);
			const endedAt = finished && call.endedAt !== null ? call.endedAt : null;
			rows.push({
				call,
				finished,
				startedAt: call.startedAt + this.skewMs,
				endedAt: endedAt === null ? null : endedAt + this.skewMs,
				seconds: Math.round(((endedAt ?? now) - call.startedAt) / SECOND),
			});
		}
		return rows;
	}

	private make(batch: Batch, now: number, random: Random): Call {
		const lateness = Math.floor(batch.latenessMs * (batch.allSoLate ? 1 : random()));
		const shows = now + random() * batch.withinMs;
		// Some carry the second in which they ended, as a clock rounds it, and show up within that second.
		const round = batch.grainMs === SECOND && random() < 0.5 ? Math.floor : Math.ceil;
		const endedAt = round((shows - lateness) / batch.grainMs) * batch.grainMs;
		const inSecond = lateness === 0 ? shows : now;
		const finishedShows = Math.max(endedAt + lateness, round === Math.floor ? inSecond : -Infinity);
		const startedAt = Math.floor((endedAt - random() ** 3 * batch.longestMs) / batch.grainMs) * batch.grainMs;
		const isLive = batch.listedLive || batch.neverEnds;
		return {
			mark: ++this.marks,
			startedAt: Math.max(startedAt, endedAt - DAY),
			endedAt: batch.neverEnds ? null : endedAt,
			finishedShows: batch.neverEnds ? Infinity : finishedShows,
			liveShows: isLive ? Math.max(startedAt, now) : Infinity,
			answered: random() < 0.6,
			place: random() < 0.6 ? 'Sales' : 'Support',
			odd: batch.odd,
			deletedAt: Infinity,
		};
	}
}

/** A call as its record tells it at an instant. */
function asEdited(call: Call, now: number): Call {
	const { edited } = call;
	if (edited === undefined || edited.at > now || call.endedAt === null) return call;
	if (edited.what === 'outcome') return { ...call, answered: !call.answered };
	const startedAt = call.startedAt + (edited.what === 'start' ? edited.laterMs : 0);
	return { ...call, startedAt, endedAt: call.endedAt + edited.laterMs };
}
