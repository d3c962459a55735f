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
const GET = 'Call Me Back Setting: Get';
const LIST = 'CDR: Get Many';

const PAGE = /web page answered in place of the API.*titled "Just a moment"/s;
const every = (call: Meaning, read: Meaning, test: Meaning = notDone()): Record<string, Meaning> => ({
	[CALL]: call,
	[GET]: read,
	[LIST]: read,
	[CREDENTIAL_TEST]: test,
});
const unclear = (says: RegExp, test?: Meaning) => every(notKnown(says), notDone(says), test);
const refused = (says: RegExp) => every(notDone(says), notDone(says));

const RECORD = { id: 88, name: 'Shop' };
const LISTED = { data: [{ id: 7, type: 'M', src: '34600000000' }], total: 1 };

/** An error of the caller's in some form: at once, with all texts. */
const validation = (errors: unknown, says: RegExp, status = 422): AnswerRow => ({
	answer: json({ message: 'Validation error', errors }, status),
	means: refused(says),
});
const NAME = /Validation error; name: is too short\./;

export const voipStudio: ProviderAnswers = {
	node: 'voipStudio',
	name: 'VoIPstudio',
	kinds: {
		[CALL]: {
			parameters: { resource: 'call', operation: 'create', to: '+34600000000' },
			right: '{"data":{"id":4278003532,"state":"RINGING"},"links":{}}',
		},
		[GET]: {
			parameters: {
				resource: 'callMeBackSetting',
				operation: 'get',
				settingId: { __rl: true, mode: 'id', value: '88' },
				simplify: false,
			},
			right: JSON.stringify({ data: RECORD, links: {} }),
		},
		[LIST]: {
			parameters: { resource: 'cdr', operation: 'getAll', period: 'all', output: 'raw', simplify: false },
			right: JSON.stringify(LISTED),
		},
		[CREDENTIAL_TEST]: { parameters: {}, right: JSON.stringify(LISTED) },
	},
	credentials: (root, account) => ({ voipStudioApi: { apiKey: account, baseUrl: root } }),
	rows: [
		...oddAnswers({
			right: every(done, done, done),
			empty: every(notKnown(/cannot be read/), askedAgain(/was empty/)),
			cut: every(notKnown(/cannot be read/), askedAgain(/breaks off/)),
			page: unclear(PAGE, notDone(/web page/)),
			pageThatRefuses: refused(PAGE),
			gateway: every(notKnown(/not able to answer/), askedAgain(/not able to answer/)),
			text: unclear(/VoIPstudio says: Maintenance\./),
			two: unclear(/VoIPstudio says: \{"data"/),
			warning: unclear(/VoIPstudio says: Warning : Undefined index: x/),
		}),
		validation(['name is too short'], /Validation error; name is too short\./),
		validation({ name: ['is too short'] }, NAME),
		validation('name is too short', /name is too short\./),
		validation([['name is too short'], [['to is empty']]], /name is too short; to is empty\./),
		validation([{ name: 'is too short' }], NAME),
		validation([{ field: 'name', message: 'is too short' }], NAME),
		validation([{ field: 'name', message: 'is too short' }], NAME, 400),
		validation([], /VoIPstudio says: Validation error\./),
		...[402, 405, 409, 410, 415].map((status) => ({
			answer: json({ message: 'No credit left', errors: ['Top up'] }, status),
			means: refused(/did not accept the request.*No credit left; Top up\./s),
		})),
		...[500, 503].map((status) => ({
			answer: json({ message: 'Internal error', errors: [] }, status),
			means: every(notKnown(/Internal error/), askedAgain(/Internal error/)),
		})),
		{
			answer: json({ message: 'Timeout' }, 408),
			means: every(notKnown(/Timeout/), askedAgain(/Timeout/)),
		},
		{ answer: json({ message: 'Unauthorized' }, 401), means: refused(/did not accept the API key.*Unauthorized/s) },
		{ answer: textAnswer('Blocked', 403), means: refused(/may not do this.*VoIPstudio says: Blocked/s) },
		{
			answer: json({ message: 'Resource not found', errors: ['no such setting'] }),
			means: unclear(/VoIPstudio says: Resource not found; no such setting\./),
		},
		{ answer: json({ error: 'Resource not found' }), means: unclear(/VoIPstudio says: Resource not found\./) },
		...[[RECORD], { data: [RECORD] }, RECORD].map((body) => ({
			answer: json(body),
			means: { [GET]: { shown: 'done' as const, items: [RECORD] } },
		})),
		...[{ data: null }, { data: [] }, { data: [RECORD, RECORD] }, { data: {} }, {}, [], null].map((body) => ({
			answer: json(body),
			means: { [GET]: notDone(/not documented.*It sent/s), [CALL]: notKnown() },
		})),
		...[{ data: null, total: 0 }, { data: '', total: 0 }, { data: { id: 7 } }, {}, [], null].map((body) => ({
			answer: json(body),
			means: { [LIST]: notDone(/not documented.*It sent/s) },
		})),
		{ answer: json({ data: [], total: 0 }), means: { [LIST]: { shown: 'done', items: [] }, [CREDENTIAL_TEST]: done } },
		{
			what: 'the total as a text',
			answer: json({ ...LISTED, total: '1' }),
			means: { [LIST]: done, [CREDENTIAL_TEST]: done },
		},
		{ answer: json({ data: null }), means: { [CREDENTIAL_TEST]: notDone() } },
		...Object.keys(LISTED.data[0]).map((field) => ({
			what: `\`${field}\` null in the record`,
			answer: json({ data: [{ ...LISTED.data[0], [field]: null }], total: 1 }),
			means: { [LIST]: { shown: 'done' as const, items: [{ ...LISTED.data[0], [field]: null }] } },
		})),
	],
};
