import type { IDataObject, IExecuteSingleFunctions, INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import { kind, type FieldProperty, type PreSend, type Target } from '../shared/operation/fields';
import { notDialled, phoneNumberOf } from '../shared/parameters/dialled';
import { asId, type Reader } from '../shared/parameters/read';
import { inUse } from '../shared/phone/writtenNumber';
import { parameterError } from '../shared/request/nodeErrors';

/** What a node and its trigger can sign in with. */
export const credentials: INodeCredentialDescription[] = [
	{ name: 'voipStudioApi', required: true, displayOptions: { show: { authentication: ['apiKey'] } } },
	{ name: 'voipStudioLoginApi', required: true, displayOptions: { show: { authentication: ['login'] } } },
];

export const authenticationProperty: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	options: [
		{ name: 'API Key', value: 'apiKey', description: 'A key from the VoIPstudio dashboard' },
		{ name: 'Email and Password', value: 'login', description: 'For accounts without two-factor sign-in' },
	],
	default: 'apiKey',
	description: 'How to sign in',
};

/**
 * A number to call or to write to, as the API expects it: E.164 without the plus sign, or an extension. "00" before a country
 * code is what most of the world dials instead of the plus sign.
 */
function asPhoneNumber(context: IExecuteSingleFunctions, value: unknown, displayName: string): string {
	const { digits, hasPlus } = phoneNumberOf(context, value, displayName);
	if (hasPlus) return digits;
	if (digits.length < 2) throw notDialled(context, displayName, 'a single digit calls nobody', value);
	const number = digits.replace(/^00(?=[1-9]\d{6})/, '');
	if (number === digits) return digits;
	const read = inUse(number);
	if (typeof read !== 'string') return read.digits;
	throw notDialled(context, displayName, `behind 00 it is +${number}, and ${read}`, value);
}

/** A phone number as a number, as some bodies hold it. */
export const asE164Number: Reader = (context, value, displayName) => Number(asPhoneNumber(context, value, displayName));

export const phoneNumber = kind({ type: 'string', default: '' }, asPhoneNumber);

/** The number to show to the person called. */
export const callerId = kind({ type: 'string', default: '' }, (context, value, displayName) =>
	typeof value === 'string' && value.trim().toLowerCase() === 'anonymous'
		? 'anonymous'
		: asPhoneNumber(context, value, displayName),
);

/** A record that is chosen from a searchable list, or by its ID. */
export function locator(
	target: Target,
	searchListMethod: string,
	property: FieldProperty,
	read: Reader = asId,
): INodeProperties {
	return kind({ type: 'resourceLocator', default: '' }, read)(target, { ...property, ...chosenFrom(searchListMethod) });
}

const BY_ID = { displayName: 'By ID', placeholder: 'e.g. 2234' };

/** What a field contains in which a record is chosen from a list, or named by hand. */
export function chosenFrom(
	searchListMethod: string,
	list = 'From List',
	byHand = BY_ID,
): Pick<INodeProperties, 'type' | 'default' | 'modes'> {
	return {
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		modes: [
			{ displayName: list, name: 'list', type: 'list', typeOptions: { searchListMethod, searchable: true } },
			{ ...byHand, name: 'id', type: 'string' },
		],
	};
}

/** The filters that are lists to choose from; n8n wants their names to end in "Names or IDs". */
const LOADED_FROM = { queues: 'getQueues', users: 'getUsers' };
export const listNames = { queues: 'Queue Names or IDs', users: 'User Names or IDs' };

/** A field for several queues or users, chosen from a list of them. */
export function chosenNames(
	filter: keyof typeof listNames,
	displayOptions?: INodeProperties['displayOptions'],
): INodeProperties {
	return {
		displayName: listNames[filter],
		name: filter,
		type: 'multiOptions',
		typeOptions: { loadOptionsMethod: LOADED_FROM[filter], loadOptionsDependsOn: ['authentication'] },
		default: [],
		...(displayOptions && { displayOptions }),
		description:
			'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	};
}

/** Refuses a request whose fields were all left empty. */
export function somethingOf(displayName: string): PreSend {
	return async function (request) {
		if (Object.keys(request.body as object).length > 0) return request;
		throw parameterError(this, `'${displayName}' holds nothing to send`, 'Add a field and give it a value.');
	};
}

/** The output for a deleted record. */
export function deleted(): IDataObject {
	return { deleted: true };
}
