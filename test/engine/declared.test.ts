/** What follows from the declaration of an operation, on the built package. */
import type { INodeProperties, INodePropertyCollection, INodeType } from 'n8n-workflow';

import { providers } from '../../harness/catalogue';
import { loader, loadPackage } from '../../harness/engine/package';
import { CALL_LISTS } from '../../harness/forms';

let properties: ReadonlyMap<string, INodeProperties[]>;

beforeAll(async () => {
	await loadPackage();
	properties = new Map(
		providers.map(({ node }) => [node, (loader.getNode(node).type as INodeType).description.properties]),
	);
});

const fieldsOf = (node: string, resource: string, operation: string) =>
	(properties.get(node) ?? []).filter(
		({ name, displayOptions: { show } = {} }) =>
			name !== 'operation' && show?.resource?.includes(resource) && show.operation?.includes(operation),
	);

/**
 * Fields whose values stay in the node: they say what to do with a request or an answer, and are no part of either.
 * What is not in this list reaches the provider.
 */
const OF_THE_NODE = new Set([
	'agentFirstNotice',
	'fromFirstNotice',
	'ownPhoneFirstNotice',
	'reachNotice',
	'replaceNotice',
	'senderNotice',
	'v1Notice',
	'returnAll',
	'limit',
	'simplify',
	'dryRun',
	'answeredMeans',
	'maxWait',
	'allowedNumbers',
	'atMostPerHour',
	'duplicateGuardSeconds',
	'skipWithoutNumber',
	'callerType',
	// Only there where a collection is a text.
	'length',
	// The form of the request as a whole, and which of its fields are shown.
	'bodyFormat',
	'contentType',
	'connectWith',
	'transport',
	// How values are read.
	'timezone',
	// Files, and what becomes of the answer.
	'byteOrderMark',
	'escapeFormulas',
	'fileName',
	'maxFileSize',
	'format',
	'rows',
	'includeTokens',
	'failOnNotFound',
	'includeLinks',
	'countOnly',
	'wholeAnswer',
	'output',
	'itemPer',
	'includeRaw',
	'defaultCountry',
	'reportTimezone',
	'callerType',
	// A consent.
	'removeAllMembers',
	'allowForAgents',
]);

/** Those of the fields that reach the provider whose values n8n's routing cannot carry. */
const IN_CODE = new Set([
	// The bytes of a fax are a part of a multipart body; the name of an output field reaches nobody.
	'binaryPropertyName',
	// What a call tells is compared with what recordings tell.
	'call',
	'waitSeconds',
	// A period becomes what the provider can filter by.
	'period',
	'periodFrom',
	'periodTo',
	// The address of a deletion holds the key itself, which is looked up by its name.
	'apiTokenId',
]);

interface Leaf {
	name: string;
	isRouted: boolean;
}

/** The fields that a user fills in; those of a form that travels as one value are routed with it. */
function* leaves(fields: INodeProperties[], isWhole = false): Iterable<Leaf> {
	for (const field of fields) {
		const { name, type, routing, options } = field;
		const isRouted = isWhole || routing?.send?.property !== undefined || routing?.request?.url !== undefined;
		// Whole calls are judged in the node, when they have been read.
		if (name === 'calls') continue;
		if (type === 'collection') yield* leaves(options as INodeProperties[]);
		else if (type === 'fixedCollection') {
			for (const { values } of options as INodePropertyCollection[]) yield* leaves(values, isRouted);
		} else yield { name, isRouted };
	}
}

it('has n8n build the requests: at least nine of ten fields that reach a provider carry their own routing', () => {
	const sent = providers
		.flatMap(({ node, operations }) =>
			operations
				// They read what the trigger reads, and decide and count in the node.
				.filter(({ operation }) => operation !== 'getUnreturned')
				.filter(({ resource, operation }) => operation !== 'getStatistics' || !CALL_LISTS.has(resource))
				.flatMap(({ resource, operation }) => [...leaves(fieldsOf(node, resource, operation))]),
		)
		.filter(({ name }) => !OF_THE_NODE.has(name));
	const unrouted = sent.filter(({ isRouted }) => !isRouted).map(({ name }) => name);
	expect([...new Set(unrouted)].filter((name) => !IN_CODE.has(name))).toEqual([]);
	expect(1 - unrouted.length / sent.length).toBeGreaterThanOrEqual(0.9);
	expect(sent.length).toBeGreaterThan(200);
});
