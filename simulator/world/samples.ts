/**
 * The answers that the providers' documents print, every field of every sample, by the section it appears in. VoIPcloud's
 * document prints none: it lists the fields of its records, which the `living` mode has.
 */
export interface Sample {
	readonly section: string;
	readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	/** VoIPstudio: below the base URL, with `{id}` for digits; 247LiveChat: object and action; While1 Voice: see there. */
	readonly path: string;
	readonly status: number;
	/** A string is sent as it is, because 247LiveChat prints something that is not JSON. */
	readonly body?: object | string;
}

export const voipstudioSamples: readonly Sample[] = [
	{
		section: 'Introduction: E-mail y Contrase\u00f1a',
		method: 'POST',
		path: '/login',
		status: 200,
		body: {
			message: 'Login success',
			user_token: '123456abc993ba5dd8a0e7ce9876543',
			user_id: 123456,
		},
	},
	{
		section: 'Introduction: E-mail y Contrase\u00f1a',
		method: 'POST',
		path: '/apitokens',
		status: 200,
		body: {
			data: {
				user_id: 123456,
				token: '9843211cb48787655cddb080ebdabced',
				customer_id: 521156,
				name: 'Example API App',
				host: '8.8.8.8',
				user_agent: 'curl/7.58.0',
				expiry: 604800,
				last_request_at: null,
				created_at: '2023-02-09 17:20:01',
			},
			links: {},
		},
	},
	{
		section: 'Call Me Back: Example Response of GET /callmeback/websites',
		method: 'GET',
		path: '/callmeback/websites',
		status: 200,
		body: {
			data: [
				{
					id: 7967,
					allowed_countries: 'value',
					button_id: 9062,
					created_at: '2017-03-15 04:07:36',
					culture: 1,
					ddi: 8004,
					floating_icon: true,
					name: 'value',
					position: 3,
					privacy_policy_url: 'value',
					show_to_allowed_countries_only: true,
					title: 'value',
					welcome_screen_msg: 'value',
				},
			],
			total: 59,
		},
	},
	{
		section: 'Call Me Back: Example Response of GET /callmeback/settings',
		method: 'GET',
		path: '/callmeback/settings',
		status: 200,
		body: {
			data: [
				{
					id: 2234,
					allowed_countries: 'value',
					button_id: 9720,
					created_at: '2022-03-11 01:28:47',
					culture: 2,
					ddi: 4746,
					floating_icon: true,
					name: 'value',
					position: 7,
					privacy_policy_url: 'value',
					show_to_allowed_countries_only: true,
					title: 'value',
					welcome_screen_msg: 'value',
				},
			],
			total: 59,
		},
	},
	{
		section: 'Call Me Back: Example Response of POST /callmeback/settings',
		method: 'POST',
		path: '/callmeback/settings',
		status: 201,
		body: {
			data: {
				id: 315,
				allowed_countries: 'value',
				button_id: 8425,
				created_at: '2018-03-21 17:52:28',
				culture: 2,
				ddi: 3784,
				floating_icon: true,
				name: 'value',
				position: 6,
				privacy_policy_url: 'value',
				show_to_allowed_countries_only: true,
				title: 'value',
				welcome_screen_msg: 'value',
			},
			links: {},
		},
	},
	{
		section: 'Call Me Back: Example Response of GET /callmeback/settings/{id}',
		method: 'GET',
		path: '/callmeback/settings/{id}',
		status: 200,
		body: {
			data: {
				id: 9873,
				allowed_countries: 'value',
				button_id: 3398,
				created_at: '2016-06-09 13:15:18',
				culture: 1,
				ddi: 9963,
				floating_icon: true,
				name: 'value',
				position: 4,
				privacy_policy_url: 'value',
				show_to_allowed_countries_only: true,
				title: 'value',
				welcome_screen_msg: 'value',
			},
			links: {},
		},
	},
	{
		section: 'Call Me Back: Example Response of PATCH /callmeback/settings/{id}',
		method: 'PATCH',
		path: '/callmeback/settings/{id}',
		status: 200,
		body: {
			data: {
				id: 1328,
				allowed_countries: 'value',
				button_id: 7318,
				created_at: '2017-04-20 09:56:30',
				culture: 0,
				ddi: 1348,
				floating_icon: true,
				name: 'value',
				position: 3,
				privacy_policy_url: 'value',
				show_to_allowed_countries_only: true,
				title: 'value',
				welcome_screen_msg: 'value',
			},
			links: {},
		},
	},
	{
		section: 'Call Me Back: Example Response of DELETE /callmeback/settings/{id}',
		method: 'DELETE',
		path: '/callmeback/settings/{id}',
		status: 204,
	},
	{
		section: 'Call Me Back: Example Response of GET /callmeback/cdrs',
		method: 'GET',
		path: '/callmeback/cdrs',
		status: 200,
		body: {
			data: [
				{
					id: 8097,
					allowed_countries: 'value',
					button_id: 7667,
					created_at: '2022-02-03 17:55:33',
					culture: 4,
					ddi: 425,
					floating_icon: true,
					name: 'value',
					position: 2,
					privacy_policy_url: 'value',
					show_to_allowed_countries_only: true,
					title: 'value',
					welcome_screen_msg: 'value',
				},
			],
			total: 59,
		},
	},
	{
		section: 'Call Me Back: Example Response of GET /callmeback/visitors',
		method: 'GET',
		path: '/callmeback/visitors',
		status: 200,
		body: {
			data: [
				{
					id: 4533,
					allowed_countries: 'value',
					button_id: 9686,
					created_at: '2018-04-16 16:31:35',
					culture: 2,
					ddi: 6390,
					floating_icon: true,
					name: 'value',
					position: 6,
					privacy_policy_url: 'value',
					show_to_allowed_countries_only: true,
					title: 'value',
					welcome_screen_msg: 'value',
				},
			],
			total: 59,
		},
	},
	{
		section: 'Call Me Back: Example Response of GET /callmeback/buttons/{id}',
		method: 'GET',
		path: '/callmeback/buttons/{id}',
		status: 200,
		body: {
			data: {
				id: 3909,
				allowed_countries: 'value',
				button_id: 4347,
				created_at: '2021-08-24 16:46:35',
				culture: 3,
				ddi: 8009,
				floating_icon: true,
				name: 'value',
				position: 7,
				privacy_policy_url: 'value',
				show_to_allowed_countries_only: true,
				title: 'value',
				welcome_screen_msg: 'value',
			},
			links: {},
		},
	},
	{
		section: 'Call Me Back: Example Response of PATCH /callmeback/buttons/{id}',
		method: 'PATCH',
		path: '/callmeback/buttons/{id}',
		status: 200,
		body: {
			data: {
				id: 6717,
				allowed_countries: 'value',
				button_id: 9575,
				created_at: '2024-10-04 10:12:27',
				culture: 1,
				ddi: 8841,
				floating_icon: true,
				name: 'value',
				position: 4,
				privacy_policy_url: 'value',
				show_to_allowed_countries_only: true,
				title: 'value',
				welcome_screen_msg: 'value',
			},
			links: {},
		},
	},
	{
		section: 'Call Me Back: Example Response of DELETE /callmeback/buttons/{id}',
		method: 'DELETE',
		path: '/callmeback/buttons/{id}',
		status: 204,
	},
	{
		section: 'Call Me Back: Example Response of POST /callmeback/buttons',
		method: 'POST',
		path: '/callmeback/buttons',
		status: 201,
		body: {
			data: {
				id: 6759,
				allowed_countries: 'value',
				button_id: 9392,
				created_at: '2024-04-11 04:04:31',
				culture: 2,
				ddi: 4104,
				floating_icon: true,
				name: 'value',
				position: 7,
				privacy_policy_url: 'value',
				show_to_allowed_countries_only: true,
				title: 'value',
				welcome_screen_msg: 'value',
			},
			links: {},
		},
	},
];

export const livechat247Samples: readonly Sample[] = [
	{
		section: 'Fax Send',
		method: 'POST',
		path: 'fax send',
		status: 200,
		body: '{"success":true,"info":"Fax sent to +44208432343", "id" => 323}',
	},
	{
		section: 'SMS Send',
		method: 'POST',
		path: 'sms send',
		status: 200,
		body: '{"success":true,"info":"Message sent to +4477744322"}',
	},
	{
		section: 'WebCall Info',
		method: 'GET',
		path: 'webcall call',
		status: 200,
		body: '{"success":true,"from":"442036427900","from_state":"CONNECTED","to":"441942442233","to_state":"CONNECTED","duration":"0:11"}',
	},
	{
		section: 'WebCal Call',
		method: 'POST',
		path: 'webcall call',
		status: 200,
		body: '{"success":true,"info":"Response: Success, Message: Originate successfully queued"}',
	},
	{
		section: 'WebCall Terminate',
		method: 'POST',
		path: 'webcall terminate',
		status: 200,
		body: '{"success":true,"info":"Call terminated"}',
	},
	{
		section: 'WebCall Click2Call',
		method: 'POST',
		path: 'webcall c2c',
		status: 200,
		body: '{"success":true,"info":"Call OK"}',
	},
];

/** The error that 247LiveChat prints for a wrong key, with its spelling, and the one for a GET that should be a POST. */
export const livechat247Errors = {
	forbidden: { success: false, errors: { '403': 'Forbiden' } },
	postOnly: { success: false, errors: { '403': 'POST Only' } },
} as const;

/** While1 Voice prints three envelopes for all endpoints: for success, for a wrong token, and for credentials of the old kind. */
export const while1Samples = {
	success: {
		has_error: false,
		messages: [],
		pagination: { row_count: 1, page_size: 100, current_page: 1, max_page: 1 },
		results: [],
	},
	error: { has_error: true, messages: ['Token does not match'], pagination: [], results: [] },
	warning: {
		has_error: false,
		messages: [],
		warnings: ["API Username and Password are deprecated. Please use 'Authorization: Bearer $token' header"],
		results: [],
	},
} as const;
