import { isObject } from 'lodash';
import type { IDataObject, IExecutePaginationFunctions, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';

import type { Operation } from '../../shared/operation/definition';
import { fetchOf, item } from '../../shared/operation/run';
import { parsedText } from '../../shared/parameters/json';
import { secondsOf } from '../../shared/parameters/numbers';
import { isEmpty, unusable } from '../../shared/parameters/read';
import { readTimeZone } from '../../shared/parameters/timeZone';
import { isSamePhone } from '../../shared/phone/sameNumber';
import { readRecorded, type WrittenNumber } from '../../shared/phone/writtenNumber';
import { parameterError } from '../../shared/request/nodeErrors';
import { pause } from '../../shared/request/pause';
import type { Fetch } from '../../shared/request/provider';
import { instant, MINUTE, monotonic, SECOND } from '../../shared/values/time';
import { codeOf, isRecord, numeric, text } from '../../shared/values/values';
import { voipStudio } from '../api';
import { apiInstant, filterText } from '../lists/filter';
import { pages } from '../lists/pages';
import { fileItem, RECORDING } from './download';

/** How far the time of a recording may be from those of its call's records. */
const SLACK_MS = MINUTE;
/** How long to wait between two requests to VoIPstudio. */
const PAUSES_MS = [5 * SECOND, 10 * SECOND, 20 * SECOND, 30 * SECOND];
/** A call that ended this long ago will not get a recording any more: there is no point in waiting. */
const SETTLED_MS = 60 * MINUTE;

/** What is known about a call to find its recording by. */
interface Call {
	readonly name: string | null;
	/** What the provider's records of it are called among live calls. */
	readonly liveIds: ReadonlySet<string>;
	readonly callers: readonly WrittenNumber[];
	readonly callees: readonly WrittenNumber[];
	readonly from: number;
	/** null if not given. */
	readonly to: number | null;
	readonly isAnswered: boolean | null;
}

/**
 * The recordings of a call: each one an item with its file, or one item that says why there is none.
 *
 * No document links a recording to a call. It is found by what both have: their times and numbers; if
 * the recording's record names the call as well, by that.
 */
export const downloadOfCall: Operation = async function (request) {
	const zone = readTimeZone(this, 'utc');
	const call = callOf(this, zone);
	const named = { callId: call.name };
	if (call.isAnswered === false) {
		return [none(this, 'notRecorded', 'The call was not answered, so there is nothing to record', named)];
	}
	const waitMs = secondsOf(this, 'waitSeconds', 'Wait Until Ready', 120) * SECOND;
	const deadline = monotonic() + waitMs;
	const isSettled = call.to !== null && Date.now() - call.to > SETTLED_MS;
	const fetch = fetchOf(this, voipStudio);
	const files = new Map<string, INodeExecutionData>();
	for (let round = 0; ; round++) {
		const recordings = await recordingsOf(call, request, fetch, zone);
		for (const recording of recordings) {
			const id = String(recording.id as number);
			const url = `${request.url}/${id}`;
			const file = files.get(id) ?? (await fileItem(this, { ...request, url }, RECORDING, recording));
			if (file !== null) files.set(id, { ...file, json: { status: 'downloaded', ...named, ...file.json } });
		}
		if (recordings.length > 0 && files.size === recordings.length) return [...files.values()];
		const wait = Math.min(PAUSES_MS[Math.min(round, PAUSES_MS.length - 1)], deadline - monotonic());
		const isOver = wait <= 0 || (isSettled && recordings.length === 0);
		if (!isOver) await pause(this, wait);
		if (isOver || this.getExecutionCancelSignal()?.aborted === true) {
			const missing = recordings.filter(({ id }) => !files.has(String(id as number)));
			return [
				...files.values(),
				...missing.map((recording) => notReady(this, recording, named)),
				...noneOf(this, recordings, named),
			];
		}
	}
};

function notReady(
	context: IExecutePaginationFunctions,
	recording: IDataObject,
	named: IDataObject,
): INodeExecutionData {
	return none(context, 'notReady', 'VoIPstudio lists the recording, but its file is not ready yet', {
		...named,
		...recording,
	});
}

function noneOf(
	context: IExecutePaginationFunctions,
	recordings: IDataObject[],
	named: IDataObject,
): INodeExecutionData[] {
	if (recordings.length > 0) return [];
	return [
		none(
			context,
			'notRecorded',
			"VoIPstudio lists no recording of this call. Calls of its users may not be recorded, or the key's user may not see their recordings",
			named,
		),
	];
}

function none(
	context: IExecutePaginationFunctions,
	status: 'notRecorded' | 'notReady',
	reason: string,
	named: IDataObject,
): INodeExecutionData {
	return item(context, { [status]: true, reason, ...named });
}

/** The recordings that began while the call lasted, between its numbers. */
async function recordingsOf(
	call: Call,
	request: IHttpRequestOptions,
	fetch: Fetch,
	zone: string,
): Promise<IDataObject[]> {
	const upper = call.to === null ? null : call.to + SLACK_MS;
	const filter = filterText([
		{ property: 'timestamp', operator: 'gte', value: apiInstant(call.from - SLACK_MS, zone) },
		...(upper === null ? [] : [{ property: 'timestamp', operator: 'lte', value: apiInstant(upper, zone) }]),
	]);
	const asked = { ...request, qs: { filter, sort: 'id', dir: 'ASC' } };
	const found: IDataObject[] = [];
	for await (const rows of pages(fetch, asked, Infinity)) found.push(...rows.filter((row) => isOf(call, row)));
	return found;
}

function isOf(call: Call, recording: IDataObject): boolean {
	const named = [recording.root_live_id, recording.live_id].map(text).filter((id) => id !== null && id !== '0');
	if (named.length > 0 && call.liveIds.size > 0) return named.some((id) => call.liveIds.has(id as string));
	return isAmong(call.callers, recording.caller) && isAmong(call.callees, recording.called);
}

/** Whether a number belongs to a side of the call; a side that is withheld can be anybody. */
function isAmong(side: readonly WrittenNumber[], written: unknown): boolean {
	const number = numberIn(written);
	return side.length === 0 || number === null || side.some((one) => isSamePhone(one, number));
}

/** The number in a record or an item; null where it tells nobody. */
function numberIn(written: unknown): WrittenNumber | null {
	const given = text(written);
	const number = given === null ? null : readRecorded(given, { isBareE164: true });
	return number?.kind === 'external' || number?.kind === 'extension' ? number : null;
}

/** The call in the field: an item of the trigger or of Get Many in any of their forms. */
function callOf(context: IExecutePaginationFunctions, zone: string): Call {
	const value: unknown = context.getNodeParameter('call', '');
	if (isEmpty(value)) {
		throw parameterError(context, "'Call' is empty", 'Nothing was sent. Give the item of a call, e.g. {{ $json }}.');
	}
	const given = parsedText(context, value, 'Call');
	if (!isObject(given) || Array.isArray(given)) {
		throw unusable(context, 'Call', 'must be the item of a call', given, 'Use an expression such as {{ $json }}.');
	}
	const call = given as IDataObject;
	const legs = [call, ...(Array.isArray(call.legs) ? (call.legs as IDataObject[]) : [])];
	const from = instant(call.startedAt ?? call.calldate, zone);
	if (from === null) {
		throw unusable(
			context,
			'Call',
			"has no 'startedAt' by which its recording could be found",
			Object.keys(call),
			"Give the item of a call as the trigger or Get Many gives it. Of an item that other nodes have changed, take the one before, e.g. {{ $('VoIPstudio Trigger').item.json }}.",
		);
	}
	const callers = sideOf(legs, 'from', 'src', 'caller');
	const callees = sideOf(legs, 'to', 'dst', 'callee');
	if (callers.length === 0 && callees.length === 0) {
		throw unusable(
			context,
			'Call',
			'names neither caller nor callee, so that its recording cannot be told apart from those of others',
			call.callId ?? call.id ?? call.itemId ?? null,
			'Give the item of a call with its numbers.',
		);
	}
	const ofRow = 'itemId' in call ? (numeric(call.waitSeconds) ?? 0) + (numeric(call.talkSeconds) ?? 0) : null;
	const seconds = numeric(call.duration ?? call.durationSeconds) ?? ofRow;
	const ended = instant(call.endedAt, 'utc') ?? (seconds === null ? null : from + seconds * SECOND);
	return {
		name: text(call.callId ?? call.id ?? call.itemId),
		liveIds: liveIdsOf(legs),
		callers,
		// The row of a call to a queue does not tell the number of whoever took it.
		callees: 'itemId' in call && text(call.queue) !== null ? [] : callees,
		from,
		to: ended,
		isAnswered: isAnswered(call),
	};
}

function isAnswered({ outcome, disposition }: IDataObject): boolean | null {
	if (text(outcome) !== null) return outcome === 'answered';
	return text(disposition) === null ? null : /^(CONNECTED|ANSWERED)$/.test(codeOf(disposition) ?? '');
}

/** The numbers of a side of all legs: for a call to a queue, the recording may name whoever answered. */
function sideOf(legs: IDataObject[], full: string, raw: string, simplified: string): WrittenNumber[] {
	return legs
		.flatMap((leg) => {
			const party = leg[full];
			return [
				isRecord(party) ? numberIn(party.e164 ?? party.number) : null,
				numberIn(leg[raw]),
				numberIn(leg[simplified]),
			];
		})
		.filter((number) => number !== null);
}

/** `voipStudio:cdr:live-8429` is the call of live ID 8429; records have the IDs themselves. */
function liveIdsOf(legs: IDataObject[]): ReadonlySet<string> {
	const ids = legs.flatMap((leg) => {
		const [, named] = /:live-(.+)$/.exec((text(leg.callId ?? leg.itemId) ?? '').slice(0, 200)) ?? [];
		return [named, text(leg.root_live_id), text(leg.live_id)];
	});
	return new Set(ids.filter((id): id is string => id !== undefined && id !== null && id !== '0'));
}
