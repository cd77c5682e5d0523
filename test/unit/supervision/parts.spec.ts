// A part that is said to fail is said to work again, too: health would show the failure until the next start.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../../../../src');
const text = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('\n');
const named = (call: string) =>
  new Set([...text.matchAll(new RegExp(`aults\\.${call}\\('([a-z:-]+)'`, 'g'))].map(([, part]) => part!));

/** The one ends the process; the other is tried again at the next start. */
const UNTIL_THE_END = ['half-written', 'process'];

test('whatever is reported as failing is reported as working somewhere', () => {
  const works = named('clear');
  // Sweeps have one place that tells of both, for all of them.
  for (const [, part] of text.matchAll(/\brounds\('([a-z:-]+)'/g)) works.add(part!);
  for (const [, part] of text.matchAll(/\bpart: '([a-z:-]+)'/g)) works.add(part!);
  expect([...named('report')].filter((part) => !works.has(part)).sort()).toEqual(UNTIL_THE_END);
});
