import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { N8nRest, WorkflowContent, WorkflowNode } from '../../harness/n8n/rest';
import { PROJECT } from '../../harness/n8n/tarball';
import type { SimulatorProcess } from '../../harness/simulator';
import type { Sink } from './templatesSink';

/** What the suites of templates have in common: the files, and what their notes tell a user to do. */

const FOLDER = join(PROJECT, 'templates');
/** n8n writes files in here only, unless it is told otherwise. */
export const FILES = join(homedir(), '.n8n-files', `templates-${process.pid}`);

export const FORM_USER = { user: 'olive', password: 'form-password-1' };

/** As VoIPcloud writes a number. */
export function digits(number: string): string {
	return number.replace('+', '');
}

type Template = WorkflowContent;

/** By file name, without its ending. */
export async function templates(): Promise<Array<[string, Template]>> {
	const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.json')).sort();
	return await Promise.all(
		files.map(async (file): Promise<[string, Template]> => {
			return [file.replace('.json', ''), JSON.parse(await readFile(join(FOLDER, file), 'utf8')) as Template];
		}),
	);
}

export type Credentials = Record<string, NonNullable<WorkflowNode['credentials']>>;

/** By node type. */
export async function savedCredentials(rest: N8nRest, { credentials }: SimulatorProcess): Promise<Credentials> {
	const save = async (
		type: string,
		data: Record<string, unknown>,
	): Promise<NonNullable<WorkflowNode['credentials']>> => {
		const { id, name } = await rest.saveCredential(`${type} of the templates`, type, data);
		return { [type]: { id, name } };
	};
	const voipcloud = await save('voipcloudApi', credentials.voipcloudApi);
	const voipStudio = await save('voipStudioApi', credentials.voipStudioApi);
	const while1 = await save('while1VoiceApi', credentials.while1VoiceApi);
	return {
		voipcloud,
		voipcloudTrigger: voipcloud,
		voipStudio,
		voipStudioTrigger: voipStudio,
		while1Voice: while1,
		while1VoiceTrigger: while1,
		liveChat247: await save('liveChat247Api', credentials.liveChat247Api),
		formTrigger: await save('httpBasicAuth', FORM_USER),
	};
}

/** What the note in each template tells the user to do. */
export function setUp(node: WorkflowNode, credentials: Credentials, sink: Sink): WorkflowNode {
	const type = node.type.split('.')[1] ?? '';
	const parameters = { ...node.parameters };
	if (type === 'httpRequest') parameters.url = sink.url + new URL(String(parameters.url)).pathname;
	if (type === 'readWriteFile')
		parameters.fileName = String(parameters.fileName).replace('/home/node/.n8n-files', FILES);
	if (type === 'while1VoiceTrigger') {
		// Calls at night cannot be waited for: this one begins with those of the last week.
		const more = { timezone: 'Australia/Sydney', oldestCallHours: 0 };
		const options = { ...(parameters.options as object | undefined), ...more };
		Object.assign(parameters, { startFrom: 'hoursAgo', hours: 24 * 8, options });
	}
	return { ...node, parameters, ...(credentials[type] === undefined ? {} : { credentials: credentials[type] }) };
}

/** The last thing the notes tell: the node reaches people from now on. */
export function forReal(node: WorkflowNode): WorkflowNode {
	if (node.parameters.dryRun === undefined) return node;
	return { ...node, parameters: { ...node.parameters, dryRun: false } };
}

/** For `until`: nothing yet is no answer. */
export async function some<T>(list: T[] | Promise<T[]>): Promise<T[] | undefined> {
	const found = await list;
	return found.length > 0 ? found : undefined;
}

export async function tableRows(rest: N8nRest, name: string): Promise<Array<Record<string, unknown>>> {
	const { id: project } = await rest.request<{ id: string }>('GET', '/projects/personal');
	const { data: tables } = await rest.request<{ data: Array<{ id: string; name: string }> }>(
		'GET',
		`/projects/${project}/data-tables`,
	);
	const table = tables.find((one) => one.name === name);
	if (table === undefined) return [];
	const rows: Array<Record<string, unknown>> = [];
	for (;;) {
		const { data } = await rest.request<{ data: Array<Record<string, unknown>> }>(
			'GET',
			`/projects/${project}/data-tables/${table.id}/rows?take=100&skip=${rows.length}`,
		);
		rows.push(...data);
		if (data.length < 100) return rows;
	}
}
