import {
	askedAgain,
	CREDENTIAL_TEST,
	done,
	json,
	notDone,
	notKnown,
	oddAnswers,
	type AnswerRow,
	type Meaning,
	type ProviderAnswers,
	textAnswer,
} from './table';

const CALL = 'Call: Create';
const LIST = 'User Call: Get Many';
const STATUS = 'System Status: Get';

const PAGE = /web page answered in place of the API.*titled "Just a moment".*white list/s;
/** The words, and what a new user has to do. */
const access = (words: string) => new RegExp(`${words}.*PBX > Settings > Integrations > API > Whitelisted IPs`, 's');
const red = notDone(/white list/);

const every = (meaning: Meaning): Record<string, Meaning> => ({ [CALL]: meaning, [LIST]: meaning, [STATUS]: meaning });
const refused = (says: RegExp) => ({ ...every(notDone(says)), [CREDENTIAL_TEST]: red });

/** A call that is done, by an answer that is no list; the system's status is that answer. */
function doneBy(answer: AnswerRow['answer'], item: object, status?: object): AnswerRow {
	return {
		answer,
		means: {
			[CALL]: { shown: 'done', items: [{ ...item }] },
			[LIST]: notDone(/not documented|was empty/),
			[STATUS]: { shown: 'done', items: [{ ...(status ?? item) }] },
			[CREDENTIAL_TEST]: red,
		},
	};
}

const EMPTY = { message: 'VoIPcloud sent an empty answer' };
const ROW = {
	from_number: '61290001234',
	to_number: '1001',
	user_name: 'Jos\u00e9',
	is_inbound: 1,
	call_start_at: '2026-11-20T00:00:00Z',
};
const RIGHT = JSON.stringify({ code: 200, data: [ROW] });

export const voipcloud: ProviderAnswers = {
	node: 'voipcloud',
	name: 'VoIPcloud',
	kinds: {
		[CALL]: {
			parameters: { resource: 'call', operation: 'create', userNumber: '1001', numberToCall: '+61290001234' },
			right: '{"code":200,"data":{"user_number":"1001"}}',
		},
		[LIST]: {
			parameters: { resource: 'userCall', operation: 'getAll', output: 'raw', period: 'all' },
			right: RIGHT,
		},
		[STATUS]: {
			parameters: { resource: 'systemStatus', operation: 'get' },
			right: '{"code":200,"data":{"status":"failure"}}',
		},
		[CREDENTIAL_TEST]: { parameters: {}, right: RIGHT },
	},
	credentials: (root, account) => ({ voipcloudApi: { apiKey: account, baseUrl: root, apiVersion: 'v1' } }),
	rows: [
		...oddAnswers({
			right: { ...every(done), [CREDENTIAL_TEST]: done },
			empty: {
				[CALL]: { shown: 'done', items: [EMPTY] },
				[LIST]: askedAgain(/was empty/),
				[CREDENTIAL_TEST]: notDone(),
			},
			cut: { ...every(askedAgain(/breaks off/)), [CALL]: notKnown(/cannot be read/), [CREDENTIAL_TEST]: red },
			page: {
				...every(notDone(PAGE)),
				[CALL]: notKnown(/web page answered.*Just a moment/s),
				[CREDENTIAL_TEST]: notDone(/web page/),
			},
			pageThatRefuses: refused(PAGE),
			gateway: {
				...every(askedAgain(/not able to answer/)),
				[CALL]: notKnown(/not able to answer/),
				[CREDENTIAL_TEST]: notDone(),
			},
			text: {
				[CALL]: notKnown(/VoIPcloud says: Maintenance\./),
				[LIST]: notDone(access('VoIPcloud says: Maintenance')),
				[STATUS]: { shown: 'done', items: [{ status: 'Maintenance' }] },
				[CREDENTIAL_TEST]: red,
			},
			two: {
				...every(notDone(/VoIPcloud says: \{"code":200/)),
				[CALL]: notKnown(/VoIPcloud says: \{"code":200/),
				[CREDENTIAL_TEST]: red,
			},
			warning: {
				...every(notDone(/VoIPcloud says: Warning : Undefined index: x/)),
				[CALL]: notKnown(/Warning : Undefined index: x/),
				[CREDENTIAL_TEST]: notDone(),
			},
		}),
		// What shows that a phone rings: anything without a sign of a refusal.
		doneBy(json({ message: 'Call launched' }), { message: 'Call launched' }),
		doneBy(json({}), EMPTY, { status: null, ...EMPTY }),
		{
			answer: json([]),
			means: {
				[CALL]: { shown: 'done', items: [EMPTY] },
				[LIST]: { shown: 'done', items: [] },
				[STATUS]: { shown: 'done', items: [{ status: null, ...EMPTY }] },
			},
		},
		doneBy(json(null), EMPTY, { status: null, ...EMPTY }),
		doneBy(textAnswer('OK'), { message: 'OK' }, { status: 'OK' }),
		doneBy(json('OK'), { message: 'OK' }, { status: 'OK' }),
		doneBy(json({ status: 200 }), { status: 200 }),
		doneBy(json({ success: 1 }), { success: 1 }),
		doneBy(json({ id: 5 }, 201), { id: 5 }),
		doneBy(json({ hello: 1 }), { hello: 1 }),
		doneBy(json({ code: '200', message: { status: 'success' } }), { code: '200', message: { status: 'success' } }),
		{ answer: json({ message: 'No such user' }), means: { [CALL]: notKnown(/VoIPcloud says: No such user/) } },
		// Refusals with the code of a success.
		...[
			{ code: 200, message: { status: 'error', text: 'User is offline' } },
			{ code: 200, success: false, message: 'User is offline' },
			{ code: 200, error: 'User is offline' },
			{ code: 200, errors: [['User is offline']] },
			{ code: 200, status: 'failed', message: 'User is offline' },
		].map((body) => ({
			answer: json(body),
			means: { [CALL]: notDone(/did not carry out the request:.*User is offline/) },
		})),
		{ answer: json([{ error: 'User is offline' }]), means: { [CALL]: notDone(/User is offline/) } },
		{ answer: json({ code: 200, success: false }), means: refused(/it gives no reason/) },
		// What a new user meets.
		{ answer: json({ error: 'IP not whitelisted' }), means: refused(access('VoIPcloud says: IP not whitelisted')) },
		{
			answer: json({ success: false, message: 'IP not whitelisted' }),
			means: refused(access('VoIPcloud says: IP not whitelisted')),
		},
		{
			answer: textAnswer('IP not whitelisted'),
			means: {
				...every(notDone(access('VoIPcloud says: IP not whitelisted'))),
				[CALL]: notKnown(/IP not whitelisted/),
				[CREDENTIAL_TEST]: red,
			},
		},
		{
			answer: json({ message: 'IP not whitelisted' }, 403),
			means: refused(access('VoIPcloud says: IP not whitelisted')),
		},
		{ answer: textAnswer('IP not whitelisted', 403), means: refused(access('VoIPcloud says: IP not whitelisted')) },
		// The document's codes.
		...[401, '401', 403].map((code) => ({
			answer: json({ code, message: 'Authorization error' }),
			means: refused(access('Authorization error')),
		})),
		{
			answer: json({ code: 400, message: 'Parameters error' }),
			means: {
				...every(notDone(/did not accept the request.*VoIPcloud says: Parameters error/s)),
				[CREDENTIAL_TEST]: red,
			},
		},
		{
			answer: json({ code: 404, message: 'Tenant not found' }),
			means: {
				[CALL]: notDone(/did not find the account.*Tenant not found/s),
				[CREDENTIAL_TEST]: notDone(/did not find the account/),
			},
		},
		{
			answer: json({ code: 429, message: 'Too Many Requests' }),
			means: { [CALL]: notDone(/too many requests/), [CREDENTIAL_TEST]: notDone(/too many requests/) },
		},
		{
			answer: json({ code: 0, message: 'Unknown error' }),
			means: { [CALL]: notKnown(/unknown error \(code 0\)/), [CREDENTIAL_TEST]: notDone(/unknown error/) },
		},
		{
			answer: json({ status: 'error' }),
			means: { [CALL]: notDone(/error/), [LIST]: notDone(access('error')), [CREDENTIAL_TEST]: red },
		},
		// The system's status is passed on, whatever it says.
		{
			answer: textAnswer('All systems operational'),
			means: { [STATUS]: { shown: 'done', items: [{ status: 'All systems operational' }] } },
		},
		{
			answer: json({ code: 200, data: { status: 'error' } }),
			means: { [STATUS]: { shown: 'done', items: [{ status: 'error' }] } },
		},
		{
			answer: json({ code: 200, data: 'degraded' }),
			means: { [STATUS]: { shown: 'done', items: [{ status: 'degraded' }] } },
		},
		// Lists that are none.
		...[{ code: 200, data: null }, { code: 200, data: {} }, { code: 200, data: 'none' }, { code: 200 }].map((body) => ({
			answer: json(body),
			means: { [LIST]: notDone(access('It sent an object with')), [CREDENTIAL_TEST]: red },
		})),
		{
			what: 'a list with "Jos\u00e9" in Latin-1, declared',
			answer: (right: string) => ({ type: 'application/json; charset=latin1', body: Buffer.from(right, 'latin1') }),
			means: { [LIST]: { shown: 'done', items: [ROW] } },
		},
	],
};
