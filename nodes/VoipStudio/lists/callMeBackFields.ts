import type { INodePropertyOptions } from 'n8n-workflow';

/** The fields that the document shows for websites, settings, visitors and calls of Call Me Back alike. */
export const CALL_ME_BACK_FIELDS: INodePropertyOptions[] = [
	{ name: 'Allowed Countries', value: 'allowed_countries' },
	{ name: 'Button ID', value: 'button_id' },
	{ name: 'Created At', value: 'created_at' },
	{ name: 'Culture', value: 'culture' },
	{ name: 'DDI', value: 'ddi', description: 'The number that the call goes through, digits only' },
	{ name: 'Floating Icon', value: 'floating_icon' },
	{ name: 'ID', value: 'id' },
	{ name: 'Name', value: 'name' },
	{ name: 'Position', value: 'position' },
	{ name: 'Privacy Policy URL', value: 'privacy_policy_url' },
	{ name: 'Show to Allowed Countries Only', value: 'show_to_allowed_countries_only' },
	{ name: 'Title', value: 'title' },
	{ name: 'Welcome Screen Message', value: 'welcome_screen_msg' },
];
