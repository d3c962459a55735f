import type { INodeParameters } from 'n8n-workflow';

/** A call by While1 Voice as its document prints one. */
export const ORIGINATE: INodeParameters = {
	resource: 'call',
	operation: 'originate',
	projectId: 1,
	callerId: '0123456789',
	callerIdName: 'John Doe',
	type: 'queue',
	destination: 'test-queue',
	externalId: 'asdf1234',
};

/** One that rings a user's phone. */
export const ORIGINATE_USER: INodeParameters = {
	...ORIGINATE,
	callerId: '0212345678',
	callerIdName: 'A customer',
	type: 'user',
	destination: 'John Smith',
	externalId: 'order 17',
};
