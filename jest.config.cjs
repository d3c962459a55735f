// n8n logs every request error; hundreds of such lines bury the one test that failed. Another level shows them.
process.env.N8N_LOG_LEVEL ??= 'silent';
require('./test/setup/settings.cjs')();

/** @type {import('jest').Config} */
module.exports = {
	testMatch: ['<rootDir>/test/{unit,engine,model}/**/*.test.ts'],
	globalSetup: '<rootDir>/test/setup/beginRun.cjs',
	globalTeardown: '<rootDir>/test/setup/endRun.cjs',
	runtime: '<rootDir>/test/setup/runtime.cjs',
	testEnvironment: '<rootDir>/test/setup/environment.cjs',
	testEnvironmentOptions: { globalsCleanup: 'off' },
	transform: {
		'^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
	},
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/build/'],
	// What hangs fails; what is slow because the machine is busy does not.
	testTimeout: 300_000,
	maxWorkers: 2,
	// Has no file run in jest's own process, which has read the locale of its user before it could be set.
	workerIdleMemoryLimit: '4GB',
};
