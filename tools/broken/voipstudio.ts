import { guarded, inFile, misnamed, type Broken, type Row } from './table';

const OPERATORS = { eq: 'ne', ne: 'eq', lt: 'lte', lte: 'lt', gt: 'gte', gte: 'gt', like: 'notlike', notlike: 'like' };
const VOIPSTUDIO = 'nodes/VoipStudio';
const SETTINGS = `${VOIPSTUDIO}/resources/callMeBackSetting.ts`;
const BUTTONS = `${VOIPSTUDIO}/resources/callMeBackButton.ts`;
const ANSWERS = 'nodes/shared/request/answers.ts';

/** Nodes of VoIPstudio that break what its documents say. */
export const voipstudio: Broken[] = [
	...inFile(
		`${VOIPSTUDIO}/api.ts`,
		[/Errors are told by HTTP status|404 is a record/, 'answer.status < 400)', 'answer.status < 500)'],
		[/Without a key or token|401 is a request/, '\t401: {', '\t4010: {'],
		[/403 is what the user/, '\t403: {', '\t4030: {'],
		[
			/(new key answers|(POST|PATCH|settings\/\{id\}|GET \/callmeback\/buttons).*every printed field|`created_at` is printed)/,
			'return recordIn(answer) ?? {};',
			'return Object.fromEntries(Object.entries(recordIn(answer) ?? {}).slice(0, 3));',
		],
		[
			/GET \/callmeback\/(websites|settings|cdrs|visitors): The answer has every|`created_at` is printed/,
			'rows: listOf(answer) ?? []',
			'rows: (listOf(answer) ?? []).map(({ id, total }) => ({ id, total }))',
		],
		[
			/A success is 204/,
			'if (answer.status === 204) return undefined;',
			'if (answer.status === 204) return unknownAnswerProblem(NAME, answer);',
		],
		[/A success is 201/, 'if (answer.status < 400)', 'if (answer.status < 201)'],
		[/A collection has `data`/, 'listOf(answer) === undefined ?', 'false ?'],
		[/`page` and `limit` choose/, 'qs: { page, limit, ...request.qs }', 'qs: { limit, ...request.qs }'],
		[/`limit` is 5000 at most/, 'PAGE_SIZE = 5000', 'PAGE_SIZE = 50_000'],
		[/Every property of a record can be filtered/, '? FILTRATION :', '? PROBLEMS :'],
		[
			/The samples ask at v1\.1/,
			"withoutSlash(text(baseUrl) ?? '')",
			"withoutSlash(text(baseUrl) ?? '').replace('v1.1', 'v1.2')",
		],
	),
	...inFile(
		'credentials/VoipStudioApi.credentials.ts',
		[/The base URL is/, 'l7api.com/v1.2', 'l7api.com/v1.3'],
		[/Keys can be made in the dashboard/, 'edit a user > API Keys > enter a name > Add > eye icon', 'ask for it'],
	),
	...inFile('credentials/VoipStudioLoginApi.credentials.ts', [
		/in the header `X-Auth-Token`/,
		"'X-Auth-Token'",
		"'X-Token'",
	]),
	...inFile(
		`${VOIPSTUDIO}/signIn.ts`,
		[/POST \/login takes/, '{ email: text(credentials.email)', '{ mail: text(credentials.email)'],
		[/A login answers with/, 'text(answer.user_token)', 'text(answer.token)'],
	),
	...inFile(
		'nodes/shared/request/exchange.ts',
		[/token ends after 30 minutes|new login is needed/, 'except: [401]', 'except: []'],
		[
			/Requests with a body say/,
			'returnFullResponse: true,',
			"returnFullResponse: true, headers: { ...request.headers, 'Content-Type': 'text/plain' },",
		],
	),
	...inFile(
		ANSWERS,
		[/Every answer is JSON/, ": 'page';", ": 'text';"],
		[/An error has `message`|400 is a validation/, "'message', 'messages'", "'messages'"],
		[/An error has `errors`/, "'error', 'errors'", "'error'"],
	),
	...inFile(
		`${VOIPSTUDIO}/resources/apiToken.ts`,
		[/POST \/apitokens takes|`expiry` 0 makes/, "'body.expiry'", "'body.lifetime'"],
		[/POST \/apitokens takes/, "'body.name'", "'body.label'"],
	),
	...inFile(
		`${VOIPSTUDIO}/lists/list.ts`,
		[
			/`total` (is the number of all|answers the question)/,
			'({ total } = pageIn(answer));',
			'total = pageIn(answer).rows.length;',
		],
		[/A single record has|`links` leads/, 'links: isRecord(links) ? links : null', 'links: null'],
		[/takes `group_by`|`group_by` is a property/, "'query.group_by'", "'query.groupBy'"],
	),
	...inFile(
		`${VOIPSTUDIO}/lists/pages.ts`,
		[/`page` counts from 1/, 'let place: PagePlace = { page: 1,', 'let place: PagePlace = { page: 0,'],
		[
			/: No parameters/,
			'const { rows, total } = pageIn(await fetch(request, check));',
			'const { rows, total } = await pageOf(fetch, request, 1, 100, check);',
		],
		[/prints one record and a `total` of 59/, 'total: total ?? rows.length', 'total: rows.length'],
	),
	...inFile(
		`${VOIPSTUDIO}/lists/filter.ts`,
		[/`filter` is a JSON text/, 'value: listValue(value, property, zones, nth)', 'value: String(value)'],
		[/Every list takes `filter`/, 'entries.length === 0 ? undefined', 'true ? undefined'],
		[/All conditions of a filter/, 'JSON.stringify(entries)', 'JSON.stringify(entries.slice(0, 1))'],
		[/The sample filters/, "API_TIME = 'yyyy-MM-dd HH:mm:ss'", "API_TIME = 'yyyy-MM-dd HH:mm'"],
		[
			/value of `in` is a JSON list/,
			'value: listValue(value, property, zones, nth)',
			"value: listValue(value, property, zones, nth).join(',')",
		],
		[/Times have seconds/, 'written(lastOf(days', 'written(firstOf(days'],
		[
			/`in` means one of/,
			"if (operator === 'in') return { property, operator,",
			"if (operator === 'in') return { property, operator: 'eq',",
		],
		...Object.entries(OPERATORS).map(([name, other]): Row => [
			new RegExp(`\`${name}\` means`),
			'return { property, operator, value: oneValue(',
			`return { property, operator: operator === '${name}' ? '${other}' : operator, value: oneValue(`,
		]),
	),
	...inFile(`${VOIPSTUDIO}/lists/callMeBackFields.ts`, [
		/properties to filter by are those/,
		'privacy_policy_url',
		'privacy_policy',
	]),
	...inFile(`${VOIPSTUDIO}/lists/filterCheck.ts`, [
		/own page says "No parameters"/,
		'if (passed === undefined)',
		'if (true)',
	]),
	...['Website', 'Cdr', 'Visitor'].flatMap((name) => {
		const url = `/callmeback/${name.toLowerCase()}s`;
		return inFile(`${VOIPSTUDIO}/resources/callMeBack${name}.ts`, [
			new RegExp(`GET ${url}: The method`),
			`'${url}'`,
			`'${url}/'`,
		]);
	}),
	...inFile(
		SETTINGS,
		[
			/GET \/callmeback\/settings: The method/,
			"'GET', url: '/callmeback/settings'",
			"'GET', url: '/callmeback/setting'",
		],
		[/POST \/callmeback\/settings: The method/, "'POST', url", "'PUT', url"],
	),
	...inFile(BUTTONS, [/POST \/callmeback\/buttons: The method/, "'POST', url", "'PUT', url"]),
	...[SETTINGS, BUTTONS].flatMap((file) => {
		const path = file === SETTINGS ? 'settings' : 'buttons';
		return inFile(
			file,
			[new RegExp(`GET /callmeback/${path}/{id}: The method`), "'GET', url: PATH", `'GET', url: '/callmeback/${path}'`],
			[new RegExp(`PATCH /callmeback/${path}/{id}: The method`), "'PATCH'", "'PUT'"],
			[new RegExp(`DELETE /callmeback/${path}/{id}: The method`), "'DELETE'", "'POST'"],
		);
	}),
	...inFile('nodes/shared/parameters/read.ts', [/The ID is an integer/, '/^\\d{1,19}$/', '/^.+$/']),
	...misnamed(
		SETTINGS,
		(name) => new RegExp(`POST and PATCH /callmeback/settings: \`${name}\``),
		(name) => `body.${name}'`,
		'button_id name position floating_icon culture allowed_countries show_to_allowed_countries_only welcome_screen_msg privacy_policy_url ddi_e164 max_call_rate',
	),
	...misnamed(
		BUTTONS,
		(name) => new RegExp(`buttons/{id}: \`${name}\``),
		(name) => `body.${name}'`,
		'name data_online data_offline',
	),
	...inFile(`${VOIPSTUDIO}/calls/normalize.ts`, [
		/The printed record is one/,
		'record.calldate ?? record.created_at',
		'record.calldate',
	]),
	...inFile(`${VOIPSTUDIO}/calls/source.ts`, [/has `created_at` and no `calldate`/, 'isWhole: true', 'isWhole: false']),
	...guarded(
		'nodes/shared/request/problems.ts',
		['engine/answers.test.ts: VoIPstudio, Call: Create: HTTP 402', "? '4xx' : 'other'", "? 'other' : 'other'"],
		['engine/answers.test.ts: VoIPstudio, CDR: Get Many: HTTP 500', "return '5xx'", "return '4xx'"],
	),
	...'button_id name position floating_icon culture allowed_countries show_to_allowed_countries_only welcome_screen_msg privacy_policy_url ddi_e164 max_call_rate'
		.split(' ')
		.flatMap((name) =>
			guarded(SETTINGS, [
				'engine/answersVoipstudio.test.ts: sends %s with %j as %j and nothing else',
				`body.${name}'`,
				`body.${name}_'`,
			]),
		),
	...guarded(SETTINGS, [
		'engine/answersVoipstudio.test.ts: sends allowedCountries with',
		"value('body.allowed_countries'",
		"text('body.allowed_countries'",
	]),
	...guarded(`${VOIPSTUDIO}/signIn.ts`, [
		'engine/answersVoipstudio.test.ts: takes the blanks at the ends of a password for part of it',
		'password: credentials.password }',
		'password: text(credentials.password) }',
	]),
	...guarded(
		'nodes/shared/calls/simplified.ts',
		[
			'unit/simplified.test.ts: is one flat row in reading order',
			'caller: numberOf(facts.from)',
			'caller: numberOf(facts.to)',
		],
		['unit/simplified.test.ts: is one flat row in reading order', 'direction: facts.direction', 'direction: null'],
	),
	...guarded('nodes/shared/operation/run.ts', [
		'engine/textsCutInside.test.ts: VoIPstudio',
		'body: withoutHalves(sentBody)',
		'body: sentBody',
	]),
];
