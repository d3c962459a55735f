import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';

import { DAY, HOUR, isoIn, isoUtc } from '../values/time';
import { isOpen, type BusinessHours } from './businessHours';
import type { CallFacts } from './call';
import type { WholeCallFacts } from './facts';
import { agentOf, numberOf } from './simplified';

/** What calls can be grouped by. */
export const GROUPS = [
	'agent',
	'day',
	'direction',
	'hourOfDay',
	'month',
	'numberCalled',
	'queue',
	'ringGroup',
	'week',
	'weekday',
] as const;
export type Group = (typeof GROUPS)[number];

/** How the service level is computed; the default first. `docs/statistics.md` writes each out. */
export const FORMULAS = ['offeredLessShort', 'offered', 'answered', 'abandonedCount'] as const;
export type Formula = (typeof FORMULAS)[number];

export interface StatisticsSettings {
	/** At most two. */
	readonly groupBy: readonly Group[];
	/** A call answered after at most this wait is within the service level. */
	readonly serviceLevelSeconds: number;
	/** A caller who gave up before this wait does not count against the level. */
	readonly shortAbandonSeconds: number;
	readonly formula: Formula;
	readonly direction: readonly string[];
	/** Calls that began outside them are left out. */
	readonly businessHours: BusinessHours | null;
	/** *Time Zone of Results*. */
	readonly zone: string;
	/** The instants of the period; the end does not belong to it. Without a limit: -Infinity. */
	readonly from: number;
	readonly to: number;
	/** Names that a group is known to have, so that one without a call is there, too. */
	readonly known?: Readonly<Partial<Record<Group, readonly string[]>>>;
}

type Key = string | number | null;

/** The running figures of a group. */
class Tally {
	offered = 0;
	answered = 0;
	abandoned = 0;
	shortAbandoned = 0;
	timedOut = 0;
	answeredWithin = 0;
	abandonedWithin = 0;
	answeredWithWait = 0;
	withWait = 0;
	withTalk = 0;
	waited = 0;
	waitedAnswered = 0;
	longest: number | null = null;
	talked = 0;
	first = Infinity;
	last = -Infinity;
	readonly hours = new Array<number>(24).fill(0);
	readonly callers = new Map<string, number>();

	constructor(readonly key: readonly Key[]) {}
}

/** Figures of calls that are given one by one; none of them is kept. */
export class Statistics {
	private readonly groups = new Map<string, Tally>();
	private readonly calendar: Calendar;
	private readonly times: ReadonlyMap<Group, readonly Key[]>;

	constructor(private readonly settings: StatisticsSettings) {
		const { groupBy, known = {}, direction } = settings;
		this.calendar = new Calendar(settings.zone);
		this.times = timesOf(settings);
		const lists = groupBy.map(
			(group) => this.times.get(group) ?? (group === 'direction' ? direction : (known[group] ?? [])),
		);
		const keys = lists.reduce<Key[][]>((all, list) => all.flatMap((key) => list.map((value) => [...key, value])), [[]]);
		for (const key of keys) this.groupOf(key);
	}

	/** @param call a finished call, whole where its legs are linked; one that does not count is ignored */
	add(call: CallFacts | WholeCallFacts): void {
		const { direction, businessHours, groupBy, from, to } = this.settings;
		const startedAt = call.startedAt === null ? null : Date.parse(call.startedAt);
		if (startedAt === null || startedAt < from || startedAt >= to) return;
		if (direction.length > 0 && !direction.includes(call.direction ?? '')) return;
		if (call.outcome === null || (businessHours !== null && !isOpen(businessHours, startedAt))) return;
		const at = this.calendar.at(startedAt);
		const keys = groupBy.map((group): Key => {
			switch (group) {
				case 'agent':
					return agentOf(call);
				case 'direction':
					return call.direction;
				case 'numberCalled':
					return numberOf(call.to);
				case 'queue':
					return call.queue?.name ?? null;
				case 'ringGroup':
					return call.ringGroup?.name ?? null;
				default:
					return at[group];
			}
		});
		this.count(this.groupOf(keys), call, numberOf(call.from), startedAt, at.hourOfDay);
	}

	private count(tally: Tally, call: CallFacts, caller: string | null, startedAt: number, hour: number): void {
		const { serviceLevelSeconds, shortAbandonSeconds } = this.settings;
		const { outcome, waitSeconds: wait, talkSeconds: talk } = call;
		tally.offered += 1;
		tally.hours[hour] += 1;
		tally.first = Math.min(tally.first, startedAt);
		tally.last = Math.max(tally.last, startedAt);
		if (caller !== null) tally.callers.set(caller, (tally.callers.get(caller) ?? 0) + 1);
		if (wait !== null) {
			tally.withWait += 1;
			tally.waited += wait;
			tally.longest = Math.max(tally.longest ?? 0, wait);
		}
		const isWithin = wait !== null && wait <= serviceLevelSeconds;
		if (outcome === 'answered') {
			tally.answered += 1;
			if (isWithin) tally.answeredWithin += 1;
			if (wait !== null) {
				tally.answeredWithWait += 1;
				tally.waitedAnswered += wait;
			}
			if (talk !== null) {
				tally.withTalk += 1;
				tally.talked += talk;
			}
		} else if (outcome === 'abandoned') {
			tally.abandoned += 1;
			if (isWithin) tally.abandonedWithin += 1;
			if (wait !== null && wait < shortAbandonSeconds) tally.shortAbandoned += 1;
		} else if (outcome === 'timedOut') {
			tally.timedOut += 1;
		}
	}

	/**
	 * One flat row a group, in the order of the groups.
	 *
	 * @param before the same figures of another period: each row then has those of the same group beside its own, of the first
	 * day beside those of the first day
	 */
	rows(before?: Statistics): IDataObject[] {
		const others = new Map([...(before?.groups.values() ?? [])].map((tally) => [before?.placeOf(tally.key), tally]));
		const known = new Set([...this.groups.values()].map(({ key }) => this.placeOf(key)));
		for (const [place, { key }] of others) {
			const isOfTime = this.settings.groupBy.some((group) => DATES.includes(group));
			if (!known.has(place ?? '') && !isOfTime) this.groupOf(key);
		}
		const tallies = [...this.groups.values()].sort((a, b) => inOrder(a.key, b.key));
		return tallies.map((tally) => {
			const row = this.rowOf(tally);
			if (before === undefined) return row;
			const other = before.rowOf(others.get(this.placeOf(tally.key)) ?? new Tally(tally.key));
			return { ...row, ...changes(row, other) };
		});
	}

	/** What a group is called in every period: a day by its place in the period. */
	private placeOf(key: readonly Key[]): string {
		const place = key.map((value, i) => {
			const group = this.settings.groupBy[i];
			return DATES.includes(group) ? (this.times.get(group)?.indexOf(value) ?? value) : value;
		});
		return JSON.stringify(place);
	}

	private rowOf(tally: Tally): IDataObject & Figures {
		const { groupBy, from, to, zone } = this.settings;
		const { offered, answered, abandoned, timedOut, answeredWithWait, withWait, withTalk } = tally;
		const isWaitTold = answered === 0 || answeredWithWait > 0;
		return {
			...Object.fromEntries(groupBy.map((group, i) => [group, tally.key[i]])),
			from: Number.isFinite(from) ? isoIn(isoUtc(from), zone) : null,
			to: isoIn(isoUtc(to), zone),
			offered,
			answered,
			abandoned,
			shortAbandoned: tally.shortAbandoned,
			timedOut,
			missed: offered - answered - abandoned - timedOut,
			answeredWithin: isWaitTold ? tally.answeredWithin : null,
			serviceLevel: isWaitTold ? this.serviceLevelOf(tally) : null,
			answerRate: percent(answered, offered),
			abandonRate: percent(abandoned, offered),
			averageWaitSeconds: average(tally.waited, withWait),
			longestWaitSeconds: tally.longest,
			averageSpeedOfAnswerSeconds: average(tally.waitedAnswered, answeredWithWait),
			averageTalkSeconds: average(tally.talked, withTalk),
			talkSeconds: answered > 0 && withTalk === 0 ? null : tally.talked,
			callers: tally.callers.size,
			repeatCallers: [...tally.callers.values()].filter((calls) => calls > 1).length,
			firstCallAt: offered === 0 ? null : isoIn(isoUtc(tally.first), zone),
			lastCallAt: offered === 0 ? null : isoIn(isoUtc(tally.last), zone),
			busiestHour: offered === 0 ? null : tally.hours.indexOf(Math.max(...tally.hours)),
			waitKnown: withWait,
			talkKnown: withTalk,
		};
	}

	/** Of the calls that tell it: an answered call without its wait is neither within the level nor beyond it. */
	private serviceLevelOf({ answeredWithin, shortAbandoned, abandonedWithin, ...tally }: Tally): number | null {
		const answered = tally.answeredWithWait;
		const offered = tally.offered - tally.answered + answered;
		switch (this.settings.formula) {
			case 'offeredLessShort':
				return percent(answeredWithin, offered - shortAbandoned);
			case 'offered':
				return percent(answeredWithin, offered);
			case 'answered':
				return percent(answeredWithin, answered);
			case 'abandonedCount':
				return percent(answeredWithin + abandonedWithin, offered);
		}
	}

	private groupOf(key: readonly Key[]): Tally {
		const name = JSON.stringify(key);
		let tally = this.groups.get(name);
		if (tally === undefined) this.groups.set(name, (tally = new Tally(key)));
		return tally;
	}
}

/** The parts of an instant by the clock of a zone. Those of an hour are the same for all its calls. */
class Calendar {
	private hour = NaN;
	private parts: { hourOfDay: number; weekday: number; day: string; week: string; month: string } | undefined;

	constructor(private readonly zone: string) {}

	at(instant: number) {
		// Zones differ from UTC by quarters of an hour.
		const quarter = Math.floor(instant / (HOUR / 4));
		if (this.parts === undefined || quarter !== this.hour) {
			const at = DateTime.fromMillis(instant, { zone: this.zone });
			this.hour = quarter;
			this.parts = {
				hourOfDay: at.hour,
				weekday: at.weekday,
				day: at.toFormat('yyyy-MM-dd'),
				week: at.toFormat("kkkk-'W'WW"),
				month: at.toFormat('yyyy-MM'),
			};
		}
		return this.parts;
	}
}

const TIMES = ['day', 'hourOfDay', 'month', 'week', 'weekday'] as const;
/** Those that no two periods share. */
const DATES: readonly Group[] = ['day', 'month', 'week'];
/** In a longer period, hours and days without a call have no row. */
const LONGEST_LISTED_MS = 400 * DAY;

type TimeGroup = (typeof TIMES)[number];

function isTime(group: Group): group is TimeGroup {
	return TIMES.some((time) => time === group);
}

/** The hours, days and so on of the period, in their order; those outside the business hours are left out. */
function timesOf({ groupBy, from, to, zone, businessHours }: StatisticsSettings): Map<Group, Key[]> {
	const values = new Map(groupBy.filter(isTime).map((group) => [group, new Set<Key>()]));
	const calendar = new Calendar(zone);
	const isListed = values.size > 0 && to - from <= LONGEST_LISTED_MS;
	for (let at = from; isListed && at < to; at += HOUR) {
		if (businessHours !== null && !isOpen(businessHours, at)) continue;
		const parts = calendar.at(at);
		for (const [group, listed] of values) listed.add(parts[group]);
	}
	return new Map([...values].map(([group, listed]) => [group, [...listed]]));
}

/** Names alphabetically, times as they pass; calls without one last. */
function inOrder(a: readonly Key[], b: readonly Key[]): number {
	const i = a.findIndex((value, index) => value !== b[index]);
	if (i === -1) return 0;
	const [left, right] = [a[i], b[i]];
	if (left === null || right === null) return left === null ? 1 : -1;
	return typeof left === 'number' && typeof right === 'number' ? left - right : String(left) < String(right) ? -1 : 1;
}

/** What 'Compare With' compares. */
export const FIGURES = [
	'offered',
	'answered',
	'abandoned',
	'shortAbandoned',
	'timedOut',
	'missed',
	'answeredWithin',
	'serviceLevel',
	'answerRate',
	'abandonRate',
	'averageWaitSeconds',
	'longestWaitSeconds',
	'averageSpeedOfAnswerSeconds',
	'averageTalkSeconds',
	'talkSeconds',
	'callers',
	'repeatCallers',
] as const;

/** `<figure>Before` and `<figure>Change` of each figure. */
function changes(row: Figures, before: Figures): IDataObject {
	return Object.fromEntries(
		FIGURES.flatMap((name) => {
			const [now, then] = [row[name], before[name]];
			const change = now === null || then === null ? null : Math.round((now - then) * 10) / 10;
			return [
				[`${name}Before`, then],
				[`${name}Change`, change],
			];
		}),
	);
}

type Figures = Readonly<Record<(typeof FIGURES)[number], number | null>>;

function percent(part: number, whole: number): number | null {
	return whole > 0 ? Math.round((part / whole) * 1000) / 10 : null;
}

function average(sum: number, count: number): number | null {
	return count > 0 ? Math.round((sum / count) * 10) / 10 : null;
}
