import {
	fieldsOf,
	isRow,
	refuseStranger,
	verdict,
	type Account,
	type AccountCheck,
	type Ask,
	type Finding,
	type Reply,
} from './ask';

const NAME = '247LiveChat';

/** What 247LiveChat's document leaves open. The only question that just reads is the one for the call in progress. */
export const livechat247: AccountCheck = {
	name: NAME,
	address: 'https://ssl7.net/247LiveChat/u/api',
	keys: [
		{ name: 'email', environment: 'LIVECHAT247_EMAIL', prompt: 'E-mail address of the account', isSecret: false },
		{ name: 'apiKey', environment: 'LIVECHAT247_API_KEY', prompt: 'API key', isSecret: true },
	],
	findings,
};

async function* findings(ask: Ask, { address, keys }: Account): AsyncGenerator<Finding> {
	const get = async (key: string) => {
		const query = new URLSearchParams({ api_email: keys.email ?? '', api_key: key, o: 'webcall', a: 'call' });
		return await ask({ method: 'GET', url: `${address}?${query.toString()}` });
	};
	const status = await get(keys.apiKey ?? '');
	// What it says of a status of 400 and above is a finding, not the end.
	refuseStranger(isRow(status.body) ? { ...status, status: 200 } : status, isRefusal(status), NAME);
	const body = isRow(status.body) ? status.body : {};
	yield {
		assumption: 'The body tells by `success` whether a request succeeded',
		seen: fieldsOf([body]),
		verdict: verdict(typeof body.success === 'boolean'),
	};
	yield {
		assumption: 'While no call goes on, the status is an error with words, or a success',
		seen:
			'from' in body
				? 'a call goes on'
				: body.success === true
					? 'a success'
					: isRow(body.errors)
						? 'an error by its code'
						: 'an error of another form',
		verdict: 'from' in body ? 'cannot tell' : verdict(body.success === true || saysWhy(body)),
	};
	yield {
		assumption: 'A call that goes on is told with `from`, `from_state`, `to`, `to_state` and `duration`',
		seen: 'from' in body ? fieldsOf([body]) : 'no call goes on: start one and run again',
		verdict:
			'from' in body
				? verdict(['from_state', 'to', 'to_state', 'duration'].every((field) => field in body))
				: 'cannot tell',
	};
	const wrong = await get('this-is-no-key-of-anybody');
	const errors = isRow(wrong.body) ? wrong.body.errors : undefined;
	yield {
		assumption: 'A wrong key is answered with `errors` that hold the code 403',
		seen: isRow(errors) && '403' in errors ? 'so' : isRow(wrong.body) ? fieldsOf([wrong.body]) : 'no object',
		verdict: verdict(isRow(errors) && '403' in errors),
	};
	yield {
		assumption: 'An error comes with the HTTP status 200',
		seen: `the status ${wrong.status}`,
		verdict: verdict(wrong.status === 200),
	};
}

function isRefusal({ status, body }: Reply): boolean {
	if (status === 401 || status === 403) return true;
	return isRow(body) && body.success !== true && /"403"|forbidd?en/i.test(JSON.stringify(body));
}

function saysWhy({ errors, error }: { errors?: unknown; error?: unknown }): boolean {
	return (typeof errors === 'object' && errors !== null) || typeof errors === 'string' || typeof error === 'string';
}
