import { liveChat247 } from './liveChat247';
import type { ProviderAnswers } from './table';
import { voipcloud } from './voipcloud';
import { voipStudio } from './voipStudio';
import { while1Voice } from './while1Voice';

/** The answers of all providers, with what each means. */
export const ANSWERS: readonly ProviderAnswers[] = [liveChat247, voipcloud, voipStudio, while1Voice];
