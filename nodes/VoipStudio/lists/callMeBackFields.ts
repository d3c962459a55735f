import { properties } from './properties';

/** The fields that the document shows for websites, settings, visitors and calls of Call Me Back alike. */
export const CALL_ME_BACK_FIELDS = properties(
	'allowed_countries button_id created_at culture floating_icon id name position privacy_policy_url title',
	[
		{ name: 'DDI', value: 'ddi', description: 'The number that the call goes through, digits only' },
		{ name: 'Show to Allowed Countries Only', value: 'show_to_allowed_countries_only' },
		{ name: 'Welcome Screen Message', value: 'welcome_screen_msg' },
	],
);
