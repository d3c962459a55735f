/**
 * What stands in place of a withheld or unknown number, each with who writes it, or the language.
 * Upper and lower case, accents, blanks and punctuation do not matter.
 */
const SPELLINGS: ReadonlyArray<readonly [spelling: string, source: string]> = [
	['anonymous', 'RFC 3323: "Anonymous" <sip:anonymous@anonymous.invalid>'],
	['anonymous caller', 'English'],
	['anonymous call', 'English'],
	['anonymous.invalid', 'RFC 3323, where only the host is written'],
	['private', 'English'],
	['private number', 'English'],
	['private caller', 'English'],
	['restricted', 'Asterisk, CALLERPRES; 3GPP TS 24.607'],
	['restricted number', 'English'],
	['presentation restricted', '3GPP TS 24.607'],
	['withheld', 'English'],
	['number withheld', 'English'],
	['withheld number', 'English'],
	['caller withheld', 'English'],
	['blocked', 'English'],
	['blocked number', 'English'],
	['caller id blocked', 'English'],
	['hidden', 'English'],
	['hidden number', 'English'],
	['suppressed', 'English'],
	['no caller id', 'iOS'],
	['no number', 'English'],
	['no callerid', 'English'],
	['not available', 'English'],
	['number unavailable', 'English'],
	['unavailable', '3GPP TS 23.003: <sip:unavailable@unknown.invalid>; Asterisk, CALLERPRES'],
	['unknown', 'Asterisk and FreeSWITCH, without a caller ID'],
	['unknown caller', 'English'],
	['unknown number', 'Android'],
	['unknown.invalid', '3GPP TS 23.003, where only the host is written'],
	['out of area', 'Telcordia GR-30, reason of absence O'],
	['prohibited', 'Asterisk, CALLERPRES prohib'],
	['id unavailable', 'Asterisk, CALLERPRES'],
	['asterisk', 'Asterisk, the default of `callerid` in sip.conf'],
	['s', 'Asterisk, the start extension of a call without a number'],
	['none', 'Python, an empty value as a text'],
	['null', 'JSON, an empty value as a text'],
	['undefined', 'JavaScript, an empty value as a text'],
	['nil', 'Ruby and Lua, an empty value as a text'],
	['nan', 'a missing number of a table as a text'],
	['n/a', 'English'],
	['266696687', 'A-N-O-N-Y-M-O-U-S on a keypad; Twilio, Skype'],
	['1266696687', 'the same with the code of North America'],
	['7378742833', 'R-E-S-T-R-I-C-T-E-D on a keypad; Twilio'],
	['86282452253', 'U-N-A-V-A-I-L-A-B-L-E on a keypad; Twilio'],
	['8656696', 'U-N-K-N-O-W-N on a keypad; Twilio'],
	['2562533', 'B-L-O-C-K-E-D on a keypad; Twilio'],
	['7748483', 'P-R-I-V-A-T-E on a keypad'],
	['anonym', 'German and Romanian'],
	['unbekannt', 'FRITZ!Box'],
	['unterdrückt', 'German'],
	['rufnummer unterdrückt', 'German'],
	['nummer unterdrückt', 'German'],
	['unbekannter anrufer', 'German'],
	['privat', 'German'],
	['anonyme', 'French'],
	['inconnu', 'French'],
	['numéro inconnu', 'French'],
	['numéro masqué', 'French'],
	['masqué', 'French'],
	['appel masqué', 'French'],
	['privé', 'French'],
	['numéro privé', 'French'],
	['anónimo', 'Spanish and Portuguese'],
	['desconocido', 'Spanish'],
	['número desconocido', 'Spanish'],
	['oculto', 'Spanish'],
	['número oculto', 'Spanish'],
	['privado', 'Spanish and Portuguese'],
	['número privado', 'Spanish and Portuguese'],
	['no disponible', 'Spanish'],
	['desconhecido', 'Portuguese'],
	['número desconhecido', 'Portuguese'],
	['confidencial', 'Brazilian'],
	['sconosciuto', 'Italian'],
	['numero sconosciuto', 'Italian'],
	['privato', 'Italian'],
	['numero privato', 'Italian'],
	['anoniem', 'Dutch'],
	['onbekend', 'Dutch'],
	['privénummer', 'Dutch'],
	['necunoscut', 'Romanian'],
	['număr necunoscut', 'Romanian'],
	['număr privat', 'Romanian'],
	['număr ascuns', 'Romanian'],
	['ascuns', 'Romanian'],
	['zastrzeżony', 'Polish'],
	['numer zastrzeżony', 'Polish'],
	['nieznany', 'Polish'],
	['ukjent', 'Norwegian'],
	['okänd', 'Swedish'],
	['ukendt', 'Danish'],
	['hemmeligt nummer', 'Danish'],
	['неизвестный', 'Russian'],
	['скрытый номер', 'Russian'],
	['非通知', 'Japanese'],
	['未知', 'Chinese'],
];

/** No number, nor what stands in place of one, is as long; no longer text meets a regular expression in this room. */
export const MOST_CHARACTERS = 64;

/** All spellings, for tests. */
export const WITHHELD_SPELLINGS: readonly string[] = SPELLINGS.map(([spelling]) => spelling);

const folded = new Set(WITHHELD_SPELLINGS.map(fold));

/** Whether a text stands for a number that the caller or the network withheld. */
export function isWithheld(written: string): boolean {
	if (written.length > MOST_CHARACTERS) return false;
	// Android's Call Log has -1 for unknown, -2 for private and -3 for a payphone; networks fill up with zeros.
	return /^(?:-\d|[+0\s-]*0[0\s-]*|[-?+*"'<>\s]+)$/.test(written) || folded.has(fold(written));
}

/** The letters and digits of a text, without case and accents. */
function fold(written: string): string {
	return written
		.normalize('NFKD')
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]/gu, '');
}
