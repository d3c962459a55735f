import type { IDataObject } from 'n8n-workflow';

import type { Call, Row } from './calls';
import type { Account, HttpAnswer, ModelProvider, Quirks, Setup } from './provider';
import { voipcloudModel } from './voipcloud';
import { voipStudioModel } from './voipstudio';
import { while1Model } from './while1';

/** A call of a caller as it truly was. */
export interface TrueCall extends Call {
	/** Which of the model's numbers; null is withheld. */
	readonly caller: number | null;
	readonly outbound: boolean;
	/** It came to a user and not to a queue. */
	readonly isDirect: boolean;
	/** When the item holding it came; true time. */
	givenAt: number | null;
}

/** How a provider reports callers: the rows that its adapter makes of calls, with directions and callers' numbers. */
export interface CallerModel {
	readonly provider: ModelProvider;
	readonly setups: readonly Setup[];
	/** The callers' numbers, as the provider writes them. */
	readonly numbers: readonly string[];
	/** Whether its records name the queue, so that there is a *Scope*. */
	readonly namesQueues: boolean;
	/** The most requests of a poll, where a page holds all calls of a run. */
	readonly requests?: number;
	/** Whether calls are listed while they last. */
	listsLive(setup: Setup, quirks: Quirks): boolean;
	answer(
		request: Parameters<ModelProvider['answer']>[0],
		rows: Row[],
		setup: Setup,
		quirks: Quirks,
		account: Account,
	): HttpAnswer;
}

const OURS = '34910000000';
const WITHHELD = 'anonymous';

/** Two callers of one tail, in two countries, and some others. */
const E164 = ['+61491570156', '+32491570156', '+34600000001', '+34600000002', '+34600000003'];

/** Writes into each row of a list what the provider says about its call. */
function withCallers(
	rows: IDataObject[],
	listed: Row[],
	markOf: (row: IDataObject) => number,
	told: (call: TrueCall, row: IDataObject) => IDataObject,
): void {
	const calls = new Map(listed.map(({ call }) => [call.mark, call as TrueCall]));
	for (const row of rows) {
		const call = calls.get(markOf(row));
		if (call === undefined) throw new Error(`A row of no call: ${JSON.stringify(row)}`);
		Object.assign(row, told(call, row));
	}
}

function numberOf({ caller }: TrueCall, numbers: readonly string[]): string {
	return caller === null ? WITHHELD : numbers[caller];
}

/** VoIPstudio gives numbers in E.164 form without the plus sign. */
export const voipStudioCallers: CallerModel = {
	provider: voipStudioModel,
	setups: voipStudioModel.setups,
	numbers: E164.map((number) => number.slice(1)),
	namesQueues: true,
	requests: 2,
	listsLive: () => false,
	answer(request, rows, setup, quirks, account) {
		const answer = voipStudioModel.answer(request, rows, setup, quirks, account);
		withCallers(
			(answer.body as { data: IDataObject[] }).data,
			rows,
			({ live_id }) => Number(live_id) - 4_000_000_000,
			(call) => {
				const number = numberOf(call, this.numbers);
				if (call.outbound) return { type: 'O', src: OURS, dst: number };
				return { type: call.answered ? 'I' : 'M', src: number, ...(call.isDirect && { dst: OURS }) };
			},
		);
		return answer;
	},
};

/** While1 Voice's records of one leg each. */
export const while1Callers: CallerModel = {
	provider: while1Model,
	setups: while1Model.setups,
	numbers: E164,
	namesQueues: false,
	listsLive: (_setup, { coin }) => coin,
	answer(request, rows, setup, quirks, account) {
		const answer = while1Model.answer(request, rows, setup, quirks, account);
		withCallers(
			(answer.body as { results: IDataObject[] }).results,
			rows,
			({ uniqueid }) => Number((uniqueid as string).split('.')[1]),
			(call, { uniqueid }) => {
				const number = numberOf(call, this.numbers);
				const sides = call.outbound
					? { direction: 'OUT', source: OURS, destination: number }
					: { direction: 'IN', source: number };
				return { linkedid: uniqueid, ...sides };
			},
		);
		return answer;
	},
};

/**
 * VoIPcloud's two lists. Calls to queues (or ring groups) are in the first one, and in the second one as calls of the user who
 * took them, or whose phone rang in vain; calls of users are in the second one only. Numbers have no plus sign, so nine digits
 * decide: no two callers share them.
 */
export const voipcloudCallers: CallerModel = {
	provider: voipcloudModel,
	setups: voipcloudModel.setups
		.filter(({ parameters }) => parameters.event !== 'userCall')
		.map((setup) => ({ ...setup, parameters: { missedIn: setup.parameters.event } })),
	numbers: ['61491570156', '34600000001', '34600000002', '34610000001', '44491570999'],
	namesQueues: true,
	requests: 2,
	listsLive: ({ credentials }) => credentials.apiVersion === 'v1',
	answer(request, rows, setup, quirks, account) {
		const isUsers = request.url.endsWith('user-calls');
		const listed = rows.filter(({ call }) => {
			const { outbound, isDirect } = call as TrueCall;
			return isUsers || (!outbound && !isDirect);
		});
		const event = isUsers ? 'userCall' : setup.parameters.missedIn;
		const answer = voipcloudModel.answer(request, listed, { ...setup, parameters: { event } }, quirks, account);
		const { body } = answer;
		withCallers(
			Array.isArray(body) ? (body as IDataObject[]) : (body as { data: IDataObject[] }).data,
			listed,
			({ from_number, caller_id, callerid }) => Number(((from_number ?? caller_id ?? callerid) as string).slice(4)),
			(call) => {
				const number = numberOf(call, this.numbers);
				if (!isUsers) return { callerid: number };
				const { outbound, answered } = call;
				if (setup.credentials.apiVersion === 'v2') {
					const type = `user_${outbound ? 'outbound' : 'inbound'}_${answered ? 'answered' : 'missed'}`;
					return { type, ...(outbound ? { caller_id: OURS, dest_number: number } : { caller_id: number }) };
				}
				return outbound
					? { is_inbound: 0, from_number: OURS, to_number: number }
					: { is_inbound: 1, from_number: number };
			},
		);
		return answer;
	},
};
