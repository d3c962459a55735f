import type { IDataObject } from 'n8n-workflow';

import type { CallFacts } from '../nodes/shared/calls/call';

/** The figures as docs/statistics.md defines them, one after the other. */
export function plain(calls: CallFacts[], level: number, short: number, formula: string): IDataObject {
	const answered = calls.filter(({ outcome }) => outcome === 'answered');
	const abandoned = calls.filter(({ outcome }) => outcome === 'abandoned');
	const timedOut = calls.filter(({ outcome }) => outcome === 'timedOut');
	const waits = calls.flatMap(({ waitSeconds }) => waitSeconds ?? []);
	const answerWaits = answered.flatMap(({ waitSeconds }) => waitSeconds ?? []);
	const talks = answered.flatMap(({ talkSeconds }) => talkSeconds ?? []);
	const within = answerWaits.filter((wait) => wait <= level).length;
	const shorts = abandoned.filter(({ waitSeconds }) => waitSeconds !== null && waitSeconds < short).length;
	const abandonedWithin = abandoned.filter(({ waitSeconds }) => waitSeconds !== null && waitSeconds <= level).length;
	const judged = calls.length - (answered.length - answerWaits.length);
	const [part, whole] = {
		offeredLessShort: [within, judged - shorts],
		offered: [within, judged],
		answered: [within, answerWaits.length],
		abandonedCount: [within + abandonedWithin, judged],
	}[formula] ?? [0, 0];
	const isTold = answered.length === 0 || answerWaits.length > 0;
	const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
	const mean = (values: number[]) => (values.length === 0 ? null : Math.round((sum(values) / values.length) * 10) / 10);
	const rate = (some: number, all: number) => (all <= 0 ? null : Math.round((some / all) * 1000) / 10);
	const callers = calls.flatMap(({ from }) => (from.withheld ? [] : (from.e164 ?? from.number ?? [])));
	return {
		offered: calls.length,
		answered: answered.length,
		abandoned: abandoned.length,
		shortAbandoned: shorts,
		timedOut: timedOut.length,
		missed: calls.length - answered.length - abandoned.length - timedOut.length,
		answeredWithin: isTold ? within : null,
		serviceLevel: isTold ? rate(part, whole) : null,
		answerRate: rate(answered.length, calls.length),
		abandonRate: rate(abandoned.length, calls.length),
		averageWaitSeconds: mean(waits),
		longestWaitSeconds: waits.length === 0 ? null : Math.max(...waits),
		averageSpeedOfAnswerSeconds: mean(answerWaits),
		averageTalkSeconds: mean(talks),
		talkSeconds: answered.length > 0 && talks.length === 0 ? null : sum(talks),
		callers: new Set(callers).size,
		repeatCallers: new Set(callers.filter((caller, i) => callers.indexOf(caller) !== i)).size,
		waitKnown: waits.length,
		talkKnown: talks.length,
	};
}
