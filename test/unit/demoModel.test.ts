import type { ChatRequest } from '../../harness/chatModel';
import { demoReply } from '../../tools/demoModel';

const tool = (name: string, description: string, fields: string[] = []) => ({
	function: { name, description, parameters: { properties: Object.fromEntries(fields.map((field) => [field, {}])) } },
});
const callers = tool('Callers_not_reached', 'Get callers to call back from queue calls in VoIPcloud');
const call = tool('Call_somebody', 'Make a phone call in VoIPcloud', ['Number_to_Call']);
const tools = [call, callers];

const after = (...said: Array<[role: string, content: string]>): ChatRequest => ({
	messages: said.map(([role, content]) => ({ role, content })),
	tools,
});

it('A question is put to the tool that knows the callers, so that nobody is called by asking', () => {
	expect(demoReply(after(['user', 'Who was not called back today?']))).toEqual({ call: callers.function, with: {} });
});

it('Only a request with a number in it goes to the tool that calls, with that number', () => {
	const asked = after(['system', 'You help.'], ['user', 'Please call +61 491 570 156 now']);
	expect(demoReply(asked)).toEqual({ call: call.function, with: { Number_to_Call: '+61 491 570 156' } });
});

it.each([
	[[], 'Everybody who called today has been reached since.'],
	[
		[
			{ from: { e164: '+61491570156', number: '61491570156' }, attempts: [{}, {}], waitedMinutes: 12 },
			{ from: { e164: null, number: null }, attempts: [{}], waitedMinutes: 3.4 },
		],
		'2 not reached yet:\n\n- +61491570156: called 2 times, waits for 12 minutes\n- a withheld number: called once, waits for 3 minutes',
	],
])('What the tool found, %j, is told in words', (found, expected) => {
	expect(demoReply(after(['user', 'Who?'], ['tool', JSON.stringify(found)]))).toEqual({ say: expected });
});

it('A rehearsal is told as one, and an error in the words of the node', () => {
	const said = (content: string) => JSON.stringify(demoReply(after(['user', 'Call +61491570156'], ['tool', content])));
	expect(said('[{"dryRun":true,"method":"POST"}]')).toContain('no phone rings');
	expect(said('VoIPcloud refused the API key')).toContain('VoIPcloud refused the API key');
	expect(said('VoIPcloud refused the API key')).not.toContain('no phone rings');
});
