import type { ModelProvider } from './provider';
import { voipcloudModel } from './voipcloud';

/** The providers with a trigger: one adapter each. */
export const providers: readonly ModelProvider[] = [voipcloudModel];
