import { addressProblem, isPrivateHost } from '../../nodes/shared/request/address';

const hostOf = (host: string) => new URL(`http://${host}`).hostname;

it.each([
	'localhost',
	'127.0.0.1',
	'127.1',
	'10.1.2.3',
	'192.168.0.1',
	'172.31.255.1',
	'169.254.1.1',
	'100.64.0.1',
	'[::1]',
])('%s is in the own network, or a PBX without a certificate could not be used', (host) =>
	expect(isPrivateHost(hostOf(host))).toBe(true),
);
it.each(['pbx', 'pbx.local', 'pbx.lan', 'PBX.Internal.', '[fd00::1]', '[fe80::1]', '[::ffff:10.0.0.1]'])(
	'%s is in the own network by its name or address',
	(host) => expect(isPrivateHost(hostOf(host))).toBe(true),
);
it.each([
	'localhost.example',
	'10.example',
	'127.0.0.1.example',
	'172.32.0.1',
	'192.169.0.1',
	'100.128.0.1',
	'[2001:db8::1]',
	'[::ffff:8.8.8.8]',
	'pbx.example',
	'134744072',
])('%s is not in the own network, or a key would travel readable through the internet', (host) =>
	expect(isPrivateHost(hostOf(host))).toBe(false),
);
it.each(['https://pbx.example', 'https://pbx.example:8443/a/b', 'http://10.0.0.5/api'])(
	'%s may be entered',
	(address) => expect(addressProblem(address)).toBeUndefined(),
);
