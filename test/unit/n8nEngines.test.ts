import type { IPollFunctions } from 'n8n-workflow';

import { beginPoll, endPoll, isActivation, type StoredState } from '../../nodes/shared/trigger/engine';

const MINUTE = 60_000;
let triggers = 0;

/** Whether each poll in turn is taken for one of a publication: only then an outage of the provider is passed over. */
function activations(polls: Array<{ mode: string; limitMs: number; stored: StoredState }>): boolean[] {
	const trigger = `workflow node ${++triggers}`;
	return polls.map(({ mode, limitMs, stored }, index) => {
		const context = { getActivationMode: () => mode, getPollBudgetMs: () => limitMs } as unknown as IPollFunctions;
		const poll = beginPoll(context, stored, trigger, index * MINUTE);
		const is = isActivation(context, stored, trigger);
		if (poll !== null) endPoll(stored, trigger, poll);
		return is;
	});
}

describe("an outage is passed over at n8n's poll of a publication and at no other", () => {
	it('in memory: at the first poll with a state object', () => {
		const [first, second] = [{}, {}];
		const poll = (mode: string, stored: StoredState) => ({ mode, limitMs: 5 * MINUTE, stored });
		expect(
			activations([poll('activate', first), poll('activate', first), poll('update', second), poll('update', second)]),
		).toEqual([true, false, true, false]);
	});

	it('on the scheduler: at the poll that names no limit of its own, whether the state is observed or not', () => {
		const scheduled = () => ({ mode: 'update', limitMs: 36_000, stored: {} });
		const published = (mode: string) => ({ mode, limitMs: 5 * MINUTE, stored: {} });
		const observed = { ...scheduled(), stored: { __dataChanged: false } as StoredState };
		expect(activations([published('activate'), scheduled(), observed, published('update'), scheduled()])).toEqual([
			true,
			false,
			false,
			true,
			false,
		]);
	});

	it('on the scheduler with settings by which both limits are the same: the trigger is not silent through an outage', () => {
		const scheduled = () => ({ mode: 'update', limitMs: 5 * MINUTE, stored: {} });
		expect(activations([scheduled(), scheduled(), scheduled()])).toEqual([true, false, false]);
	});
});
