import { sleep } from 'n8n-workflow';

/** How many entries are worked on at once: some milliseconds' work. */
const PIECE = 200;

/** Maps a list in pieces, between which n8n goes on with other workflows, however long the list is. */
export async function inPieces<From, To>(values: readonly From[], map: (value: From) => To): Promise<To[]> {
	const results: To[] = [];
	for (const value of values) {
		results.push(map(value));
		if (results.length % PIECE === 0) await sleep(0);
	}
	return results;
}
