/** A source of numbers in [0, 1). */
export type Random = () => number;

/** A 32-bit digest of the parts (FNV-1a), so that any mix of names and numbers can seed a random source. */
export function digest(...parts: Array<string | number>): number {
	let hash = 0x811c9dc5;
	for (const character of parts.join('\u0000')) {
		hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
	}
	// FNV leaves neighbouring inputs close together; one avalanche step spreads them.
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	return (hash ^ (hash >>> 13)) >>> 0;
}

/** The mulberry32 generator: equal seeds give equal sequences, on every machine. */
export function randomFrom(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
	};
}

/** Picks one element, all equally likely. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
	const item = items[Math.floor(random() * items.length)];
	if (item === undefined) throw new RangeError('Nothing to pick from');
	return item;
}

/** Whole seconds of an exponential waiting time, at least 1. */
export function exponentialSeconds(random: Random, mean: number): number {
	return Math.max(1, Math.round(-mean * Math.log(1 - random())));
}

/** Whole seconds, log-normal around a median: most calls are short, some are long. At least 1. */
export function logNormalSeconds(random: Random, median: number, sigma: number): number {
	const gauss = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
	return Math.max(1, Math.round(median * Math.exp(sigma * gauss)));
}
