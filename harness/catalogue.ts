/**
 * What the package can do: the one table behind the README's tables, the quality files and the completeness check.
 * A provider joins with one entry; its operations are those that its resources declare.
 */
import type { IDataObject } from 'n8n-workflow';

import { liveChat247 } from '../nodes/LiveChat247/api';
import * as liveChat247Resources from '../nodes/LiveChat247/resources';
import { voipStudio } from '../nodes/VoipStudio/api';
import { voipStudioTrigger } from '../nodes/VoipStudio/calls/trigger';
import { voipStudioEvents } from '../nodes/VoipStudio/event/events';
import * as voipStudioResources from '../nodes/VoipStudio/resources';
import { voipcloud } from '../nodes/Voipcloud/api';
import { voipcloudTrigger } from '../nodes/Voipcloud/calls/trigger';
import { voipcloudEvents } from '../nodes/Voipcloud/event/events';
import * as voipcloudResources from '../nodes/Voipcloud/resources';
import { while1Voice } from '../nodes/While1Voice/api';
import { while1VoiceTrigger } from '../nodes/While1Voice/calls/trigger';
import { while1VoiceEvents } from '../nodes/While1Voice/event/events';
import * as while1VoiceResources from '../nodes/While1Voice/resources';
import type { EventProvider } from '../nodes/shared/events/eventProvider';
import type { TriggerProvider } from '../nodes/shared/calls/source';
import type { Effect, Evidence, OperationDefinition, Resource } from '../nodes/shared/operation/definition';
import type { Budget, Provider as Transport } from '../nodes/shared/request/provider';

export interface Operation {
	readonly resource: string;
	readonly operation: string;
	/** The request as the provider's documents name it. */
	readonly request: string;
	readonly evidence: Evidence;
	readonly effect: Effect;
	readonly printed?: IDataObject;
	/** Why the editor shows no fields of its output before the first run. */
	readonly untold?: string;
}

interface ProviderEntry {
	/** The node; `<node>Trigger` is its trigger. */
	readonly node: string;
	/** In `docs/`. */
	readonly doc: string;
	/** Its package of its own on npm, beside that of all providers. */
	readonly package: string;
	readonly credentials: readonly string[];
	readonly api: string;
	/** Its trigger; undefined where the provider publishes no history. */
	readonly trigger?: TriggerProvider;
	/** Events of the trigger; empty where the provider publishes no history. */
	readonly events: readonly string[];
	/** What it pushes to its event trigger, `<node>EventTrigger`. */
	readonly pushes?: EventProvider;
}

export interface Provider extends ProviderEntry {
	readonly name: string;
	readonly limit: string;
	readonly operations: readonly Operation[];
	/** As its node takes them. */
	readonly resources: readonly Resource[];
}

type Request = OperationDefinition['request'];

/** A provider's row. `told` says a request as its documents do, where its definition does not give their words itself. */
function provider(
	{ name, budget }: Transport,
	entry: ProviderEntry,
	resources: Readonly<Record<string, Resource>>,
	told: (request: Request) => string,
): Provider {
	const operations = Object.values(resources).flatMap(({ option: { value: resource }, operations }) =>
		Object.entries(operations).map(([operation, { request, documentedAs, evidence, effect, printed, untold }]) => ({
			resource,
			operation,
			request: documentedAs ?? told(request),
			evidence,
			effect,
			printed,
			untold,
		})),
	);
	return { ...entry, name, limit: limitOf(budget), operations, resources: Object.values(resources) };
}

function limitOf(budget?: Budget): string {
	if (budget === undefined) return 'none documented';
	const minutes = budget.windowMs / 60_000;
	return `${budget.requests} requests in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}`;
}

export const providers: readonly Provider[] = [
	provider(
		voipStudio,
		{
			node: 'voipStudio',
			doc: 'voipstudio.md',
			package: 'n8n-nodes-voipstudio',
			credentials: ['voipStudioApi', 'voipStudioLoginApi'],
			api: 'REST API v1.2 with the Call Me Back module',
			trigger: voipStudioTrigger,
			pushes: voipStudioEvents,
			events: ['cdr', 'missedCall', 'callMeBackCdr', 'recording', 'voicemail', 'sms', 'missedNotReturned'],
		},
		voipStudioResources,
		({ method, url }) => `${method} ${url}`,
	),
	provider(
		voipcloud,
		{
			node: 'voipcloud',
			doc: 'voipcloud.md',
			package: 'n8n-nodes-voipcloud',
			credentials: ['voipcloudApi'],
			api: 'PBX integration API v1 and v2',
			trigger: voipcloudTrigger,
			events: [
				'queueCall',
				'ringGroupCall',
				'userCall',
				'missedQueueCall',
				'missedRingGroupCall',
				'missedUserCall',
				'missedNotReturned',
			],
			pushes: voipcloudEvents,
		},
		voipcloudResources,
		({ method, url }) => `${method} ${url.slice(1)}`,
	),
	provider(
		liveChat247,
		{
			node: 'liveChat247',
			doc: '247livechat.md',
			package: 'n8n-nodes-247livechat',
			credentials: ['liveChat247Api'],
			api: 'REST API for calls, SMS and fax',
			events: [],
		},
		liveChat247Resources,
		({ method, body, qs }) => {
			const { o, a } = (body ?? qs) as Record<'o' | 'a', string>;
			return `${method} o=${o} a=${a}`;
		},
	),
	provider(
		while1Voice,
		{
			node: 'while1Voice',
			doc: 'while1-voice.md',
			package: 'n8n-nodes-while1-voice',
			credentials: ['while1VoiceApi'],
			api: 'signed PBX API',
			trigger: while1VoiceTrigger,
			pushes: while1VoiceEvents,
			events: ['cdr', 'missedCall', 'missedNotReturned'],
		},
		while1VoiceResources,
		({ url, body }) => {
			const { action } = (body ?? {}) as { action?: string };
			return action === undefined ? url.slice(1) : `${url.slice(1)} (${action})`;
		},
	),
];
