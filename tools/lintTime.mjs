/** Tests run by the clock of test/setup, on any day and at any hour: what reads real time says so by name. */
const REAL = 'What must measure real time says so: harness/realTime.ts.';

export const time = {
	files: ['{harness,simulator,test}/**/*.{ts,mjs,cjs}'],
	ignores: ['harness/{clock,realTime}.ts', 'test/setup/**'],
	rules: {
		'no-restricted-imports': ['error', ...['node:perf_hooks', 'perf_hooks'].map((name) => ({ name, message: REAL }))],
		'no-restricted-properties': [
			'error',
			{ object: 'performance', message: REAL },
			{ object: 'process', property: 'hrtime', message: REAL },
			{ object: 'process', property: 'uptime', message: REAL },
			{ object: 'jest', property: 'getRealSystemTime', message: REAL },
			...['mtime', 'ctime', 'atime', 'birthtime'].flatMap((property) => [
				{ property, message: REAL },
				{ property: `${property}Ms`, message: REAL },
			]),
		],
		'no-restricted-syntax': [
			'error',
			...[
				"AssignmentExpression[left.object.name='Date']",
				"CallExpression[arguments.0.name='Date'][callee.property.name=/^(spyOn|assign|replaceProperty|defineProperty)$/]",
			].map((selector) => ({ selector, message: 'Set the clock with harness/clock.ts.' })),
			{
				selector: "CallExpression[callee.property.name='useFakeTimers'][arguments.length=0]",
				message: 'Say what time it is: jest takes the real one.',
			},
			{
				selector: "CallExpression[callee.name='expect'] MemberExpression[object.name='realTime']",
				message: 'How long something takes depends on the machine.',
			},
		],
	},
};
