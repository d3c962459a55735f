import {
	askedAgain,
	CREDENTIAL_TEST,
	done,
	json,
	notDone,
	notKnown,
	oddAnswers,
	type Meaning,
	type ProviderAnswers,
	textAnswer,
} from './table';

const CALL = 'Web Call: Create';
const STATUS = 'Web Call: Get Status';

/** What a call means, and a look at the status, which is no success either unless the call is. */
const both = (call: Meaning, status: Meaning): Record<string, Meaning> => ({ [CALL]: call, [STATUS]: status });
const unclear = (says: RegExp) => both(notKnown(says), notDone(says));
const refused = (says: RegExp) => both(notDone(says), notDone(says));

const QUEUED = 'Response: Success, Message: Originate successfully queued';
const PAGE = /web page answered in place of the API.*titled "Just a moment"/s;
const RIGHT = JSON.stringify({ success: true, info: QUEUED });

export const liveChat247: ProviderAnswers = {
	node: 'liveChat247',
	name: '247LiveChat',
	kinds: {
		[CALL]: {
			parameters: { resource: 'webCall', operation: 'create', from: '+13107658933', to: '+13107658934' },
			right: RIGHT,
		},
		[STATUS]: {
			parameters: { resource: 'webCall', operation: 'getStatus' },
			right: '{"success":true,"from":"442036427900","from_state":"CONNECTED","duration":"0:11"}',
		},
	},
	credentials: (root, account) => ({
		liveChat247Api: {
			email: `${account}@example.com`,
			authentication: 'apiKey',
			apiKey: 'a-key-of-the-account',
			environment: 'custom',
			baseUrl: `${root}/u/api`,
		},
	}),
	rows: [
		...oddAnswers({
			right: both(done, done),
			empty: both(notKnown(/was empty|cannot be read/), askedAgain(/was empty/)),
			cut: both(notKnown(/cannot be read/), askedAgain(/breaks off/)),
			page: unclear(PAGE),
			pageThatRefuses: refused(PAGE),
			gateway: both(notKnown(/not able to answer/), askedAgain(/not able to answer/)),
			text: unclear(/247LiveChat says: Maintenance\./),
			two: unclear(/247LiveChat says: \{"success":true/),
			warning: unclear(/247LiveChat says: Warning : Undefined index: x/),
		}),
		{
			answer: json({ success: false, errors: { 403: 'Forbiden' } }),
			means: {
				...refused(/refused the credential.*247LiveChat says: Forbiden/s),
				[CREDENTIAL_TEST]: notDone(/refused the credential \(403\)/),
			},
		},
		{ answer: json([{ success: false, errors: { 403: 'Forbiden' } }]), means: refused(/247LiveChat says: Forbiden/) },
		{ answer: json({ success: false, errors: { 403: 'POST Only' } }), means: refused(/by POST only/) },
		{ answer: json([]), means: unclear(/It sent an empty list\./) },
		{ answer: json({}), means: unclear(/It sent an empty object\./) },
		{ answer: json(null), means: unclear(/It sent null\./) },
		{ answer: json({ info: QUEUED }), means: unclear(/247LiveChat says: Response: Success, Message: Originate/) },
		{ answer: json({ success: null, info: QUEUED }), means: unclear(/Originate successfully queued/) },
		{ answer: json({ success: 'TRUE', info: QUEUED }), means: unclear(/Originate successfully queued/) },
		...[1, '1', 'true'].map((success) => ({ answer: json({ success, info: QUEUED }), means: both(done, done) })),
		...[0, '0', 'false'].map((success) => ({
			answer: json({ success, errors: { 400: 'Invalid format of To field.' } }),
			means: refused(/did not carry out the request: Invalid format of To field/),
		})),
		{
			answer: json({ success: true, errors: { 403: 'Caller ID not activated' } }),
			means: unclear(/247LiveChat says: Caller ID not activated\./),
		},
		{
			answer: json({ success: true, info: 'Response: Error, Message: No such channel' }),
			means: unclear(/Response: Error, Message: No such channel/),
		},
		{
			answer: json({ 403: 'Caller ID not activated' }),
			means: refused(/did not carry out the request: Caller ID not activated/),
		},
		{
			answer: json({ success: false, errors: { to_no: ['is required', 'is too short'] } }),
			means: refused(/to_no: is required; to_no: is too short/),
		},
		{ answer: json({ success: false, error: 'No credit' }), means: refused(/request: No credit/) },
		{ answer: json({ success: false, errors: [['No credit']] }), means: refused(/request: No credit/) },
		{ answer: json({ success: false }), means: refused(/it gives no reason/) },
		{
			answer: json({ success: false, errors: { 429: 'Too many requests' } }),
			means: {
				[CALL]: notDone(/more requests than the account may send/),
			},
		},
		{
			answer: json({ success: false, errors: { 500: 'Internal error' } }),
			means: { [CALL]: notKnown(/Internal error/) },
		},
		{
			answer: json({ success: false, errors: { 403: 'Caller ID not activated' } }, 403),
			means: refused(/Caller ID not activated/),
		},
		{
			answer: textAnswer('Access from this address is blocked', 403),
			means: refused(/Access from this address is blocked/),
		},
		{
			answer: json({ success: true, info: QUEUED }, 500),
			means: { [CALL]: notKnown(/Originate successfully queued/) },
		},
		{
			what: 'the printed answer to a fax, `"id" => 323`',
			answer: textAnswer('{"success":true,"info":"Fax sent to +44208432343", "id" => 323}'),
			means: { [CALL]: done },
		},
		{
			what: 'the text "Jos\u00e9" in Latin-1, declared',
			answer: {
				type: 'application/json; charset=ISO-8859-1',
				body: Buffer.from('{"success":true,"info":"Call of Jos\u00e9"}', 'latin1'),
			},
			means: { [CALL]: { shown: 'done', items: [{ success: true, info: 'Call of Jos\u00e9' }] } },
		},
		{
			what: 'the text "\u0141\u00f3d\u017a" in Latin-2, declared',
			answer: {
				type: 'application/json; charset=iso-8859-2',
				body: Buffer.concat([
					Buffer.from('{"success":true,"info":"'),
					Buffer.from([0xa3, 0xf3, 0x64, 0xbc]),
					Buffer.from('"}'),
				]),
			},
			means: { [CALL]: { shown: 'done', items: [{ success: true, info: '\u0141\u00f3d\u017a' }] } },
		},
	],
};
