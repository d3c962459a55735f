import { livechat247 } from './livechat247';
import { voipcloud } from './voipcloud';

/** The table of providers: one file and one row each. */
export const providers = {
	livechat247,
	voipcloud,
};

export type ProviderName = keyof typeof providers;

export const providerNames = Object.keys(providers) as ProviderName[];
