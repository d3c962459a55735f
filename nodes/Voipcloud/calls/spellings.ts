import type { IDataObject } from 'n8n-workflow';

import type { Named } from '../../shared/calls/call';
import { accountOf } from '../../shared/request/pacing/accounts';
import { HOUR, monotonic } from '../../shared/values/time';
import { foldedName } from '../../shared/values/values';
import { voipcloud } from '../api';

interface Seen {
	readonly spelling: string;
	readonly at: number;
}

/** The names in the lists of each account, as long as the process lives. */
const seenIn = new Map<string, Map<string, Seen>>();

/**
 * How VoIPcloud writes the names of queues, ring groups or users. It may compare them letter by letter: asked
 * for a name as the user typed it, it might list nothing. After an hour a spelling counts as forgotten, so that
 * a change is seen.
 */
export class Spellings {
	private readonly seen: Map<string, Seen>;

	constructor(credentials: IDataObject, path: string) {
		const key = `${accountOf(voipcloud, credentials)} ${path}`;
		this.seen = seenIn.get(key) ?? new Map<string, Seen>();
		seenIn.set(key, this.seen);
	}

	/** A name as VoIPcloud writes it; undefined while that is not known. */
	of(name: string): string | undefined {
		const known = this.seen.get(foldedName(name));
		return known !== undefined && monotonic() - known.at < HOUR ? known.spelling : undefined;
	}

	learn(named: Named | null): void {
		if (named?.name) this.seen.set(foldedName(named.name), { spelling: named.name, at: monotonic() });
	}
}
