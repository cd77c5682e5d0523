// An address as it comes, from a socket or from what a proxy writes.
import { isIP } from 'node:net';
import fc from 'fast-check';
import { addressIn } from '../../../src/origin/address';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  [' 192.0.2.7', '192.0.2.7'],
  ['192.0.2.7:4711', '192.0.2.7'],
  ['2001:db8::7', '2001:db8::7'],
  ['[2001:db8::7]', '2001:db8::7'],
  ['[2001:db8::7]:4711', '2001:db8::7'],
  ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
  ['unknown', undefined],
  ['_hidden', undefined],
  ['192.0.2.700', undefined],
  ['[x]:80', undefined],
  ['', undefined],
])('in %j the address is %s', (written, address) => expect(addressIn(written)).toBe(address));

test('of whatever is written there comes an address or nothing', () =>
  fc.assert(fc.property(fc.string(), (written) => isIP(addressIn(written) ?? '::1') > 0)));

test('an address is itself, with a port and without', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 65_535 }), (address, port) =>
      [address, `${address}:${port}`].every((written) => addressIn(written) === address),
    ),
  );
  fc.assert(
    fc.property(fc.ipV6(), fc.integer({ min: 0, max: 65_535 }), (address, port) =>
      [address, `[${address}]`, `[${address}]:${port}`].every((written) => addressIn(written) === address),
    ),
  );
});
