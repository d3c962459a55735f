import { z } from 'zod';

import { clockText } from '../world/clockText';
import type { World } from '../world/world';
import { type Params, Refusal, string, type Value } from './params';

export const settings = z.object({
	/** `printed`: every endpoint answers with exactly the envelope that [doc] prints; `printedWarning`: the one with a warning. */
	answers: z.enum(['living', 'printed', 'printedWarning']).default('living'),
	apiToken: z.string().min(1).default('while1-demo-token'),
	/** [doc] "optional": with null no hash is checked. */
	apiKey: z.string().nullable().default('while1-demo-key'),
	/** [wiki] `page_size: 100` in every sample. */
	pageSize: z.number().int().min(1).default(100),
	// Own invention: no document gives the zone of the PBX's times. Null: that of the office.
	zone: z.string().nullable().default(null),
	// Own invention: no document says in which order records come.
	order: z.enum(['newestFirst', 'oldestFirst', 'shuffled']).default('newestFirst'),
	// Own invention: no document names any field of a record except `id`. `filters`: named like the filters; `none`: no
	// times at all; `lengths`: also with Asterisk's duration and billsec.
	rows: z.enum(['filters', 'lengths', 'none']).default('lengths'),
	/** [wiki] "from_id: when the last synchronised ID is retained". Own invention: that it may be ignored. */
	fromId: z.enum(['after', 'ignored']).default('after'),
	// Own invention: whether `date_between` filters.
	dateBetween: z.enum(['applied', 'ignored']).default('applied'),
	/** [doc] marks no parameter of a call as required; [wiki] also the name and the external ID. */
	originateRequires: z.enum(['doc', 'wiki']).default('doc'),
	// Own invention: whether a form is read under the header that [doc] prints, as PHP by itself does not.
	textXml: z.enum(['ignored', 'read']).default('ignored'),
	/** [doc] "messages: ... optional avand in cheie codul de eroare": a list, or an object by code. */
	messagesAs: z.enum(['list', 'object']).default('list'),
	/** [doc] warnings come alongside results, as with the old credentials. Own invention: that they can come at any time. */
	warnings: z.array(z.string()).default([]),
	// Own invention: whether a customer who is called by a program picks up.
	customersAnswer: z.boolean().default(true),
	// Own invention: the HTTP status of errors is not documented; the vendor's client reads bodies of 200 and 226 only.
	errorStatus: z.number().int().default(200),
});

export type Settings = z.output<typeof settings>;

export interface Context {
	world: World;
	settings: Settings;
	params: Params;
	store: Store;
}

/** What has been saved through the API. */
export interface Store {
	cdrChanges: Map<number, Params>;
	members: Map<string, Params>;
	paused: Map<string, number>;
	contacts: Params[];
	leads: Map<string, Params>;
	campaign: Params[];
	channels: Map<string, Params>;
}

export interface Answer {
	results: unknown;
	/** The total number of rows of a paged list; without it the answer has no pagination. */
	rows?: number;
}

export const zoneOf = ({ settings: { zone }, world }: Context) => zone ?? world.zone;

export function time(at: number, context: Context): string {
	return clockText(context.world.stamp(at), zoneOf(context));
}

/** [wiki] "Y-m-d H:i:s". */
export function naive(value: Value | undefined, name: string): string {
	if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(string(value))) throw new Refusal(`Invalid ${name}`);
	return string(value);
}

/** One page of the rows. [wiki] `page`, from 1; an empty list has `current_page` 0 and `max_page` 0. */
export function paged(rows: object[], { params, settings: { pageSize } }: Context): Answer & { page: number } {
	const page = Number(string(params.page) || 1);
	return { results: rows.slice((page - 1) * pageSize, page * pageSize), rows: rows.length, page };
}
