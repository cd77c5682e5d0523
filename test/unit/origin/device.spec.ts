// What a user agent is shown as.
import fc from 'fast-check';
import { deviceOf } from '../../../src/origin/device';

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
test.each([
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/120.0.0.0 Safari/537.36`,
    'Chrome 120',
    'Windows',
    'desktop',
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/120.0.0.0 Safari/537.36 Edg/121.0.2210.61`,
    'Microsoft Edge 121',
    'Windows',
    'desktop',
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0',
    'Firefox 120',
    'Linux',
    'desktop',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15',
    'Safari 17',
    'macOS',
    'desktop',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1',
    'Safari 17',
    'iOS',
    'mobile',
  ],
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${webkit} Chrome/120.0.0.0 Mobile Safari/537.36`,
    'Chrome 120',
    'Android',
    'mobile',
  ],
])('%s is a browser on a system', (userAgent, browser, os, kind) =>
  expect(deviceOf(userAgent)).toEqual({ name: `${browser} on ${os}`, browser, os, kind }),
);

test.each([
  ['curl/8.5.0', 'curl 8.5.0'],
  ['hubspot-api-client-nodejs; 13.5.0', 'hubspot-api-client-nodejs 13.5.0'],
  ['node', 'node'],
  ['python-requests/2.31.0', 'python-requests 2.31.0'],
])('%s is a program', (userAgent, name) =>
  expect(deviceOf(userAgent)).toEqual({ name, browser: null, os: null, kind: null }),
);

test.each([undefined, null, '', ' ', 'Mozilla/5.0', '<script>alert(1)</script>'])(
  '%j tells nothing',
  (userAgent) => expect(deviceOf(userAgent)).toBeNull(),
);

test('whatever somebody sends, it is shown in a short name or not at all', () =>
  fc.assert(
    fc.property(fc.string({ maxLength: 512 }), (userAgent) => {
      const device = deviceOf(userAgent);
      expect(device === null || (device.name.length > 0 && device.name.length < 200)).toBe(true);
    }),
  ));
