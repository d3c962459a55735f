/** What an AI agent may do with a telephone, and what it must not do by itself. */
import type { IDataObject, INodeParameters, INodePropertyOptions } from 'n8n-workflow';

import { providers } from '../../harness/catalogue';
import { loadPackage } from '../../harness/engine/package';
import type { Simulator } from '../../simulator/server/server';
import { CREDENTIAL, fromAI, providersAt, simulatorOfAgents, toolVariant, withTool, type Provider } from './tool';

let simulator: Simulator;
const PROVIDERS = providersAt(() => simulator);

beforeAll(loadPackage);
beforeEach(async () => {
	simulator = await simulatorOfAgents();
});
afterEach(async () => {
	await simulator.close();
});

describe('What an agent must not do by itself', () => {
	const to = fromAI('To');
	const sms = { resource: 'sms', operation: 'send', to, message: 'Hi' };
	const invoked = async (provider: Provider, parameters: INodeParameters, args: IDataObject) =>
		await withTool(
			{ node: provider.node, credentials: provider.credentials(), parameters },
			async (tool) => await tool.invoke(args).catch(String),
		);

	it.each([
		['voipStudio', { resource: 'queueGroup', operation: 'delete', queueGroupId: '7' }],
		['voipStudio', { resource: 'callMeBackSetting', operation: 'delete', settingId: '7' }],
		['voipStudio', { resource: 'callMeBackButton', operation: 'delete', buttonId: '7' }],
		['voipStudio', { resource: 'apiToken', operation: 'create', name: 'mine' }],
		['voipStudio', { resource: 'apiToken', operation: 'getAll', options: { includeTokens: true } }],
		['voipStudio', { resource: 'apiToken', operation: 'delete', apiTokenId: CREDENTIAL }],
		['while1Voice', { resource: 'queue', operation: 'setMembers', queueName: 'sales' }],
		['while1Voice', { resource: 'endpoint', operation: 'call', endpointName: 'originate-call' }],
	] as Array<['voipStudio' | 'while1Voice', INodeParameters]>)(
		'%s %j is refused, and nothing is sent',
		async (node, parameters) => {
			const said = await invoked(PROVIDERS[node], parameters, {});
			expect(said).toContain('An AI agent may not do this');
			expect(said).toContain('tell the user');
			expect(simulator.requests).toHaveLength(0);
		},
	);

	it('is done where the user has allowed it, and a model cannot allow it to itself', async () => {
		const parameters = { resource: 'apiToken', operation: 'getAll' };
		const allowed = await invoked(PROVIDERS.voipStudio, { ...parameters, options: { allowForAgents: true } }, {});
		expect(allowed).toContain('…');
		expect(simulator.requests).toHaveLength(1);
		const options = { allowForAgents: fromAI('Allow', '', 'boolean') };
		const said = await invoked(PROVIDERS.voipStudio, { ...parameters, options }, { Allow: true });
		expect(said).toContain("'Allow for AI Agents' must be entered by hand");
		expect(simulator.requests).toHaveLength(1);
	});

	it.each([PROVIDERS.voipStudio, PROVIDERS.liveChat247])(
		'reaches only the numbers that the user allowed, and says which they are ($node)',
		async (provider) => {
			const parameters = { ...sms, options: { allowedNumbers: '+1212' } };
			const said = await invoked(provider, parameters, { To: '+881600000001' });
			expect(said).toContain("is not among the 'Allowed Numbers'");
			expect(said).toContain('Allowed: +1212');
			expect(simulator.requests).toHaveLength(0);
			expect(await invoked(provider, parameters, { To: '+12125550123' })).not.toContain('Error');
			expect(simulator.requests).toHaveLength(1);
		},
	);

	it('cannot change who is allowed or how many, nor switch off the guard against repetitions', async () => {
		const fields: Array<[string, string]> = [
			['allowedNumbers', 'string'],
			['atMostPerHour', 'number'],
			['duplicateGuardSeconds', 'number'],
		];
		for (const [field, type] of fields) {
			const parameters = { ...sms, options: { [field]: fromAI('Field', '', type) } };
			const args = { To: '+12125550124', Field: type === 'number' ? 1000 : '+' };
			expect(await invoked(PROVIDERS.liveChat247, parameters, args)).toContain('must be entered by hand');
			// n8n gives the arguments of a model to $json as well.
			const hidden = { ...sms, options: { [field]: '={{ $json.Field }}' } };
			expect(await invoked(PROVIDERS.liveChat247, hidden, args)).toContain('must be entered by hand');
		}
		expect(simulator.requests).toHaveLength(0);
	});

	it('is told how long to wait when it has reached as many as it may', async () => {
		const parameters = { ...sms, options: { atMostPerHour: 1 } };
		expect(await invoked(PROVIDERS.liveChat247, parameters, { To: '+12125550125' })).toContain('"success":true');
		const said = await invoked(PROVIDERS.liveChat247, parameters, { To: '+12125550126' });
		expect(said).toContain('Try again in 60 minutes, or tell the user');
		expect(simulator.requests).toHaveLength(1);
	});
});

it('keeps every operation that deletes from agents, also one that is added later', () => {
	const deleting = providers.flatMap(({ node, operations }) =>
		operations
			.filter(({ request, operation }) => request.startsWith('DELETE') && operation !== 'hangUp')
			.map(({ resource, operation }) => [node, resource, operation] as const),
	);
	expect(deleting.length).toBeGreaterThan(3);
	for (const [node, resource, operation] of deleting) {
		const [options] = toolVariant(node).description.properties.filter(
			({ name, displayOptions: { show } = {} }) =>
				name === 'options' && show?.resource?.includes(resource) === true && show.operation?.includes(operation),
		);
		expect((options.options as INodePropertyOptions[]).map(({ name }) => name)).toContain('allowForAgents');
	}
});
