// Entries in files: whole lines, another file where one is full, none lost where lines come again.
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSink } from '../../../../src/audit/streams/sinks/file-sink';
import type { Line } from '../../../../src/audit/streams/sinks/sink';
import type { FileTarget } from '../../../../src/audit/streams/stream-grants';
import { NotDelivered } from '../../../../src/delivery/sender';
import { Files, PathRefused } from '../../../../src/files/files';
import { padded } from '../../../../src/read/time-index.vocabulary';

const never = new AbortController().signal;
let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'strata-streams-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const sink = (target: Partial<FileTarget> = {}) =>
  new FileSink(new Files(folder), { kind: 'file', path: 'a/audit.log', maxBytes: 1_024, keep: 3, ...target });
const line = (n: number, text = `line ${n}`): Line => ({
  ...{ id: padded(BigInt(n)), text, at: '2024-05-01T10:00:00.000Z', category: 'LOGIN', weight: 'usual' },
});
const from = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => line(first + n, `line ${first + n} ${'x'.repeat(92)}`));
const names = async () => (await readdir(join(folder, 'a'))).sort();
const numbers = async (name: string) =>
  [...(await readFile(join(folder, 'a', name), 'utf8')).matchAll(/^line (\d+) .*\n/gm)].map((m) =>
    Number(m[1]),
  );

test('lines are added to what is there, also by another run', async () => {
  await sink().send([line(1), line(2)], never);
  await sink().send([line(3)], never);
  expect(await readFile(join(folder, 'a/audit.log'), 'utf8')).toBe('line 1\nline 2\nline 3\n');
});

test('a full file is put aside under the id of what follows, and the oldest of too many goes', async () => {
  await sink().send(from(1, 9), never);
  await sink().send(from(10, 45), never);
  const all = await names();
  expect(all).toEqual(['audit.log', ...[21, 31, 41].map((n) => `audit.log.${padded(BigInt(n))}`)]);
  const kept = (await Promise.all([...all.slice(1), 'audit.log'].map(numbers))).flat();
  expect(kept).toEqual(from(11, 45).map(({ id }) => Number(id)));
});

test('a line longer than a file stands in a file of its own', async () => {
  const long = line(2, 'y'.repeat(3_000));
  await sink().send([line(1), long, line(3)], never);
  expect(await names()).toHaveLength(3);
  const texts = await Promise.all((await names()).map((name) => readFile(join(folder, 'a', name), 'utf8')));
  expect(texts.join('')).toContain(long.text);
});

test('a line that a crash has torn is ended, and comes again whole', async () => {
  await sink().send([line(1)], never);
  await appendFile(join(folder, 'a/audit.log'), 'line 2 is to');
  await sink().send([line(2)], never);
  expect(await readFile(join(folder, 'a/audit.log'), 'utf8')).toBe('line 1\nline 2 is to\nline 2\n');
});

test('names of full files sort as they were written, and lines that come again are not the oldest', async () => {
  await sink().send(from(1, 45), never);
  await sink().send(from(1, 30), never);
  const [newest, ...full] = await names();
  const kept = (await Promise.all([...full, newest!].map(numbers))).flat();
  const written = [...from(1, 45), ...from(1, 30)].map(({ id }) => Number(id));
  expect(kept).toEqual(written.slice(-kept.length));
});

test('a file that was put aside before is never written over', async () => {
  await sink().send(from(1, 9), never);
  await writeFile(join(folder, 'a', `audit.log.${padded(11n)}`), 'sent before\n');
  await sink().send(from(10, 12), never);
  expect(await readFile(join(folder, 'a', `audit.log.${padded(11n)}`), 'utf8')).toBe('sent before\n');
  expect(await numbers(`audit.log.${padded(11n)}-000002`)).toEqual(from(1, 10).map(({ id }) => Number(id)));
});

test('what cannot be written is told by its code, and a path never leaves the folder', async () => {
  await writeFile(join(folder, 'a'), 'no folder');
  await expect(sink().send([line(1)], never)).rejects.toThrow(NotDelivered);
  await expect(sink().send([line(1)], never)).rejects.toThrow(/EEXIST|ENOTDIR/);
  for (const path of ['../x', '/etc/x', 'a/../../x', 'a\0b'])
    expect(() => sink({ path })).toThrow(PathRefused);
});
