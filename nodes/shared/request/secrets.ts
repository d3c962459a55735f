/** A shorter secret occurs inside ordinary words, and so few characters protect nothing. */
const SHORTEST = 3;
/** A shorter secret is only looked for as a word of its own. */
const SHORTEST_INSIDE = 6;

const MASK = '***';

/** Marks the place where a quotation was cut. */
export const CUT = '…';

/**
 * A text without the secrets, in whatever form somebody quotes them: as they are, or encoded for an address, a form, JSON, HTML
 * in Base64 or as bytes, once or twice, in any case; at the end of a quotation also the beginning of one.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
	const forms = [...new Set(secrets.flatMap((secret) => [secret, secret.trim(), asWords(secret)]).flatMap(formsOf))]
		.filter((form) => form.length >= SHORTEST)
		// The longest first, so that none leaves part of another behind.
		.sort((a, b) => b.length - a.length);
	return forms.reduce(masked, text);
}

/** As a quotation shows it, which leaves out tags and folds blanks. */
function asWords(secret: string): string {
	return secret
		.replace(/<[^<>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
}

function masked(text: string, form: string): string {
	const written = literal(form);
	const pattern = form.length >= SHORTEST_INSIDE ? written : `(?<![\\p{L}\\p{N}])${written}(?![\\p{L}\\p{N}])`;
	const whole = text.replace(new RegExp(pattern, 'giu'), MASK);
	if (!whole.includes(CUT)) return whole;
	for (let length = form.length - 1; length >= SHORTEST; length--) {
		const cut = new RegExp(literal(form.slice(0, length)) + CUT, 'gi');
		if (cut.test(whole)) return whole.replace(cut, MASK + CUT);
	}
	return whole;
}

function formsOf(secret: string): string[] {
	if (secret.length < SHORTEST) return [];
	const address = encodeURIComponent(secret);
	const strict = address.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
	// A form encodes the tilde as well, but not the asterisk; PHP's urlencode both.
	const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
	const addresses = [address, strict, encodeURI(secret), inForm, inForm.replace(/\*/g, '%2A')].flatMap((form) => [
		form,
		form.replace(/%20/g, '+'),
	]);
	const html = secret.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
	return [
		secret,
		...addresses,
		...addresses.map((form) => form.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())),
		...inJson(secret),
		html,
		html.replace(/&quot;/g, '&#34;'),
		...["'", '&#39;', '&#039;', '&#x27;', '&apos;'].map((quote) => html.replace(/'/g, quote)),
		...inBase64(secret),
		Buffer.from(secret).toString('hex'),
		encodeURIComponent(address),
		// PHP: addslashes and var_export.
		secret.replace(/['"\\\0]/g, '\\$&'),
		secret.replace(/['\\]/g, '\\$&'),
	];
}

/** As JSON: writers differ in what they escape. PHP escapes slashes and everything that is not ASCII, Go `<`, `>` and `&`. */
function inJson(secret: string): string[] {
	const plain = JSON.stringify(secret).slice(1, -1);
	const escaped = (form: string, marks: RegExp) =>
		form.replace(marks, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
	const forms = [plain, escaped(plain, /[<>&]/g), escaped(plain.replace(/\\"/g, '"'), /[<>&'"]/g)].flatMap((form) => [
		form,
		escaped(form, /[^\0-~]/g),
	]);
	const bothCases = forms.flatMap((form) => [
		form,
		form.replace(/\\u[0-9a-f]{4}/g, (escape) => `\\u${escape.slice(2).toUpperCase()}`),
	]);
	return bothCases.flatMap((form) => [form, form.replace(/\//g, '\\/')]);
}

/** The secret in Base64, alone or within a longer text: there it begins at one of three positions in a group of three bytes. */
function inBase64(secret: string): string[] {
	const bytes = Buffer.from(secret);
	const forms = [0, 1, 2].map((before) => {
		const padded = Buffer.concat([Buffer.alloc(before), bytes]);
		// Only the groups that contain nothing else: those at both ends depend on what is next to them.
		const start = before === 0 ? 0 : 4;
		return padded.toString('base64').slice(start, Math.floor(padded.length / 3) * 4);
	});
	const whole = bytes.toString('base64');
	const usable = [whole, whole.replace(/=+$/, ''), ...forms].filter((form) => form.length >= SHORTEST_INSIDE);
	return [...usable, ...usable.map((form) => form.replace(/\+/g, '-').replace(/\//g, '_'))];
}

function literal(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
