// Where an address is used: by the operator's databases first, by the country database that comes with Strata else.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { ConfigError } from '../../../src/config';
import { Places } from '../../../src/origin/places';
import { temporaryFolder } from '../../support/read-side';
import { bitsOf, mmdbOf, type Networks } from '../../support/origin/mmdb';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let files = 0;
beforeAll(async () => void (folder = await temporaryFolder()));
afterAll(() => folder.remove());

async function written(bytes: Buffer | string): Promise<string> {
  const file = join(folder.path, `${files++}.mmdb`);
  await writeFile(file, bytes);
  return file;
}
const opened = async (networks: Networks, kind: Parameters<typeof mmdbOf>[1] = {}) =>
  Places.open([await written(mmdbOf(networks, kind))]);

describe('without a file of the operator', () => {
  let places: Places;
  beforeAll(async () => void (places = await Places.open()));

  test.each([
    ['193.0.6.139', 'NL'],
    ['129.240.118.130', 'NO'],
    ['::ffff:129.240.118.130', 'NO'],
    ['200.160.2.3', 'BR'],
    ['2001:67c:2e8:22::c100:68b', 'NL'],
  ])('%s is in %s, its region is not known', (address, country) =>
    expect(places.of(address)).toEqual({ country }),
  );

  test.each([
    ...['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '127.0.0.1', '169.254.1.1', '100.64.0.1'],
    ...['::ffff:192.168.1.1', '::1', '::', 'fe80::1%eth0', 'fd00::1', 'ff02::1', '2001:db8::1', '0.0.0.0'],
    ...['192.0.2.1', '198.51.100.7', '203.0.113.9', '224.0.0.1', '255.255.255.255'],
  ])('%s is in no country, whatever a database says', (address) => expect(places.of(address)).toEqual({}));

  test('says what lies in memory and how old it is', () => {
    expect(places.bytes).toBeGreaterThan(1_000_000);
    expect(places.builtAt.getUTCFullYear()).toBeGreaterThan(2024);
  });
});

test.each<[string, Networks[string], object]>([
  [
    'MaxMind',
    { country: { iso_code: 'GB' }, subdivisions: [{ iso_code: 'ENG', names: { en: 'England' } }] },
    { country: 'GB', region: 'England' },
  ],
  [
    'MaxMind, without names',
    { country: { iso_code: 'GB' }, subdivisions: [{ iso_code: 'ENG' }] },
    { country: 'GB', region: 'ENG' },
  ],
  [
    'ip-location-db',
    { country_code: 'GB', state1: 'England', state2: '' },
    { country: 'GB', region: 'England' },
  ],
  [
    'IPinfo',
    { country: 'United Kingdom', country_code: 'GB', region: 'England' },
    { country: 'GB', region: 'England' },
  ],
  ['a country alone', { country_code: 'GB', state1: '' }, { country: 'GB' }],
  [
    'a long region',
    { country_code: 'GB', region: 'x'.repeat(250) },
    { country: 'GB', region: 'x'.repeat(100) },
  ],
])('a record as %s writes it is understood', async (_, record, place) =>
  expect((await opened({ '81.2.69.0/24': record })).of('81.2.69.142')).toEqual(place),
);

test('what the operator’s databases do not know, the one that comes with Strata may', async () => {
  const first = await written(
    mmdbOf({ '81.2.69.0/24': { country_code: 'FR', state1: 'Bretagne' } }, { ipVersion: 4 }),
  );
  const second = await written(
    mmdbOf({ '2001:67c::/32': { country_code: 'IS' }, '81.2.0.0/16': { country_code: 'IS' } }),
  );
  const places = await Places.open([first, second]);
  expect(places.of('81.2.69.142')).toEqual({ country: 'FR', region: 'Bretagne' });
  expect(places.of('81.2.70.1')).toEqual({ country: 'IS' });
  expect(places.of('2001:67c::1')).toEqual({ country: 'IS' });
  expect(places.of('129.240.118.130')).toEqual({ country: 'NO' });
  expect((await opened({ '129.240.0.0/16': { postcode: '0316' } })).of('129.240.118.130')).toEqual({
    country: 'NO',
  });
  expect((await opened({ '129.240.0.0/16': { country_code: 'Norway' } })).of('129.240.118.130')).toEqual({
    country: 'NO',
  });
});

const octet = fc.integer({ min: 0, max: 3 });
/** Public addresses that lie close together, so that networks lie in one another. */
const address = fc.oneof(
  fc.tuple(octet, octet, octet).map((rest) => `81.${rest.join('.')}`),
  fc.tuple(octet, octet, octet).map((rest) => `2a00:${rest.join(':')}::`),
);
const network = address.chain((one) => {
  const longest = one.includes(':') ? 64 : 32;
  return fc.integer({ min: longest / 2 - 8, max: longest }).map((length) => `${one}/${length}`);
});

test('an address is where the smallest network is that it lies in', async () => {
  const some = fc.array(fc.tuple(network, fc.integer({ min: 0, max: 25 })), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(some, fc.array(address, { minLength: 1, maxLength: 20 }), async (given, asked) => {
      const codeOf = (n: number) => `Q${String.fromCharCode(65 + n)}`;
      // Of networks with the same bits, one is enough.
      const unique = new Map(
        given.map(([one, n]) => {
          const [start, length] = one.split('/') as [string, string];
          return [
            `${start.includes(':')} ${bitsOf(start).slice(0, Number(length))}`,
            [one, codeOf(n)] as const,
          ];
        }),
      );
      const networks = Object.fromEntries(
        [...unique.values()].map(([one, code]) => [one, { country_code: code }]),
      );
      const places = await opened(networks);
      for (const one of asked) {
        const holding = [...unique].filter(([key]) => `${one.includes(':')} ${bitsOf(one)}`.startsWith(key));
        const [, smallest] = holding.toSorted(([a], [b]) => b.length - a.length)[0] ?? [];
        if (smallest) expect(places.of(one)).toEqual({ country: smallest[1] });
        else expect(places.of(one).country ?? 'XX').not.toMatch(/^Q/);
      }
    }),
    { numRuns: 50 },
  );
}, 60_000);

describe('a file of the operator', () => {
  const reason = (...given: string[]) =>
    Places.open(given).then(
      () => 'none',
      (error: ConfigError) => error,
    );

  test('that is not there, or a folder, stops the start with one line that names the setting', async () => {
    for (const file of [join(folder.path, 'none.mmdb'), folder.path]) {
      const error = await reason(file);
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as ConfigError).message).toBe('GEOIP_FILE: names a file that cannot be read');
    }
  });

  test('that is another kind of file, or only a part of one, stops it, too', async () => {
    const whole = mmdbOf({ '81.2.69.0/24': { country_code: 'GB' } });
    for (const bytes of ['country,GB\n', '', whole.subarray(0, -20), whole.subarray(150)]) {
      const error = await reason(await written(bytes));
      expect((error as ConfigError).message).toBe('GEOIP_FILE: names a file that is no .mmdb database');
    }
  });
});
