import { DateTime } from 'luxon';
import type { IExecutePaginationFunctions, INodeProperties } from 'n8n-workflow';

import type { CallFacts } from '../calls/call';
import { factsOf } from '../calls/item';
import { answeredMeansProperty, filterProperties } from '../calls/properties';
import { FORMULAS, GROUPS, Statistics, type Group, type StatisticsSettings } from '../calls/statistics';
import { businessHoursProperty, readBusinessHours } from '../calls/unreturnedSettings';
import type { Operation, OperationDefinition } from '../operation/definition';
import { fetchOf, item } from '../operation/run';
import { defaultCountryProperty } from '../parameters/country';
import { numberWithin } from '../parameters/numbers';
import { periodProperties, reportTimezoneProperty, type Period } from '../parameters/period';
import { choiceOf, choicesOf } from '../parameters/read';
import { parameterError } from '../request/nodeErrors';
import type { Pages } from '../request/provider';
import { inPieces } from '../values/pieces';
import { finishedCalls, openHistory, readQueuesOf, type CallList, type OpenHistory } from './openHistory';

const INITIAL_PERIOD = 'yesterday';
const COMPARISONS = ['none', 'previousPeriod', 'sameLastYear'] as const;
const DIRECTIONS = filterProperties.direction.options.map(({ value }) => value);
/** A day at most. */
const SECONDS = [0, 24 * 60 * 60] as const;

const GROUP_NAMES: Readonly<Record<Group, string>> = {
	agent: 'Agent',
	day: 'Day',
	direction: 'Direction',
	hourOfDay: 'Hour of Day',
	month: 'Month',
	numberCalled: 'Number Called',
	queue: 'Queue',
	ringGroup: 'Ring Group',
	week: 'Week',
	weekday: 'Weekday',
};

const fieldsOfStatistics: INodeProperties[] = [
	...periodProperties(INITIAL_PERIOD, 'Which calls count, by the time they began'),
	{
		displayName: 'Group By',
		name: 'groupBy',
		type: 'multiOptions',
		options: GROUPS.map((value) => ({ name: GROUP_NAMES[value], value })),
		default: [],
		description: 'What each row represents, at most two. Leave empty for one row for all calls.',
	},
	{
		displayName: 'Service Level Seconds',
		name: 'serviceLevelSeconds',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 20,
		description: 'A call that was answered after at most this wait is within the service level',
	},
	{
		displayName: 'Formula',
		name: 'formula',
		type: 'options',
		options: [
			{
				name: 'Abandons Within Count',
				value: 'abandonedCount',
				description: '(Answered within + abandoned within) / offered',
			},
			{ name: 'Answered', value: 'answered', description: 'Answered within / answered' },
			{ name: 'Offered', value: 'offered', description: 'Answered within / offered' },
			{
				name: 'Offered Without Short Abandons',
				value: 'offeredLessShort',
				description: 'Answered within / (offered - abandoned before the short limit)',
			},
		],
		default: 'offeredLessShort',
		description: 'How the service level is computed',
	},
	{
		displayName: 'Short Abandon Seconds',
		name: 'shortAbandonSeconds',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 5,
		description: 'A caller who gives up before this wait does not count against the service level',
		displayOptions: { show: { formula: ['offeredLessShort'] } },
	},
];

const compareWithProperty: INodeProperties = {
	displayName: 'Compare With',
	name: 'compareWith',
	type: 'options',
	options: [
		{ name: 'Nothing', value: 'none' },
		{ name: 'Previous Period', value: 'previousPeriod', description: 'The same length of time, right before' },
		{ name: 'Same Period Last Year', value: 'sameLastYear' },
	],
	default: 'none',
	description: 'Adds the figures of another period and the differences to each row',
};

const directionProperty: INodeProperties = {
	...filterProperties.direction,
	default: ['inbound'],
	description: 'Which calls count. With none chosen: all.',
};

/** The operation *Get Statistics* of a call history: the figures of a call centre, one row a group. */
export function getStatistics(
	list: CallList,
	request: OperationDefinition['request'],
	pages: Pages,
	options: readonly INodeProperties[] = [],
): OperationDefinition {
	return {
		name: 'Get Statistics',
		action: 'Get call statistics',
		description:
			'Get the figures of a call center for a period: service level, answered, abandoned and missed calls, waits and talk times, in all or by queue, agent, hour and more',
		request,
		documentedAs: `${request.method} ${request.url}, all pages`,
		fields: fieldsOfStatistics,
		options: [
			...(list.hasLegs ? [answeredMeansProperty] : []),
			businessHoursProperty,
			compareWithProperty,
			defaultCountryProperty,
			directionProperty,
			reportTimezoneProperty,
			...options,
		],
		run: readStatistics(list, pages),
		effect: 'reads',
		evidence: 'P',
	};
}

function readStatistics(list: CallList, pages: Pages): Operation {
	return async function (request) {
		const history = await openHistory(this, list, Date.now(), INITIAL_PERIOD);
		const settings = settingsOf(this, history);
		const compareWith = choiceOf(this, 'options.compareWith', 'Compare With', COMPARISONS);
		const before = compareWith === 'none' ? null : periodBefore(this, history, compareWith);
		const fetch = fetchOf(this, list.trigger.provider);
		await readQueuesOf(this, list.trigger, history, fetch, settings.groupBy.includes('queue'));
		const known = { queue: history.source.queues?.names ?? [] };
		const figuresOf = async (instants: Period) => {
			const from = instants.from ?? -Infinity;
			const statistics = new Statistics({ ...settings, known, from, to: instants.to ?? history.hostNow });
			for await (const calls of finishedCalls(list, history, pages, fetch, request, instants))
				await inPieces(calls, (call) => statistics.add(factsOf(call, history.form) as CallFacts));
			return statistics;
		};
		const figures = await figuresOf(history.instants);
		const rows = figures.rows(before === null ? undefined : await figuresOf(before));
		return rows.map((row) => item(this, row));
	};
}

function settingsOf(
	context: IExecutePaginationFunctions,
	{ form: { reportZone } }: OpenHistory,
): Omit<StatisticsSettings, 'from' | 'to'> {
	const groupBy = choicesOf(context, 'groupBy', 'Group By', GROUPS);
	if (groupBy.length > 2) {
		throw parameterError(
			context,
			`'Group By' has ${groupBy.length} entries, and takes two at most`,
			'Choose two of them, or run the operation again for the others.',
		);
	}
	return {
		groupBy,
		serviceLevelSeconds: numberWithin(context, 'serviceLevelSeconds', 'Service Level Seconds', SECONDS, 20),
		shortAbandonSeconds: numberWithin(context, 'shortAbandonSeconds', 'Short Abandon Seconds', SECONDS, 5),
		formula: choiceOf(context, 'formula', 'Formula', FORMULAS),
		direction: choicesOf(context, 'options.direction', 'Direction', DIRECTIONS, ['inbound']),
		businessHours: readBusinessHours(context),
		zone: reportZone,
	};
}

/** The period to compare with, of the same length by the calendar. */
function periodBefore(
	context: IExecutePaginationFunctions,
	{ instants, hostNow, form: { reportZone: zone } }: OpenHistory,
	compareWith: 'previousPeriod' | 'sameLastYear',
): Period {
	if (instants.from === null) {
		throw parameterError(
			context,
			"'Compare With' needs a period that begins somewhere, and 'Period' is All",
			"Choose another 'Period', or Nothing in 'Compare With'.",
		);
	}
	const [from, to] = [instants.from, instants.to ?? hostNow].map((at) => DateTime.fromMillis(at, { zone }));
	const length = compareWith === 'sameLastYear' ? { years: 1 } : lengthOf(from, to);
	return { from: from.minus(length).toMillis(), to: to.minus(length).toMillis() };
}

/** How far back the previous period is: whole months and days where the period has these, so that clock changes do not count. */
function lengthOf(from: DateTime, to: DateTime): object {
	const isDay = (at: DateTime) => at.toMillis() === at.startOf('day').toMillis();
	if (from.day === 1 && isDay(from)) {
		const months = Math.ceil(to.diff(from, 'months').months);
		if (to.toMillis() !== from.plus({ months }).toMillis() || months > 0) return { months: Math.max(1, months) };
	}
	if (isDay(from)) return { days: Math.max(1, Math.ceil(to.diff(from, 'days').days)) };
	return { milliseconds: to.toMillis() - from.toMillis() };
}
