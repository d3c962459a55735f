const { dest, parallel, series, src } = require('gulp');

/** Compiles the package to dist/, which is made anew. */
async function compile() {
	const { buildCode } = await import('./tools/build.mjs');
	buildCode();
}

/** Icons keep their place relative to the project, so that `file:../../icons/x.svg` holds in source and in dist. */
function icons() {
	return src('icons/**/*.svg', { encoding: false }).pipe(dest('dist/icons'));
}

/** Codex files (`*.node.json`: search words, categories) and output schemas (`__schema__`). */
function descriptions() {
	return src(['nodes/**/*.node.json', 'nodes/**/__schema__/**/*.json'], { base: 'nodes' }).pipe(dest('dist/nodes'));
}

/** Marks the build as finished. */
async function finish() {
	const { finishPackage } = await import('./tools/build.mjs');
	finishPackage();
}

exports.copy = parallel(icons, descriptions);
exports.build = series(compile, exports.copy, finish);
