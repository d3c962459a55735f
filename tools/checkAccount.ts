import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';

import { accountChecks } from './accountChecks';
import { asker, MOST_REQUESTS, type Account, type AccountCheck, type Key } from './accountChecks/ask';
import { findOut, report, table } from './accountChecks/run';
import { command } from '../harness/command';
import { Failure } from '../harness/failure';

/**
 * `npm run check-account -- <provider>`: asks a provider, with a real account, what its document leaves open. Every
 * question reads; nothing is written, called or texted.
 */

const HELP = `npm run check-account -- <provider> [options]

  <provider>                ${Object.keys(accountChecks).join(', ')}
  --address <URL>           of the API, where it is not the provider's usual one (While1 Voice: of the PBX)
  --api-version <v1|v2>     of VoIPcloud; default v1
  --just-called             a call of this account ended less than ten minutes ago: tells the zone of the times
  --help

The key is read from the environment or asked for, and never taken from the command line:
${Object.values(accountChecks)
	.flatMap(({ name, keys }) => keys.map(({ environment }) => `  ${environment.padEnd(24)}  ${name}`))
	.join('\n')}

At most ${MOST_REQUESTS} requests, half a second apart and each sent once. They read, and count for the account's limit.
`;

const GAP_MS = 500;

const PRIVATE_HOST = /^(localhost$|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]$)/;

async function main(): Promise<void> {
	const { values, positionals } = readArguments();
	if (values.help) {
		process.stdout.write(HELP);
		return;
	}
	const [provider = '', ...others] = positionals;
	const check = Object.hasOwn(accountChecks, provider) ? accountChecks[provider] : undefined;
	if (check === undefined || others.length > 0) {
		throw new Failure(
			check === undefined
				? `${provider === '' ? 'No provider is named' : 'There is no such provider'}`
				: 'There is more on the command line than the provider',
			`Type: npm run check-account -- ${check === undefined ? Object.keys(accountChecks).join('|') : provider}. Keys are never taken from the command line, where others can read them.`,
		);
	}
	const account: Account = {
		address: addressOf(check, values.address),
		choices: choicesOf(check, values['api-version']),
		keys: await keysOf(check),
		justCalled: values['just-called'],
	};
	const { findings, failure } = await findOut(check, account, asker(GAP_MS));
	if (findings.length > 0) {
		process.stdout.write(`${table(findings)}\n\nFor an issue, without any data of the account:\n\n`);
		process.stdout.write(`${report(check, account, findings, packageVersion())}\n`);
	}
	if (failure !== null) throw failure;
}

function readArguments() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				address: { type: 'string' },
				'api-version': { type: 'string' },
				'just-called': { type: 'boolean', default: false },
				help: { type: 'boolean', default: false },
			},
		});
	} catch {
		// The library's message repeats what it does not recognise, which may be a key.
		throw new Failure(
			'There is an unknown option on the command line, or one without its value',
			'See npm run check-account -- --help. Keys are never taken from the command line, where others can read them.',
		);
	}
}

function addressOf({ name, address: usual }: AccountCheck, given: string | undefined): string {
	const address = given ?? usual;
	if (address === null) {
		throw new Failure(`${name} has no address of its own`, 'Give that of your PBX: --address https://pbx.example.com');
	}
	const url = URL.canParse(address) ? new URL(address) : null;
	if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.search !== '') {
		throw new Failure('The address is none', 'Give it as https://host/path, without a user and without parameters.');
	}
	if (url.protocol === 'http:' && !PRIVATE_HOST.test(url.hostname)) {
		throw new Failure(
			'The address begins with http://',
			'Use https://, or the key travels readable through the internet.',
		);
	}
	return address.replace(/\/+$/, '');
}

function choicesOf({ name, choices = {} }: AccountCheck, version: string | undefined): Record<string, string> {
	const known = choices['api-version'];
	if (known === undefined) {
		if (version === undefined) return {};
		throw new Failure(`${name} has one version of its API`, 'Leave --api-version out.');
	}
	const chosen = version ?? known[0] ?? '';
	if (known.includes(chosen)) return { 'api-version': chosen };
	throw new Failure(`${name} has no such version of its API`, `--api-version is ${known.join(' or ')}.`);
}

async function keysOf({ name, keys }: AccountCheck): Promise<Record<string, string>> {
	const given: Record<string, string> = {};
	for (const key of keys) {
		const value = (process.env[key.environment] ?? (await asked(key))).trim();
		if (value === '' && key.isOptional !== true) {
			throw new Failure(
				`There is no key for ${name}`,
				`Set ${key.environment} in the environment, or run this in a terminal and type it when asked.`,
			);
		}
		given[key.name] = value;
	}
	return given;
}

/** What is typed in the terminal, unseen if it is a secret; '' where there is no terminal. */
async function asked({ prompt, isSecret }: Key): Promise<string> {
	if (!process.stdin.isTTY) return '';
	process.stderr.write(`${prompt}: `);
	const echo = new Writable({
		write(chunk: Buffer, _encoding, done) {
			if (!isSecret) process.stderr.write(chunk);
			done();
		},
	});
	const terminal = createInterface({ input: process.stdin, output: echo, terminal: true });
	try {
		return await terminal.question('');
	} finally {
		terminal.close();
		if (isSecret) process.stderr.write('\n');
	}
}

function packageVersion(): string {
	const written = readFileSync(join(__dirname, '..', 'package.json'), 'utf8');
	return (JSON.parse(written) as { version: string }).version;
}

command(main);
