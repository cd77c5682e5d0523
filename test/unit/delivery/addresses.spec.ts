// Where webhooks may go, however an address is written, and that a connection goes where its lookup was judged.
import {
  addressOf,
  AddressRefused,
  isOutOfBounds,
  lookupTo,
  mayGoTo,
  urlInBounds,
} from '../../../src/delivery/addresses';
import { Refusal } from '../../../src/refusals';
import { shownUrl } from '../../../src/webhooks/webhook-grants';

const open = ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'];
const nearby = [
  ...[
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '127.255.255.254',
  ],
  ...['::1', 'fc00::1', 'fd12:3456::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:c0a8:101'],
];
const never = [
  ...['0.0.0.0', '169.254.169.254', '224.0.0.1', '255.255.255.255', '240.0.0.1', '192.0.2.1', '198.18.0.1'],
  ...['::', 'fe80::1', 'ff02::1', '2001:db8::1', '64:ff9b::7f00:1', '2002:7f00:1::', '::7f00:1', '2001::1'],
  ...['not an address', '', '::ffff:169.254.169.254'],
];

test.each(open)('%s is open', (address) => expect(mayGoTo(address, false)).toBe(true));
test.each(nearby)('%s takes the setting', (address) =>
  expect([mayGoTo(address, false), mayGoTo(address, true)]).toEqual([false, true]),
);
test.each(never)('%s is never gone to', (address) =>
  expect([mayGoTo(address, false), mayGoTo(address, true)]).toEqual([false, false]),
);

test('hosts of URLs are judged as what they are, in whatever form', () => {
  const isOut = (url: string) => isOutOfBounds(new URL(url).hostname, false);
  for (const url of [
    ...['http://127.1/', 'http://0x7f000001/', 'http://2130706433/', 'http://017700000001/', 'http://[::1]/'],
    ...['http://localhost/', 'http://LOCALHOST./', 'http://a.localhost/', 'http://[::ffff:7f00:1]/'],
  ])
    expect([url, isOut(url)]).toEqual([url, true]);
  expect(isOut('http://example.com/')).toBe(false);
  expect(addressOf('example.com')).toBeUndefined();
});

test('a name that leads nearby is refused when it is looked up', async () => {
  const looked = (privateToo: boolean) =>
    new Promise((resolve) =>
      lookupTo('localhost', privateToo)('localhost', { all: true }, (error, found) =>
        resolve(error ?? found),
      ),
    );
  expect(await looked(false)).toBeInstanceOf(AddressRefused);
  expect(await looked(true)).toEqual(expect.arrayContaining([expect.objectContaining({ family: 4 })]));
});

test('a host that is an address itself is refused before any connection', () => {
  for (const host of ['127.0.0.1', '[::1]', '::1']) {
    expect(() => lookupTo(host, false)).toThrow(AddressRefused);
    expect(() => lookupTo(host, true)).not.toThrow();
  }
});

test('a receiver nearby is refused, naming the field; any other is kept as it is written in full', () => {
  expect(() => urlInBounds('http://127.1/x', 'webhook', false)).toThrow(
    new Refusal('webhook-address-refused', {
      errors: [{ message: 'webhook: is private', in: 'webhook' }],
    }),
  );
  expect(urlInBounds('http://127.1/x', 'webhook', true)).toBe('http://127.0.0.1/x');
  expect(urlInBounds('https://Example.com', 'url', false)).toBe('https://example.com/');
});

test('an address is shown without the values of its query', () => {
  expect(shownUrl('https://a.example:8443/x/y?code=secret&n=1')).toBe(
    'https://a.example:8443/x/y?code=***&n=***',
  );
  expect(shownUrl('https://a.example/x')).toBe('https://a.example/x');
});
