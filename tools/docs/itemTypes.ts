/** The items of the triggers, and of the lists that give the same, as types: `reference.ts` makes schemas and a page of them. */
import type { IDataObject } from 'n8n-workflow';

import type { CallFacts, CallIdentity, Identity, MessageFacts } from '../../nodes/shared/calls/call';
import type { UnreturnedCaller } from '../../nodes/shared/calls/unreturnedItem';
import type { WholeCallFacts } from '../../nodes/shared/calls/facts';

export type { SimplifiedCall, SimplifiedCaller, SimplifiedMessage } from '../../nodes/shared/calls/simplified';

interface WithRaw extends IDataObject {
	/** With *Include Raw*: what the provider sent. */
	raw?: IDataObject | IDataObject[];
}

/** With *One Item per Call*, the default where a provider links the legs of a call. */
export type Call = CallIdentity & WholeCallFacts & WithRaw;

/** With *One Item per Leg*, and where a list holds whole calls already (VoIPcloud's queues and ring groups). */
export type Leg = CallIdentity & CallFacts & WithRaw;

/** A recording, a voicemail or a text message. */
export type Message = Identity & MessageFacts & WithRaw;

/** *Missed, Not Called Back*, and *Get Callers to Call Back*. */
export type Unreturned = UnreturnedCaller & WithRaw;
