/**
 * What the package can do: the one table behind the README's tables, the quality files and the completeness check.
 * A provider joins with one entry.
 */

/**
 * What an operation is known from. P: the provider's own published document. D: another public page of the provider.
 * C: seen in client code the provider published; not in its public reference.
 */
export type Evidence = 'P' | 'D' | 'C';

/** What happens in the real world. `reads` may be repeated after a passing fault; nothing else ever is. */
export type Effect = 'reads' | 'writes' | 'calls' | 'texts' | 'faxes';

export interface Operation {
	readonly resource: string;
	readonly operation: string;
	readonly request: string;
	readonly evidence: Evidence;
	readonly effect: Effect;
	/** Whether no document tells the fields of the answer. The editor then shows none before the first run. */
	readonly isUntold: boolean;
}

export interface Provider {
	readonly name: string;
	/** The node; `<node>Trigger` is its trigger. */
	readonly node: string;
	/** In `docs/`. */
	readonly doc: string;
	readonly credentials: readonly string[];
	readonly api: string;
	readonly limit: string;
	readonly operations: readonly Operation[];
	/** Events of the trigger; empty where the provider publishes no history. */
	readonly events: readonly string[];
}

/** Rows as `resource operation | request | evidence effect [untold]`, which reads like the tables it makes. */
function operations(rows: string): Operation[] {
	return rows
		.trim()
		.split('\n')
		.map((row) => {
			const [names, request, judged] = row.split('|').map((cell) => cell.trim());
			const [resource, operation] = names.split(' ');
			const [evidence, effect, told] = judged.split(' ');
			return {
				resource,
				operation,
				request,
				evidence: evidence as Evidence,
				effect: effect as Effect,
				isUntold: told === 'untold',
			};
		});
}

export const providers: readonly Provider[] = [
	{
		name: 'VoIPstudio',
		node: 'voipStudio',
		doc: 'voipstudio.md',
		credentials: ['voipStudioApi', 'voipStudioLoginApi'],
		api: 'REST API v1.2 with the Call Me Back module',
		limit: 'none documented',
		operations: operations(`
			apiToken create            | POST /apitokens                  | P writes
			apiToken delete            | DELETE /apitokens/{token}        | C writes
			apiToken getAll            | GET /apitokens                   | C reads
			call answer                | PATCH /calls/{id}                | C writes
			call create                | POST /calls                      | D calls
			call get                   | GET /calls/{id}                  | C reads
			call getAll                | GET /calls                       | D reads
			call hangUp                | DELETE /calls/{id}               | C writes
			call transfer              | PATCH /calls/{id}                | C writes
			callMeBackButton create    | POST /callmeback/buttons         | P writes
			callMeBackButton delete    | DELETE /callmeback/buttons/{id}  | P writes
			callMeBackButton get       | GET /callmeback/buttons/{id}     | P reads
			callMeBackButton update    | PATCH /callmeback/buttons/{id}   | P writes
			callMeBackCdr getAll       | GET /callmeback/cdrs             | P reads
			callMeBackSetting create   | POST /callmeback/settings        | P writes
			callMeBackSetting delete   | DELETE /callmeback/settings/{id} | P writes
			callMeBackSetting get      | GET /callmeback/settings/{id}    | P reads
			callMeBackSetting getAll   | GET /callmeback/settings         | P reads
			callMeBackSetting update   | PATCH /callmeback/settings/{id}  | P writes
			callMeBackVisitor getAll   | GET /callmeback/visitors         | P reads
			callMeBackWebsite getAll   | GET /callmeback/websites         | P reads
			cdr export                 | GET /cdrs, all pages             | P reads
			cdr getAll                 | GET /cdrs                        | P reads
			chat get                   | GET /chats/{id}                  | D reads
			chat getAll                | GET /chats                       | D reads
			contact create             | POST /contacts                   | D writes
			contact get                | GET /contacts/{id}               | D reads
			contact getAll             | GET /contacts                    | D reads
			contact update             | PATCH /contacts/{id}             | D writes
			fax download               | GET /faxes/{id}.pdf              | C reads
			fax get                    | GET /faxes/{id}                  | C reads
			fax getAll                 | GET /faxes                       | C reads
			phoneNumber getAll         | GET /ddis                        | C reads
			queue get                  | GET /queues/{id}                 | C reads
			queue getAll               | GET /queues                      | C reads
			queue setMembers           | PATCH /queues/{id}               | C writes
			queueGroup create          | POST /queuegroups                | D writes
			queueGroup delete          | DELETE /queuegroups/{id}         | D writes
			queueGroup get             | GET /queuegroups/{id}            | D reads
			queueGroup getAll          | GET /queuegroups                 | D reads
			queueGroup update          | PATCH /queuegroups/{id}          | D writes
			recording download         | GET /monitors/{id}.mp3           | C reads
			recording get              | GET /monitors/{id}               | C reads
			recording getAll           | GET /monitors                    | C reads
			sms get                    | GET /sms/{id}                    | D reads
			sms getAll                 | GET /sms                         | D reads
			sms send                   | POST /sms                        | D texts
			user getAll                | GET /users                       | D reads
			voicemail download         | GET /voicemessages/{id}.mp3      | C reads
			voicemail get              | GET /voicemessages/{id}          | C reads
			voicemail getAll           | GET /voicemessages               | C reads
		`),
		events: ['cdr', 'callMeBackCdr', 'recording', 'voicemail', 'sms'],
	},
	{
		name: 'VoIPcloud',
		node: 'voipcloud',
		doc: 'voipcloud.md',
		credentials: ['voipcloudApi'],
		api: 'PBX integration API v1 and v2',
		limit: '100 requests in 15 minutes',
		operations: operations(`
			call create          | POST call-to-number    | P calls
			queueCall getAll     | GET get-queue-calls    | P reads
			ringGroupCall getAll | GET get-ringgroup-calls | P reads
			systemStatus get     | GET get-system-status  | P reads
			userCall getAll      | GET get-user-calls     | P reads
		`),
		events: ['queueCall', 'ringGroupCall', 'userCall'],
	},
	{
		name: '247LiveChat',
		node: 'liveChat247',
		doc: '247livechat.md',
		credentials: ['liveChat247Api'],
		api: 'REST API for calls, SMS and fax',
		limit: '100 requests in 5 minutes',
		operations: operations(`
			fax send            | POST o=fax a=send          | P faxes
			sms send            | POST o=sms a=send          | P texts
			webCall clickToCall | POST o=webcall a=c2c       | P calls
			webCall create      | POST o=webcall a=call      | P calls
			webCall getStatus   | GET o=webcall a=call       | P reads
			webCall terminate   | POST o=webcall a=terminate | P writes
		`),
		events: [],
	},
	{
		name: 'While1 Voice',
		node: 'while1Voice',
		doc: 'while1-voice.md',
		credentials: ['while1VoiceApi'],
		api: 'signed PBX API',
		limit: 'none documented',
		operations: operations(`
			call originate      | originate-call             | P calls untold
			campaignCall create | call-queue (save)          | D calls untold
			campaignCall getAll | call-queue (read)          | D reads untold
			cdr getAll          | cdr                        | D reads untold
			cdr update          | cdr (save)                 | D writes untold
			channel getAll      | channel (list)             | D reads untold
			channel hangUp      | channel (hangup)           | D writes untold
			channel originate   | channel (originate)        | D calls untold
			channel redirect    | channel (redirect)         | D writes untold
			crmContact getAll   | crm-contacts (read)        | D reads
			crmContact save     | crm-contacts (save)        | D writes untold
			crmLead save        | crm-leads (save)           | D writes untold
			endpoint call       | any endpoint               | P writes untold
			queue getAll        | queues (read)              | D reads untold
			queue getStatistics | queues (info)              | D reads untold
			queue pauseMembers  | queues (pause)             | D writes
			queue setMembers    | queues (save)              | D writes untold
			report run          | reports                    | D reads untold
			schedule getAll     | schedule (read)            | D reads untold
			user getStatuses    | users-status               | D reads
		`),
		events: ['cdr'],
	},
];
