export { fax } from './fax';
export { sms } from './sms';
export { webCall } from './webCall';
