/** Recordings, voicemails and faxes are found in a list by when they were and between whom, not by an ID that nobody knows. */
import { searchList } from '../../harness/engine/editor';
import { node, run, seeded } from './voipstudio';

it.each([
	['recording', 'searchRecordings'],
	['voicemail', 'searchVoicemails'],
	['fax', 'searchFaxes'],
])('the list of a %s begins with the newest, and the one that is chosen is what comes', async (resource, method) => {
	const id = (await seeded())[resource];
	const { results } = await searchList(node({}), method);
	const chosen = results.find(({ value }) => String(value) === id);
	expect(chosen?.name).toMatch(/^2026-11-\d\d \d\d:\d\d:\d\d · \d+ → \d+$/);
	const times = results.map(({ name }) => name.slice(0, 19));
	expect(times).toEqual([...times].sort().reverse());
	const parameter = `${resource}Id`;
	const one = await run({ resource, operation: 'get', [parameter]: { __rl: true, mode: 'list', value: id } });
	expect(one.items[0].json).toMatchObject({ id: Number(id) });
	const found = await searchList(node({}), method, String(chosen?.name).slice(-6));
	expect(found.results).toContainEqual(chosen);
});
