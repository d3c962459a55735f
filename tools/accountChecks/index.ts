import type { AccountCheck } from './ask';
import { livechat247 } from './livechat247';
import { voipcloud } from './voipcloud';
import { voipstudio } from './voipstudio';
import { while1 } from './while1';

/** The providers by the name that the command takes. */
export const accountChecks: Readonly<Record<string, AccountCheck>> = {
	'247livechat': livechat247,
	voipcloud,
	voipstudio,
	'while1-voice': while1,
};
