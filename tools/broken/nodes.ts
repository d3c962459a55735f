/**
 * Nodes that break what the providers' documents say: a row of docs/conformance that binds the node has at least one, and the row's
 * test has to fail with each.
 */
import { providers } from '../../harness/catalogue';
import { conformanceOf, type Statement } from '../docs/conformance';
import { guarded, inFile, misnamed, type Broken } from './table';
import { voipstudio } from './voipstudio';

export const FILES: readonly string[] = providers.map(({ doc }) => doc.replace('.md', ''));

const told = ({ section, says }: Statement): string => `${section}: ${says}`;

/** The statements that the node has to honour, and a test proves. */
export function provenRows(file: string): Statement[] {
	const { statements } = conformanceOf(`${file}.yaml`);
	return statements.filter(({ binds, proof }) => binds !== 'simulator' && proof !== undefined);
}

/** The proven statements that a broken node breaks. */
export function rowsOf(file: string, { rows }: Broken): Statement[] {
	return provenRows(file).filter((row) => rows?.test(told(row)));
}

/** The tests that must fail with a broken node. @param word in the statements, or the tests, that are taken */
export function proofsOf(file: string, broken: Broken, word: string): string[] {
	const rows = rowsOf(file, broken).filter((row) => told(row).includes(word));
	const proofs = [...rows.map(({ proof }) => proof ?? ''), broken.proof ?? ''];
	return [...new Set(proofs)].filter((proof) => proof !== '' && (rows.length > 0 || proof.includes(word)));
}

/** The proven statements that no broken node breaks. */
export function unbroken(file: string): string[] {
	return provenRows(file)
		.map(told)
		.filter((row) => !brokenNodes[file].some(({ rows }) => rows?.test(row)));
}

const VOIPCLOUD = 'nodes/Voipcloud';
const LISTS = [
	['user', 'userCall', 'users_names'],
	['queue', 'queueCall', 'queues_names'],
	['ringgroup', 'ringGroupCall', 'ringgroups_names'],
];

const voipcloud: Broken[] = [
	...inFile(
		`${VOIPCLOUD}/api.ts`,
		[/100 queries in 15 minutes/, 'requests: 100,', 'requests: 101,'],
		[/100 queries in 15 minutes/, '15 * MINUTE', '16 * MINUTE'],
		[/100 queries in 15 minutes/, '15 * MINUTE', '14 * MINUTE'],
		[/not on the white list/, '\t401: REFUSED,', ''],
		[
			/white list is under PBX/,
			': PBX > Settings > Integrations > API > Whitelisted IPs, then Save and apply the configuration',
			'',
		],
		[/Codes: (400|404 is|0 is|429|401)/, 'const code = numeric(body?.code) ??', 'const code = null ??'],
		[/Codes: 404 is/, '\t404: {', '\t4040: {'],
		[/Codes: 0 is/, '\t0: {', '\t1000: {'],
		[/Codes: 200 is/, 'if (code < 200 || code > 299)', 'if (code > 199)'],
	),
	...inFile(
		'credentials/VoipcloudApi.credentials.ts',
		[/key is in the Billing tab/, 'Billing > Customer details > Edit details', 'ask for it'],
		[/travels in the header `token`/, "request, 'token'", "request, 'api_key'"],
		[
			/`api_key` opens nothing/,
			"request, 'token'",
			"{ ...request, qs: { ...request.qs, api_key: credentials.apiKey } }, 'token'",
		],
	),
	...LISTS.flatMap(([path, name, parameter]) => {
		const file = `${VOIPCLOUD}/resources/${name}.ts`;
		const of = (says: string) => new RegExp(`get-${path}-calls: .*${says}`);
		return [
			...inFile(
				file,
				[of('method'), `/get-${path}-calls`, `/get-${path}-call`],
				[of(`\`${parameter}\``), `'${parameter}'`, "'names'"],
			),
			...inFile(
				`${VOIPCLOUD}/calls/history.ts`,
				[of('`from_date`'), 'from_date:', 'from:'],
				[of('`to_date`'), 'to_date:', 'to:'],
			),
		];
	}),
	...inFile(
		`${VOIPCLOUD}/lists/pages.ts`,
		[/from newest to oldest/, 'const page = rows.slice(known);', 'const page = rows.slice(known).reverse();'],
		[/`limit` is from 1/, 'PAGE_SIZE = 10_000', 'PAGE_SIZE = 20_000'],
		[/`offset` counts/, '...order, limit, offset } }', '...order, limit, offset: offset + 1 } }'],
		[/404 may be an empty list/, 'if (failsOn404)', 'if (true)'],
		[/404 may be a mistake/, 'if (failsOn404)', 'if (false)'],
	),
	...misnamed(
		`${VOIPCLOUD}/calls/normalize.ts`,
		(name) => new RegExp(`: \`${name}\` is a field of the records`),
		(name) => `record.${name}`,
		'from_number to_number user_name is_inbound call_start_at call_duration call_finished_at conversation_duration queue_name ring_group_name callerid inbound_number call_answered_at answered_by_user_name status',
	),
	...inFile(
		`${VOIPCLOUD}/calls/normalize.ts`,
		[/and no internal ones/, "outcome: ['answered', 'missed']", "outcome: ['answered', 'missed', 'busy']"],
		[/`call_finished_at` is (null|a text)/, 'ended: written !== null && hasLength', 'ended: true'],
		[/Lengths are in seconds/, 'secondsIn(record.conversation_duration)', 'numeric(null)'],
		[/Times are ISO 8601/, 'instant(timeText(value), zone)', 'numeric(value)'],
		[/are integers, the other/, 'truth(record.is_inbound) ?? numeric(record.is_inbound)', 'truth(record.is_inbound)'],
		[/`status` is answered/, "['TIMEDOUT', 'timedOut']", "['TIMEDOUT', 'abandoned']"],
		[/`status` is nothing else/, 'valuesOf(V1_WAITING_OUTCOMES)', 'valuesOf(V2_OUTCOMES)'],
		[/`call_answered_at` is null/, 'timeIn(record.call_answered_at, zone)', 'numeric(null)'],
	),
	...inFile(
		`${VOIPCLOUD}/resources/call.ts`,
		[/call-to-number: The method/, '/call-to-number', '/call'],
		[/user is rung first/, "'body.user_number'", "'body.caller'"],
		[/are required/, 'required: true,', ''],
	),
	...inFile(`${VOIPCLOUD}/resources/systemStatus.ts`, [
		/get-system-status: The method/,
		'/get-system-status',
		'/status',
	]),
	...guarded(`${VOIPCLOUD}/resources/callHistory.ts`, [
		'engine/voipcloudRecords.test.ts: Offset leaves out as many of the newest calls as it says',
		"'query.offset'",
		"'query.skip'",
	]),
	...guarded(`${VOIPCLOUD}/api.ts`, [
		'engine/answers.test.ts: VoIPcloud, Call: Create: {"code":429',
		'numeric(body?.code) ??',
		'null ??',
	]),
];

const LIVECHAT = 'nodes/LiveChat247';

const livechat: Broken[] = [
	...inFile(
		`${LIVECHAT}/resources/webCall.ts`,
		[/GET retrieves|WebCall Info: GET/, "method: 'GET'", "method: 'POST'"],
		[
			/GET retrieves/,
			"method: 'POST', url: '', body: { o: 'webcall', a: 'call' }",
			"method: 'GET', url: '', qs: { o: 'webcall', a: 'call' }",
		],
		[
			/`o` and `a`|POST with o=webcall and a=call/,
			"body: { o: 'webcall', a: 'call' }",
			"body: { o: 'webcall', a: 'c2c' }",
		],
		[/a=call, `from_no`/, "'body.from_no'", "'body.from'"],
		[/a=terminate/, "a: 'terminate'", "a: 'end'"],
		[/a=c2c/, "'body.to'", "'body.to_no'"],
	),
	...inFile(
		`${LIVECHAT}/api.ts`,
		[/over HTTPS/, "production: 'https", "production: 'http"],
		[
			/Production is|The sandbox is/,
			'? ADDRESSES.sandbox : ADDRESSES.production',
			'? ADDRESSES.production : ADDRESSES.sandbox',
		],
		[/Production is/, '"${ADDRESSES.production}"', '"${ADDRESSES.sandbox}"'],
		[/The sandbox is/, '"${ADDRESSES.sandbox}"', '"${ADDRESSES.production}"'],
		[
			/every printed field|Every answer is JSON/,
			'return bodyOf(answer) ?? {};',
			'return Object.fromEntries(Object.entries(bodyOf(answer) ?? {}).slice(0, 1));',
		],
		[
			/parameters are a form/,
			'body: new URLSearchParams(request.body as Record<string, string>)',
			'body: request.body',
		],
		[/100 calls in 5 minutes/, 'requests: 100,', 'requests: 101,'],
		[/100 calls in 5 minutes/, '5 * MINUTE', '6 * MINUTE'],
		[/100 calls in 5 minutes/, '5 * MINUTE', '4 * MINUTE'],
		[/Errors are told in/, 'errorsOf(body) || quoted(saidIn(body))', "''"],
		[/A wrong key is/, 'forbidd?en', 'forbidden'],
		[/GET in place of a POST/, '/post only/i', '/only post/i'],
		[/from_no` and `to_no` are E\.164/, 'if (hasPlus) return', 'if (true) return'],
		[/printed with `"id" =>/, "'\":'", "'\"='"],
	),
	...inFile(
		'credentials/LiveChat247Api.credentials.ts',
		[/order of the parameters|`api_email`/, 'qs: { ...kept.qs, ...parameters }', 'qs: kept.qs'],
		[/`api_email`/, 'api_email', 'email'],
		[/`api_key` or `api_password`/, 'api_password: password', 'api_key: password'],
	),
	...inFile(
		`${LIVECHAT}/resources/fax.ts`,
		[/o=fax and a=send/, "a: 'send'", "a: 'sent'"],
		[/is a PDF/, 'Object.hasOwn(FORMATS, ending)', 'true'],
	),
	...inFile(
		`${LIVECHAT}/resources/sms.ts`,
		[/o=sms and a=send|parameters are a form/, "'body.text'", "'body.message'"],
		[/at most 160/, 'LONGEST_TEXT = 160', 'LONGEST_TEXT = 161'],
		[/has to be activated before/, ', which must be activated in the Customer Portal first', ''],
	),
	...guarded(
		`${LIVECHAT}/api.ts`,
		...['value === 1 ||', "|| value === 'true'", "|| value === '1'"].map((find): [string, string, string] => [
			'engine/answers.test.ts: 247LiveChat, Web Call: Create: {"success":',
			find,
			'',
		]),
	),
	...guarded('nodes/shared/request/address.ts', [
		'engine/credentials.test.ts: refuses the address http://real.example before anything is sent',
		'begins with http://',
		'is not usable',
	]),
];

const WHILE1 = 'nodes/While1Voice';

const while1: Broken[] = [
	...inFile(
		`${WHILE1}/api.ts`,
		[/The address is https/, '}/api`', '}/apis`'],
		[/The code of an error/, ' (code ${code})', ''],
		[/travel by POST or GET|A form by GET or POST/, "transport === 'query' ? 'GET' : 'POST'", "'POST'"],
		[/`api_hash` stands beside/, 'api_hash: apiHash', 'hash: apiHash'],
		[/`api_key` is optional/, 'apiKey === null ? params', 'false ? params'],
		[/Content-Type: application\/json/, "JSON_TYPE = 'application/json'", "JSON_TYPE = 'text/json'"],
		[/Content-Type: text\/xml/, 'formType === PRINTED ? PRINTED : undefined', 'undefined'],
		[/address holds about 2000/, '> 2000', '> 20000'],
		[/200 and 226/, 'if (status >= 400) return statusProblem(NAME, status, answer, {}, said);', ''],
		[/`has_error` tells/, 'if (hasError === true)', 'if (false)'],
		[/`messages` is a list/, 'quoted(coded(body.messages)', 'quoted([]'],
		[
			/error code as key/,
			'if (!isRecord(messages)) return textsIn(messages);',
			'return Array.isArray(messages) ? textsIn(messages) : [];',
		],
		[/The printed error/, '/token does not match/i', '/no such token/i'],
		[
			/On an error `pagination` is|carry `warnings`, and then no/,
			'!isRecord(body) ||',
			'!isRecord(body) || !isRecord(body.pagination) ||',
		],
		[/`warnings` stand beside/, '[...textsIn(warnings), ', '['],
	),
	...inFile(`${WHILE1}/resources/call.ts`, [/parameters of an endpoint are in/, "'body.data.", "'body."]),
	...misnamed(
		`${WHILE1}/resources/call.ts`,
		(name) => new RegExp(`sample array: \`${name}\` is a parameter`),
		(name) => `body.data.${name}'`,
		'project_id caller_id caller_id_name type destination external_id async outbound_number outbound_trunk vars',
	),
	...inFile(`${WHILE1}/resources/call.ts`, [
		/`type` is user, queue or context/,
		"'body.data.type'",
		"'body.data.kind'",
	]),
	...inFile(
		'credentials/While1VoiceApi.credentials.ts',
		[/Bearer/, "'Bearer '", "'Token '"],
		[/set under Settings/, 'Settings :: Parameters, api_', 'somewhere, api_'],
	),
	...inFile(`${WHILE1}/api.ts`, [
		/Answers are JSON/,
		'return unreadableProblem(NAME, answer) ?? unknownAnswerProblem(NAME, answer);',
		'return undefined;',
	]),
	...inFile(`${WHILE1}/sign.ts`, [/MD5 of http_build_query/, "replace(/%20/g, '+')", "replace(/%20/g, '%20')"]),
	...inFile(
		`${WHILE1}/lists/pages.ts`,
		[/`pagination` has/, 'numeric(max_page) ?? 1', '1'],
		[/`results` is the list/, 'return listed((body as IDataObject).results);', 'return [];'],
		[/The printed success/, '{ success: true } :', '{} :'],
	),
	...guarded(
		`${WHILE1}/api.ts`,
		[
			'engine/answers.test.ts: While1 Voice, CDR: Get Many: HTTP 226',
			'if (status >= 400) return statusProblem(NAME, status, answer, {}, said);',
			'if (status !== 200) return statusProblem(NAME, status, answer, {}, said);',
		],
		['engine/answers.test.ts: While1 Voice, CDR: Get Many: {"has_error":"', "said === 'true'", 'value === true'],
		['engine/answers.test.ts: While1 Voice, CDR: Get Many: {"has_error":1', "said === '1'", 'false'],
		['engine/answers.test.ts: While1 Voice, CDR: Get Many: {"has_error":0', "said === '0'", 'false'],
	),
	...guarded(
		`${WHILE1}/lists/pages.ts`,
		[
			'engine/answersWhile1.test.ts: notices by current_page that another page came',
			'page: numeric(current_page)',
			'page: null',
		],
		['unit/triggerReads.test.ts: While1', 'rows: numeric(row_count)', 'rows: null'],
		[
			'engine/answers.test.ts: While1 Voice, Call: Originate: every result of the answer',
			'return records;',
			'return records.slice(0, 1);',
		],
	),
];

/** By the file in docs/conformance. */
export const brokenNodes: Readonly<Record<string, readonly Broken[]>> = {
	voipstudio,
	voipcloud,
	'247livechat': livechat,
	'while1-voice': while1,
};
