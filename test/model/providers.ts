import type { ModelProvider } from './provider';
import { voipcloudModel } from './voipcloud';
import { voipStudioModel } from './voipstudio';
import { while1Model } from './while1';

/** The providers with a trigger: one adapter each. */
export const providers: readonly ModelProvider[] = [voipcloudModel, voipStudioModel, while1Model];
