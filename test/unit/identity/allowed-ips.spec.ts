// From which addresses an API key may be used: how they are written, and which of them an address is one of.
import { BlockList } from 'node:net';
import fc from 'fast-check';
import { allowedIpOf, isAllowedIp } from '../../../src/identity/api-keys/allowed-ips';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.7/32', '192.0.2.7'],
  ['192.0.2.7/24', '192.0.2.0/24'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['2001:db8::1/48', '2001:db8::/48'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7/120', '192.0.2.0/24'],
])('%s is %s', (text, allowed) => expect(allowedIpOf(text)).toBe(allowed));

test.each([
  ...['', '1', '192.0.2', '192.0.2.256', '192.0.2.07', '0x7f.0.0.1', '192.0.2.1/33', '192.0.2.1/-1'],
  ...['192.0.2.1/', '192.0.2.1/24/8', 'example.com', '*', ' 192.0.2.1', 'fe80::1%eth0', '2001:db8::/129'],
  ...['::ffff:192.0.2.1/95', '2001:db8:::1', '[::1]'],
])('%p is neither an address nor a network', (text) => expect(allowedIpOf(text)).toBeUndefined());

test('an address is looked for as the one it is, however it is written', () => {
  expect(isAllowedIp('::ffff:192.0.2.7', ['192.0.2.0/24'])).toBe(true);
  expect(isAllowedIp('2001:0db8::0001', ['2001:db8::1'])).toBe(true);
  expect(isAllowedIp('::1', ['0.0.0.0/0'])).toBe(false);
  expect(isAllowedIp('127.0.0.1', ['::/0'])).toBe(false);
  expect(isAllowedIp('unknown', ['0.0.0.0/0', '::/0'])).toBe(false);
  expect(isAllowedIp(undefined, ['0.0.0.0/0', '::/0'])).toBe(false);
});

describe("agrees with Node's own lists of addresses", () => {
  // Few bits that differ, so that networks are met.
  const v4 = fc.tuple(fc.constantFrom(10, 192), fc.nat(3), fc.nat(255), fc.nat(255)).map((p) => p.join('.'));
  const part = fc.constantFrom('0', '1', 'ff00', 'db8', '8000');
  const v6 = fc.array(part, { minLength: 8, maxLength: 8 }).map((parts) => parts.join(':'));
  test.each([
    ['ipv4', v4, 32],
    ['ipv6', v6, 128],
  ] as const)('of %s', (family, addresses, most) =>
    fc.assert(
      fc.property(addresses, addresses, fc.nat(most), (ip, network, bits) => {
        const list = new BlockList();
        list.addSubnet(network, bits, family);
        const allowed = allowedIpOf(`${network}/${bits}`)!;
        expect(isAllowedIp(ip, [allowed])).toBe(list.check(ip, family));
        expect(allowedIpOf(allowed)).toBe(allowed);
      }),
      { numRuns: 1000 },
    ),
  );
});
