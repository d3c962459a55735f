import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { providers } from '../../harness/catalogue';
import { VoipStudioTrigger } from '../../nodes/VoipStudio/VoipStudioTrigger.node';
import { voipStudioTrigger } from '../../nodes/VoipStudio/calls/trigger';
import { VoipcloudTrigger } from '../../nodes/Voipcloud/VoipcloudTrigger.node';
import { voipcloudTrigger } from '../../nodes/Voipcloud/calls/trigger';
import { While1VoiceTrigger } from '../../nodes/While1Voice/While1VoiceTrigger.node';
import { while1VoiceTrigger } from '../../nodes/While1Voice/calls/trigger';
import type { CallFacts } from '../../nodes/shared/calls/call';
import type { TriggerProvider } from '../../nodes/shared/calls/source';

/*
 * The values that a record can give, found by reading records with every word that a provider may write in every field that
 * tells how a call went. A value that is offered and that none of them gives would make a trigger silent for ever.
 */

/** The words of all documents, those of the normalised call, and some that are nobody's. */
const WORDS = ['answered', 'abandoned', 'timedout', 'missed', 'busy', 'failed', 'CONNECTED', 'NO ANSWER']
	.concat(['inbound', 'outbound', 'internal'])
	.concat(['BUSY', 'FAILED', 'ANSWERED', 'CONGESTION', 'IN', 'OUT', 'I', 'O', 'M', '', 'something new'])
	.flatMap((word) => [word, ...['inbound', 'outbound', 'internal', 'x'].map((side) => `user_${side}_${word}`)]);
const NUMBERS = [null, 0, 1, 9, '0', '1'];

function* records(): Generator<IDataObject> {
	for (const word of WORDS) {
		for (const other of WORDS)
			yield { type: word, disposition: other, direction: word, call_status: other, status: other };
	}
	for (const is_inbound of NUMBERS)
		for (const conversation_duration of NUMBERS) yield { is_inbound, conversation_duration };
}

type Tells = Record<'direction' | 'outcome', string[]>;

function told(trigger: TriggerProvider, event: string, credentials: IDataObject): Tells {
	const names = { queues: [], ringGroups: [], users: [] };
	const source = trigger.source({ event, credentials, names, timezone: 'utc', firstTimezone: 'utc' });
	const [direction, outcome] = [new Set<string>(), new Set<string>()];
	for (const record of records()) {
		const facts = source.normalize(record) as CallFacts;
		if (facts.direction !== null) direction.add(facts.direction);
		if (facts.outcome !== null) outcome.add(facts.outcome);
	}
	return { direction: [...direction].sort(), outcome: [...outcome].sort() };
}

/** What the form of a trigger offers for an event. */
function offered(properties: INodeProperties[], event: string): Tells {
	const filters = properties.find(({ name }) => name === 'filters')?.options as INodeProperties[];
	const valuesOf = (filter: string): string[] =>
		filters
			.filter(({ name, displayOptions }) => name === filter && displayOptions?.show?.['/event']?.includes(event))
			.flatMap(({ options }) => (options as INodePropertyOptions[]).map(({ value }) => String(value)))
			.sort();
	return { direction: valuesOf('direction'), outcome: valuesOf('outcome') };
}

const V1 = { apiVersion: 'v1' };
const V2 = { apiVersion: 'v2' };
const CASES: Array<[string, string, TriggerProvider, IDataObject[], INodeProperties[], hidden?: 'direction']> = [
	['VoIPstudio', 'cdr', voipStudioTrigger, [{}], new VoipStudioTrigger().description.properties],
	['VoIPstudio', 'callMeBackCdr', voipStudioTrigger, [{}], new VoipStudioTrigger().description.properties],
	['VoIPcloud', 'queueCall', voipcloudTrigger, [V1, V2], new VoipcloudTrigger().description.properties, 'direction'],
	[
		'VoIPcloud',
		'ringGroupCall',
		voipcloudTrigger,
		[V1, V2],
		new VoipcloudTrigger().description.properties,
		'direction',
	],
	['VoIPcloud', 'userCall', voipcloudTrigger, [V1, V2], new VoipcloudTrigger().description.properties],
	['While1 Voice', 'cdr', while1VoiceTrigger, [{}], new While1VoiceTrigger().description.properties],
];

it('knows every trigger, and each looks for missed calls in an event of its own', () => {
	const triggers = providers.filter(({ events }) => events.length > 0);
	expect(new Set(CASES.map(([provider]) => provider))).toEqual(new Set(triggers.map(({ name }) => name)));
	for (const { trigger, events } of triggers)
		expect(events).toEqual(expect.arrayContaining([...(trigger?.missedIn ?? [''])]));
});

describe.each(CASES)('%s %s', (_provider, event, trigger, credentials, properties, hidden) => {
	it.each(credentials)(
		'takes exactly the values that a record can give with %j, or a filter waits for ever',
		(given) => {
			const possible = trigger.valuesOfEvent(event, given);
			const can = {
				direction: [...(possible?.direction ?? [])].sort(),
				outcome: [...(possible?.outcome ?? [])].sort(),
			};
			expect(can).toEqual(told(trigger, event, given));
		},
	);

	it('offers what one of the versions can give, and nothing else', () => {
		const all = credentials.map((given) => told(trigger, event, given));
		const union = (filter: keyof Tells) => [...new Set(all.flatMap((tells) => tells[filter]))].sort();
		expect(offered(properties, event)).toEqual({
			direction: hidden === 'direction' ? [] : union('direction'),
			// Missed (Any) stands for several of them.
			outcome: [...union('outcome'), 'unanswered'].sort(),
		});
	});
});

it('what only API version 2 of VoIPcloud can give is marked, so that nobody waits for it on version 1', () => {
	const filters = new VoipcloudTrigger().description.properties.find(({ name }) => name === 'filters');
	for (const [event, filter] of [
		['userCall', 'direction'],
		['userCall', 'outcome'],
		['queueCall', 'outcome'],
	] as const) {
		const [field] = (filters?.options as INodeProperties[]).filter(
			({ name, displayOptions }) => name === filter && displayOptions?.show?.['/event']?.includes(event),
		);
		const marked = (field.options as INodePropertyOptions[])
			.filter(({ description }) => description?.includes('API version 2'))
			.map(({ value }) => String(value));
		const onV1 = told(voipcloudTrigger, event, V1)[filter];
		const onV2 = told(voipcloudTrigger, event, V2)[filter];
		expect(marked.sort()).toEqual(onV2.filter((value) => !onV1.includes(value)));
	}
});

it('the events that are no calls have neither', () => {
	for (const event of ['recording', 'voicemail', 'sms'])
		expect(voipStudioTrigger.valuesOfEvent(event, {})).toBeUndefined();
});
