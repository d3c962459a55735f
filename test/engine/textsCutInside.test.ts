/** A text that was cut inside an emoji, as by `slice`: half a character, which some encodings fail at and others replace. */
import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';

import { runNode } from '../../harness/engine/run';
import { recordingServer, type RecordingServer } from '../../harness/servers';

let server: RecordingServer;
beforeAll(async () => {
	server = await recordingServer((_request, response) => {
		response.setHeader('content-type', 'application/json');
		response.end('{"id":7,"code":200,"data":[],"success":true,"has_error":false,"messages":[],"results":[]}');
	});
});
afterAll(async () => await server.close());

const CUT = 'Caf\u00e9 \ud83d\ude00'.slice(0, -1);

const WAYS: Array<[string, INodeParameters, (root: string) => Record<string, ICredentialDataDecryptedObject>]> = [
	[
		'VoIPstudio',
		{ resource: 'sms', operation: 'send', to: '+34600000000', message: CUT },
		(baseUrl) => ({ voipStudioApi: { apiKey: 'a-key', baseUrl } }),
	],
	[
		'VoIPcloud',
		{ resource: 'userCall', operation: 'getAll', output: 'raw', period: 'all', filters: { names: CUT } },
		(baseUrl) => ({ voipcloudApi: { apiKey: 'a-key', baseUrl, apiVersion: 'v1' } }),
	],
	[
		'247LiveChat',
		{ resource: 'sms', operation: 'send', to: '+442079460018', message: CUT },
		(baseUrl) => ({
			liveChat247Api: {
				email: 'a@example.com',
				authentication: 'apiKey',
				apiKey: 'a-key',
				environment: 'custom',
				baseUrl,
			},
		}),
	],
	[
		'While1 Voice',
		{
			...{ resource: 'call', operation: 'originate', projectId: 1, callerId: '0212345678', type: 'queue' },
			...{ destination: 'sales', additionalFields: { callerIdName: CUT } },
		},
		(baseUrl) => ({ while1VoiceApi: { baseUrl, apiToken: 'a-token', apiKey: 'a-key' } }),
	],
];
const NODES: Record<string, string> = {
	VoIPstudio: 'voipStudio',
	VoIPcloud: 'voipcloud',
	'247LiveChat': 'liveChat247',
	'While1 Voice': 'while1Voice',
};

it.each(WAYS)(
	'%s is sent the text without the half, and the request does not fail',
	async (name, parameters, credentials) => {
		server.received.splice(0);
		const { error } = await runNode({
			node: NODES[name],
			parameters,
			credentials: credentials(`http://127.0.0.1:${server.port}`),
		});
		expect(error).toBeUndefined();
		const [{ url, body }] = server.received;
		// Read as UTF-8, out of an address, a form or JSON.
		const sent = decodeURIComponent(`${url} ${Buffer.from(body, 'latin1').toString()}`.replaceAll('+', ' '));
		expect(sent).toContain('Caf\u00e9');
		expect(sent).not.toMatch(/\ufffd|\\ud83d|\p{Surrogate}/u);
	},
);
