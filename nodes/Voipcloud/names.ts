/**
 * The description of a field for names of queues, ring groups or users. They are texts, as neither version of the API has a request
 * that lists them.
 *
 * @param which calls the field chooses, e.g. "Only calls to these queues"
 * @param more a sentence, with its period
 */
export function namesDescription(which: string, more?: string): string {
	const own = `${which}: names separated by commas, or an expression that gives a list. VoIPcloud's API lists none to choose from.`;
	return more === undefined ? own : `${own} ${more}`;
}

/** For a trigger. */
export const NAMED_BY_TEST = 'If one is mistyped, a test run says which there are.';
