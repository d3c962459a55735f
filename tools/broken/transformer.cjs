const { createTransformer } = require('@swc/jest');
const { createHash } = require('node:crypto');

/** Compiles tests and code as they are, but for the file that is broken. */
module.exports = {
	createTransformer({ broken, ...options }) {
		const swc = createTransformer(options);
		const changed = (source, file) =>
			file === broken?.source ? source.replaceAll(broken.find, () => broken.put) : source;
		return {
			...swc,
			process: (source, file, settings) => swc.process(changed(source, file), file, settings),
			getCacheKey: (source, file) =>
				createHash('sha256')
					.update(`${file}\n${changed(source, file)}`)
					.digest('hex'),
		};
	},
};
