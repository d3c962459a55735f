import type { IHttpRequestOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { ListSettings, OperationDefinition, Output, SimpleFields } from '../../shared/operation/definition';
import { kind, value, type PreSend } from '../../shared/operation/fields';
import { isOn, unusable } from '../../shared/parameters/read';
import type { Check, Fetch } from '../../shared/request/provider';
import { isRecord } from '../../shared/values/values';
import { missingRecord, pageIn, recordOf } from '../api';
import { conditionFilters, type KnownValues } from './filterForm';

/** What a list says about the properties of its records. */
interface ListFields {
	/** The property of the first condition and the first group. */
	readonly first: string;
	/** Values to filter by, where the properties hold others than a number and a date. */
	readonly example?: string;
	/** All values that a property is known to have, for those that have few. */
	readonly known?: KnownValues;
	/** The property of the first group, where it is another. */
	readonly firstGroup?: string;
	/** Whether the provider's own clients send an order. */
	readonly isSorted?: boolean;
}

/**
 * What the introduction documents for all lists: a filter, groups, and the number of all records. To be spread into a Get Many.
 *
 * @param properties of the records: those that can hold a value to compare with
 */
export function listFields(
	properties: INodePropertyOptions[],
	{ first, example, known, firstGroup = first, isSorted = false }: ListFields,
): Required<Pick<OperationDefinition, 'fields' | 'options' | 'givesRecords' | 'instead'>> {
	return {
		fields: [conditionFilters(properties, first, example, known)],
		options: [
			countOnlyOption,
			groupByOption(properties, 'returned', firstGroup),
			...(isSorted ? sortOptions(properties) : []),
		],
		givesRecords: isUngrouped,
		instead: countOnly,
	};
}

const countOnlyOption: INodeProperties = {
	displayName: 'Count Only',
	name: 'countOnly',
	type: 'boolean',
	default: false,
	description:
		"Whether to return one item with the number of records as 'total', by one request, instead of the records. 'Limit' has no bearing on it.",
};

/** "total - total number of resources", read from the first answer of the list. */
const countOnly: NonNullable<ListSettings['instead']> = async function (pages, fetch, request) {
	if (!isOn(this, 'options.countOnly', 'Count Only')) return undefined;
	let total: number | null = null;
	const watched: Fetch = async (sent, check) => {
		const answer = await fetch(sent, (one) => check?.(one) ?? missingTotal(one));
		({ total } = pageIn(answer));
		return answer;
	};
	for await (const page of pages(watched, request, 1)) {
		void page;
		break;
	}
	return { total };
};

/** A total that is missing, or less than what arrived, must not look like a count. */
const missingTotal: Check = (answer) => {
	const { rows, total } = pageIn(answer);
	if (total !== null && total >= rows.length) return undefined;
	return {
		message: 'VoIPstudio did not tell how many records there are',
		description: `${total === null ? "Its answer has no 'total'" : `Its answer has ${rows.length} records and a 'total' of ${total}`}. Turn 'Count Only' off and 'Return All' on, and count the items.`,
		cause: 'configuration-invalid',
		code: String(answer.status),
	};
};

/** The order of a list that the provider's own clients sort, if the user has not chosen one. */
export const sorted: PreSend = async function (request) {
	// The newest first if only some are wanted; if all are, the order in which pages do not move.
	return inOrder(request, isOn(this, 'returnAll', 'Return All') ? 'ASC' : 'DESC');
};

/** The order of a list with no documented order: only what the user has chosen. */
export const sortedIfAsked: PreSend = async function (request) {
	const { sort, dir } = request.qs ?? {};
	return sort === undefined && dir === undefined ? request : inOrder(request, 'ASC');
};

/** The order of a list that is read in full, unless the user has chosen another: the one in which pages do not move. */
export const sortedFromOldest: PreSend = async function (request) {
	return inOrder(request, 'ASC');
};

function inOrder(request: IHttpRequestOptions, direction: 'ASC' | 'DESC'): IHttpRequestOptions {
	const { sort, dir, group_by } = request.qs ?? {};
	if (sort !== undefined || dir !== undefined) {
		return { ...request, qs: { ...request.qs, sort: sort ?? 'id', dir: dir ?? 'ASC' } };
	}
	return group_by !== undefined ? request : { ...request, qs: { ...request.qs, sort: 'id', dir: direction } };
}

/** Whether a request asks for records, and not for groups of them. */
function isUngrouped({ qs }: IHttpRequestOptions): boolean {
	return qs?.group_by === undefined;
}

/** The option to group the records of a list. */
export function groupByOption(
	properties: INodePropertyOptions[],
	fate: 'returned' | 'written',
	first: string,
): INodeProperties {
	return value('query.group_by', {
		displayName: 'Group By',
		name: 'groupBy',
		type: 'options',
		options: properties,
		default: first,
		description: `The property to group records by. What VoIPstudio gives for a group is not documented, so it is ${fate} as it comes.`,
	});
}

const direction = kind({ type: 'options', default: 'ASC' }, (context, given, displayName) => {
	const written = String(given).trim().toUpperCase();
	if (written === 'ASC' || written === 'DESC') return written;
	throw unusable(context, displayName, 'must be ASC or DESC', given);
});

/** Options of lists whose order can be chosen. */
export function sortOptions(properties: INodePropertyOptions[]): INodeProperties[] {
	return [
		value('query.sort', {
			displayName: 'Sort By',
			name: 'sortBy',
			type: 'options',
			options: properties,
			default: 'id',
			description: "The property to sort by. Without it: newest first, and oldest first with 'Return All'.",
		}),
		direction('query.dir', {
			displayName: 'Sort Direction',
			name: 'sortDirection',
			options: [
				{ name: 'Ascending', value: 'ASC' },
				{ name: 'Descending', value: 'DESC' },
			],
			description: 'Whether the smallest or the largest value comes first',
		}),
	];
}

const includeLinksOption: INodeProperties = {
	displayName: 'Include Links',
	name: 'includeLinks',
	type: 'boolean',
	default: false,
	description:
		"Whether to add 'links', which VoIPstudio gives beside a single record and describes as links to related resources. Empty where there are none.",
};

const recordWithLinks: Output = function (answer) {
	const record = recordOf(answer);
	if (!isOn(this, 'options.includeLinks', 'Include Links')) return record;
	const { links } = answer.body as { links?: unknown };
	return { ...record, links: isRecord(links) ? links : null };
};

/**
 * What the introduction documents of each single record: the record, and its links. To be spread into a Get.
 *
 * @param simple the fields that 'Simplify' keeps, where there is that switch
 */
export function singleRecord(
	simple?: SimpleFields,
): Pick<OperationDefinition, 'options' | 'simple'> & { readonly output: Output; readonly check: Check } {
	return {
		output: recordWithLinks,
		check: missingRecord,
		options: [includeLinksOption],
		...(simple !== undefined && { simple: [...simple, 'links'] }),
	};
}
