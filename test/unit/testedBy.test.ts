import { providers } from '../../harness/catalogue';
import { engineTests, testedBy } from '../../tools/testedBy';

const tests = [
	{ name: 'voipcloud.test.ts', text: "runNode({ resource: 'call', operation: 'create' })" },
	{ name: 'while1.test.ts', text: "runNode({ resource: 'sms', operation: 'send' })" },
];

it('after a run of all tests an operation without a note is untested, whatever a comment says about it', () => {
	const notes = { ran: new Set(['voipcloud call create']), isWhole: true };
	expect(testedBy('voipcloud', 'call create', notes, tests)).toBe('yes');
	expect(testedBy('while1Voice', 'sms send', notes, tests)).toBe('no');
});

it('after a run of some tests a contributor is told which file to run, not to run everything', () => {
	const notes = { ran: new Set<string>(), isWhole: false };
	expect(testedBy('voipcloud', 'call create', notes, tests)).toBe('voipcloud.test.ts');
	expect(testedBy('voipcloud', 'call hangUp', notes, tests)).toBe('no');
	// Another provider's test says nothing about this one.
	expect(testedBy('voipcloud', 'sms send', notes, tests)).toBe('no');
});

it.each(providers)('every operation of $name is found in a test without running it', ({ node, operations }) => {
	const notes = { ran: new Set<string>(), isWhole: false };
	const found = engineTests();
	const unfound = operations
		.map(({ resource, operation }) => `${resource} ${operation}`)
		.filter((what) => testedBy(node, what, notes, found) === 'no');
	expect(unfound).toEqual([]);
});
