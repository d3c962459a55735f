import { liveChat247 } from './liveChat247';
import type { ProviderAnswers } from './table';
import { voipcloud } from './voipcloud';

/** The answers of all providers, with what each means. */
export const ANSWERS: readonly ProviderAnswers[] = [liveChat247, voipcloud];
