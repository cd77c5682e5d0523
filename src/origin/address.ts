// Addresses of callers: as a proxy may write them, and those that lie in no country.
import { BlockList, isIP, isIPv6 } from 'node:net';

/** The IPv4 address in an IPv6 one that stands for it; any other as it is. */
export const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+(\.\d+){3}$)/i, '');

/** The address in what a proxy has written, which may have a port or brackets; undefined where there is none. */
export function addressIn(written: string): string | undefined {
  const [, bracketed, , plain] = /^\[([^\]]*)\](:\d+)?$|^(\d+(?:\.\d+){3}):\d+$/.exec(written.trim()) ?? [];
  const address = bracketed ?? plain ?? written.trim();
  return isIP(address) === 0 ? undefined : address;
}

/** Networks of no country: private ones, those of one machine or one line, examples, and groups of receivers. */
const nowhere = new BlockList();
const NOWHERE = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/3', '::/127', 'fc00::/7', 'fe80::/10', 'ff00::/8', '2001:db8::/32'],
];
for (const network of NOWHERE) {
  const [address, length] = network.split('/') as [string, string];
  nowhere.addSubnet(address, Number(length), isIPv6(address) ? 'ipv6' : 'ipv4');
}

export const isNowhere = (address: string): boolean =>
  nowhere.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
