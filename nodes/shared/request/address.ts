import type { IHttpRequestOptions } from 'n8n-workflow';

/** Why an address cannot be that of an API, and what to enter instead. */
interface AddressProblem {
	readonly message: string;
	readonly description: string;
}

/** No server takes a longer one. */
const LONGEST_ADDRESS = 2000;

/**
 * What is wrong with a base URL that a user entered; undefined if nothing is. Checked before every request, so that a typo
 * in the address sends no key anywhere.
 *
 * @param address the base URL with its scheme
 */
export function addressProblem(address: string): AddressProblem | undefined {
	if (address.length > LONGEST_ADDRESS || !URL.canParse(address)) {
		return wrong('is not an address', 'Enter one such as https://pbx.example.com.');
	}
	const url = new URL(address);
	if (url.protocol !== 'https:' && url.protocol !== 'http:') {
		return wrong(`begins with ${url.protocol}`, 'Enter an address that begins with https://.');
	}
	// `https://real.example@other.example` goes to the latter, whatever it looks like.
	if (url.username !== '' || url.password !== '' || /^[^/?#]*\/*[^/?#]*@/.test(address)) {
		return wrong(
			'holds a user name or password',
			`It would go to ${url.host}. Enter the address without what stands before the @.`,
		);
	}
	if (/[?#]/.test(address)) {
		return wrong('holds a question mark or a #', `Enter only ${url.origin}${withoutSlash(url.pathname)}.`);
	}
	if (url.protocol === 'http:' && !isPrivateHost(url.hostname)) {
		return wrong(
			'begins with http://',
			'The key would travel readable through the internet. Use https://. (http:// is taken for a host in the own network.)',
		);
	}
	return undefined;
}

function wrong(what: string, next: string): AddressProblem {
	return { message: `'Base URL' in the credential ${what}`, description: `${next} Nothing was sent.` };
}

/** Whether a host is on this machine or its network, where others cannot read the traffic. In the form of `URL.hostname`. */
export function isPrivateHost(hostname: string): boolean {
	const host = hostname.toLowerCase().replace(/\.$/, '');
	const numbers = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host);
	if (numbers !== null) return isPrivateIpv4(Number(numbers[1]), Number(numbers[2]));
	if (host.startsWith('[')) return isPrivateIpv6(host.slice(1, -1));
	// A name without a dot is known only in the local network, such as that of a container.
	return !host.includes('.') || /\.(localhost|local|lan|internal|home\.arpa)$/.test(host);
}

/** RFC 1918, loopback, link-local, and the range for carriers and overlay networks (RFC 6598). */
function isPrivateIpv4(first: number, second: number): boolean {
	return (
		first === 127 ||
		first === 10 ||
		(first === 192 && second === 168) ||
		(first === 172 && second >= 16 && second <= 31) ||
		(first === 169 && second === 254) ||
		(first === 100 && second >= 64 && second <= 127)
	);
}

function isPrivateIpv6(address: string): boolean {
	const mapped = /^::ffff:([0-9a-f]{1,4}):[0-9a-f]{1,4}$/.exec(address);
	if (mapped !== null) {
		const word = parseInt(mapped[1], 16);
		return isPrivateIpv4(word >> 8, word & 255);
	}
	return address === '::1' || /^f[cd][0-9a-f]{2}:/.test(address) || /^fe[89ab][0-9a-f]:/.test(address);
}

/** The address a request goes to, joined in the same way as by n8n's transport. */
export function addressOf({ baseURL, url }: Pick<IHttpRequestOptions, 'baseURL' | 'url'>): string {
	if (baseURL === undefined || baseURL === '' || /^[a-z][a-z\d+.-]*:\/\//i.test(url)) return url;
	return url === '' ? baseURL : `${withoutSlash(baseURL)}/${url.replace(/^\/+/, '')}`;
}

/** An address without slashes at its end. */
export function withoutSlash(address: string): string {
	let end = address.length;
	while (end > 0 && address[end - 1] === '/') end--;
	return address.slice(0, end);
}

/** What n8n's own HTTP Request node passes to a credential: an older form of the request. */
interface LegacyRequest {
	uri?: string;
	followRedirect?: boolean;
	followAllRedirects?: boolean;
}

/**
 * The request as it may carry a credential: to the address that the credential is for, and not on to where a redirect
 * points. Every credential type's `authenticate` ends with it, so that it holds for operations, triggers, drop-downs and the
 * test of the credential, and for n8n's HTTP Request node.
 *
 * @throws Error that says which address was wrong; the credential's test shows it
 */
export function keptAt(baseUrl: string, request: IHttpRequestOptions): IHttpRequestOptions {
	const problem = addressProblem(baseUrl);
	if (problem !== undefined) throw new Error(`${problem.message}. ${problem.description}`);
	const { uri } = request as LegacyRequest;
	const { origin } = new URL(baseUrl);
	const isThere = (url: string) => {
		const address = addressOf({ baseURL: request.baseURL, url });
		return URL.canParse(address) && new URL(address).origin === origin;
	};
	// Which of two addresses counts is up to the transport, so both have to be right.
	const given = [uri, request.url].filter((url) => url !== undefined && url !== '') as string[];
	if (!(given.length === 0 ? [''] : given).every(isThere)) {
		throw new Error(
			`The credential is for ${origin} only. Nothing was sent. Use its 'Base URL' for the request, or another credential.`,
		);
	}
	if (uri === undefined) return { ...request, disableFollowRedirect: true };
	return { ...request, ...({ followRedirect: false, followAllRedirects: false } satisfies LegacyRequest) };
}
