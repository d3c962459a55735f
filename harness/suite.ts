import type { Editor } from './n8n/editor';
import type { RealN8n } from './n8n/realN8n';
import type { Owner } from './n8n/rest';
import type { SimulatorProcess } from './simulator';

/** What every suite finds ready: n8n with the package, its owner, a telephone system, and a browser. */
export interface World {
	n8n: RealN8n;
	owner: Owner;
	simulator: SimulatorProcess;
	/** The key that the simulator takes, for every provider. */
	apiKey: string;
	editor: Editor;
	/** The package as npm would publish it, for a suite that starts an n8n of its own. */
	tarball: string;
}

/**
 * One promise to the user. The first one that is broken ends its suite, because those after it build on it.
 *
 * @param promise what a user would lose if it were broken
 */
export type Step = (promise: string, check: () => Promise<void>) => Promise<void>;

/** A file `*.e2e.ts` in this folder exports one as `suite`; nothing else has to know of it. */
export interface Suite {
	title: string;
	/** Whether it starts an n8n of its own and then mostly waits for polls, so that another one of its kind can run beside it. */
	mostlyWaits?: true;
	run(step: Step, world: World): Promise<void>;
}
