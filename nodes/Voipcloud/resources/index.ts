export { call } from './call';
export { queueCall } from './queueCall';
export { ringGroupCall } from './ringGroupCall';
export { systemStatus } from './systemStatus';
export { userCall } from './userCall';
