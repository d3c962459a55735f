import type { INodePropertyOptions } from 'n8n-workflow';

const ABBREVIATIONS = new Set(['ddi', 'id', 'ip', 'sip', 'sms', 'url']);

/**
 * Properties of records to choose from, in the order of their names.
 *
 * @param plain those that are named as the API writes them, with blanks between: `created_at` is "Created At"
 * @param others those with other names, or with a description
 */
export function properties(plain: string, others: INodePropertyOptions[] = []): INodePropertyOptions[] {
	const named = plain.split(' ').map((value) => ({ name: value.split('_').map(capitalised).join(' '), value }));
	return [...named, ...others].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

function capitalised(word: string): string {
	return ABBREVIATIONS.has(word) ? word.toUpperCase() : `${word[0].toUpperCase()}${word.slice(1)}`;
}
