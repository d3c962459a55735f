import { livechat247 } from './livechat247';
import { voipcloud } from './voipcloud';
import { voipstudio } from './voipstudio';
import { while1 } from './while1';

/** The table of providers: one file and one row each. */
export const providers = {
	livechat247,
	voipcloud,
	voipstudio,
	while1,
};

export type ProviderName = keyof typeof providers;

export const providerNames = Object.keys(providers) as ProviderName[];
