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

const CALL = 'Call: Originate';
const LIST = 'CDR: Get Many';
const USERS = 'User: Get Statuses';

const PAGE = /web page answered in place of the API.*titled "Just a moment"/s;
const every = (call: Meaning, read: Meaning, test: Meaning = notDone()): Record<string, Meaning> => ({
	[CALL]: call,
	[LIST]: read,
	[USERS]: read,
	[CREDENTIAL_TEST]: test,
});
const unclear = (says: RegExp, test?: Meaning) => every(notKnown(says), notDone(says), test);
const refused = (says: RegExp) => every(notDone(says), notDone(says), notDone(/refused the request/));

const ROW = { id: '3', direction: 'IN', call_status: 'NO ANSWER', source: '0212345678', destination: '100' };
const PAGINATION = { row_count: 1, page_size: 100, current_page: 1, max_page: 1 };
const answer = (more: object, status?: number) =>
	json({ has_error: false, messages: [], pagination: PAGINATION, results: [ROW], ...more }, status);
const RIGHT = JSON.stringify({ has_error: false, messages: [], pagination: PAGINATION, results: [ROW] });

/** An answer without an error whose results are no list: a call is placed, and a list is not there. */
const withoutList = (results: unknown, shown: RegExp): AnswerRow => ({
	answer: answer({ results }),
	means: { [CALL]: done, [LIST]: notDone(shown) },
});

/** `has_error` says no, in another spelling. */
const fine = (has_error: unknown): AnswerRow => ({
	answer: answer({ has_error }),
	means: every(done, done, done),
});

export const while1Voice: ProviderAnswers = {
	node: 'while1Voice',
	name: 'While1 Voice',
	kinds: {
		[CALL]: {
			parameters: {
				resource: 'call',
				operation: 'originate',
				projectId: 1,
				callerId: '0212345678',
				type: 'queue',
				destination: 'test-queue',
			},
			right: RIGHT,
		},
		[LIST]: {
			parameters: { resource: 'cdr', operation: 'getAll', period: 'all', output: 'raw', simplify: false },
			right: RIGHT,
		},
		[USERS]: { parameters: { resource: 'user', operation: 'getStatuses' }, right: RIGHT },
		[CREDENTIAL_TEST]: { parameters: {}, right: RIGHT },
	},
	credentials: (root, account) => ({ while1VoiceApi: { baseUrl: root, apiToken: account, apiKey: '' } }),
	rows: [
		...oddAnswers({
			right: every(done, done, done),
			empty: every(notKnown(/cannot be read/), askedAgain(/was empty/)),
			cut: every(notKnown(/cannot be read/), askedAgain(/breaks off/)),
			page: unclear(PAGE, notDone(/web page/)),
			pageThatRefuses: every(notDone(PAGE), notDone(PAGE)),
			gateway: every(notKnown(/not able to answer/), askedAgain(/not able to answer/)),
			text: unclear(/While1 Voice says: Maintenance\./),
			two: unclear(/While1 Voice says: \{"has_error"/),
			warning: unclear(/While1 Voice says: Warning : Undefined index: x/),
		}),
		fine(0),
		fine('0'),
		fine('false'),
		fine('False'),
		...[true, 1, '1', 'true', 'True', 'TRUE'].map((has_error) => ({
			answer: answer({ has_error, messages: ['Invalid project'], results: [] }),
			means: refused(/did not carry out the request: Invalid project/),
		})),
		...[null, ''].map((has_error) => ({
			answer: answer({ has_error, messages: ['Invalid project'], results: [] }),
			means: unclear(/While1 Voice says: Invalid project/, notDone(/neither true nor false/)),
		})),
		{
			answer: json({ messages: [], results: [ROW] }),
			means: unclear(/not documented/, notDone(/is not that of While1/)),
		},
		{ answer: json({}), means: unclear(/It sent an empty object\./) },
		{ answer: json([]), means: unclear(/It sent an empty list\./) },
		{ answer: json(null), means: unclear(/It sent null\./) },
		{ answer: json('OK'), means: unclear(/OK/) },
		{
			what: 'no error, and the message "Call could not be placed"',
			answer: answer({ messages: ['Call could not be placed'], results: [] }),
			means: { [CALL]: notKnown(/While1 Voice says: Call could not be placed/), [LIST]: done },
		},
		{
			what: 'no error, and a message by its code',
			answer: answer({ messages: { 101: 'Call could not be placed' }, results: [] }),
			means: { [CALL]: notKnown(/Call could not be placed/) },
		},
		withoutList({ data: [ROW] }, /It sent an object with 'data'\./),
		withoutList('', /It sent the text ""\./),
		withoutList(null, /It sent null\./),
		withoutList([null], /It sent a list of 1\./),
		{ answer: answer({ results: '' }), means: { [USERS]: notDone(/It sent the text ""\./) } },
		{
			what: 'users by their names',
			answer: answer({ results: { ann: { status: 'UNKNOWN' }, bob: { status: 'UNKNOWN' } } }),
			means: {
				[USERS]: {
					shown: 'done',
					items: [
						{ status: 'UNKNOWN', key: 'ann' },
						{ status: 'UNKNOWN', key: 'bob' },
					],
				},
			},
		},
		{
			what: 'every result of the answer',
			answer: answer({ results: [ROW, { ...ROW, id: '4' }], pagination: { ...PAGINATION, row_count: '2' } }),
			means: { [CALL]: { shown: 'done', items: [ROW, { ...ROW, id: '4' }] } },
		},
		{ answer: answer({}, 226), means: every(done, done, done) },
		{ answer: answer({}, 500), means: { [CALL]: notKnown(/not able to answer/), [LIST]: askedAgain(/not able/) } },
		{ answer: answer({}, 404), means: every(notDone(/could not find/), notDone(/could not find/)) },
		{
			answer: answer({ has_error: true, messages: ['Token does not match'], pagination: [], results: [] }),
			means: refused(/refused the API token/),
		},
		{
			answer: json({ message: 'Token does not match' }, 401),
			means: every(notDone(/While1 Voice says: Token does not match/), notDone(/Token does not match/)),
		},
		{ answer: textAnswer('No route', 403), means: every(notDone(/While1 Voice says: No route/), notDone(/No route/)) },
		{
			answer: json({ errors: { project_id: ['is unknown'] } }, 422),
			means: every(notDone(/project_id: is unknown/), notDone(/project_id: is unknown/)),
		},
		...Object.keys(PAGINATION).map((field) => ({
			answer: answer({ pagination: { ...PAGINATION, [field]: null } }),
			means: { [LIST]: done },
		})),
		...Object.keys(ROW).map((field) => ({
			what: `\`${field}\` null in the record`,
			answer: answer({ results: [{ ...ROW, [field]: null }] }),
			means: { [LIST]: { shown: 'done' as const, items: [{ ...ROW, [field]: null }] } },
		})),
	],
};
