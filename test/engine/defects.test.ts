/** A mistake in the package's own code must not look like a fault of the network, which passes by itself. */
import type { INodeParameters } from 'n8n-workflow';
import { join } from 'node:path';

import { demoCredentials } from '../../harness/engine/demoCredentials';
import { searchList } from '../../harness/engine/editor';
import { loader, loadPackage } from '../../harness/engine/package';
import { PublishedTrigger } from '../../harness/engine/polling';
import { runNode } from '../../harness/engine/run';
import type * as api from '../../nodes/VoipStudio/api';
import type * as nesting from '../../nodes/shared/values/nesting';
import { createSimulator, type Simulator } from '../../simulator/server/server';

const MISTAKE = "Cannot read properties of undefined (reading 'id')";
const DEFECT = 'This is a defect of the node.';

let simulator: Simulator;

beforeAll(loadPackage);
beforeEach(async () => {
	simulator = await createSimulator({ world: { seed: 7, callsPerDay: 0 } });
});
afterEach(async () => {
	jest.restoreAllMocks();
	await simulator.close();
});

/** A module as it was built, which is the one that the nodes use. */
function built<Module extends object>(path: string): Module {
	return jest.requireActual<Module>(join(__dirname, '../../dist/nodes', path));
}

function fail(): never {
	throw new TypeError(MISTAKE);
}

/** Where the code fails, and how many requests are sent by then. */
const PLACES: Array<[string, number, () => void]> = [
	[
		'where the answer is decoded',
		1,
		() => jest.spyOn(built<typeof nesting>('shared/values/nesting.js'), 'flawOf').mockImplementation(fail),
	],
	[
		'where the answer is judged',
		1,
		() => jest.spyOn(built<typeof api>('VoipStudio/api.js').voipStudio, 'problem').mockImplementation(fail),
	],
	[
		'in the credential, where n8n makes of it what it makes of a broken connection',
		0,
		() => {
			const type = loader.getCredential('voipStudioApi').type as unknown as { authenticate: () => Promise<never> };
			jest.spyOn(type, 'authenticate').mockImplementation(async () => fail());
		},
	],
];

describe.each(PLACES)('a mistake %s', (_where, requests, make) => {
	const credentials = () => demoCredentials(simulator.urls);
	const studio = (parameters: INodeParameters) => ({ node: 'voipStudio', parameters, credentials: credentials() });

	it('is told as one by a read, and not repeated as a broken connection is', async () => {
		make();
		const { error } = await runNode(studio({ resource: 'user', operation: 'getAll' }));
		expect([error?.message, error?.description]).toEqual([MISTAKE, DEFECT]);
		// Whoever mends it has to know where it is.
		expect(error?.stack).toContain('defects.test');
		expect(simulator.requests).toHaveLength(requests);
	});

	it('is told by the item of a node that goes on after errors', async () => {
		make();
		const request = studio({ resource: 'user', operation: 'getAll' });
		const { items } = await runNode({ ...request, onError: 'continueRegularOutput' });
		expect(items.map(({ json }) => json)).toEqual([{ error: MISTAKE }]);
	});

	it('is told by a list to search in', async () => {
		make();
		await expect(searchList(studio({}), 'searchUsers')).rejects.toThrow(MISTAKE);
	});

	it('stops a trigger when it is published, which would be silent for ever if it waited for the network', async () => {
		make();
		const trigger = await PublishedTrigger.publish({
			node: 'voipStudioTrigger',
			parameters: { event: 'cdr' },
			credentials: credentials(),
		});
		await expect(trigger.poll()).rejects.toMatchObject({
			message: MISTAKE,
			description: expect.stringContaining(DEFECT) as string,
			failure: { cause: 'node-defect' },
		});
	});

	it('leaves open whether a call was placed, or somebody would be called twice', async () => {
		make();
		const options = { duplicateGuardSeconds: 60 };
		const call = studio({ resource: 'call', operation: 'create', to: '+61290001234', options });
		const { error } = await runNode(call);
		expect(error?.message).toBe('It is not known whether VoIPstudio carried out the request');
		expect(error?.description).toBe(
			`${MISTAKE}. ${DEFECT} It may or may not have gone through, and was not repeated: look it up in the portal of VoIPstudio before running it again.`,
		);
		expect(simulator.requests).toHaveLength(requests);
		jest.restoreAllMocks();
		expect((await runNode(call)).error?.description).toContain('Duplicate Guard');
		expect(simulator.requests).toHaveLength(requests);
	});
});
