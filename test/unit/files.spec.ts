// Files on disk: whole or not there, never outside their folder.
import { mkdtemp, readFile, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createHash } from 'node:crypto';
import { Files, PathRefused } from '../../src/files/files';

let dataDir: string;
let files: Files;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'strata-files-'));
  files = new Files(join(dataDir, 'files'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const onDisk = async () => (await readdir(dataDir, { recursive: true })).sort();

test('a written file is there with its size and hash', async () => {
  const written = await files.write('a/b/c.txt', Readable.from(['häl', Buffer.from('lo')]));
  const bytes = Buffer.from('hällo');
  expect(written).toEqual({
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  expect(await text(files.read('a/b/c.txt'))).toBe('hällo');
  expect(await text(files.read('a/b/c.txt', 3))).toBe('llo');
  expect((await files.stat('a/b/c.txt'))?.bytes).toBe(6);
});

test('a source that fails leaves nothing, and an older file as it was', async () => {
  await files.write('x/kept', Readable.from(['old']));
  const failing = async function* () {
    yield 'new';
    throw new Error('gone');
  };
  await expect(files.write('x/kept', failing())).rejects.toThrow('gone');
  await expect(files.write('x/never', failing())).rejects.toThrow('gone');
  expect(await onDisk()).toEqual(['files', 'files/x', 'files/x/kept']);
  expect(await text(files.read('x/kept'))).toBe('old');
});

test('an abort stops the source and leaves nothing', async () => {
  const abort = new AbortController();
  const source = new Readable({ read() {} });
  source.push('some');
  const writing = files.write('x/aborted', source, abort.signal);
  setImmediate(() => abort.abort(new Error('the client left')));
  await expect(writing).rejects.toThrow('the client left');
  expect(source.destroyed).toBe(true);
  expect(await files.list('x')).toEqual([]);
});

test('no path leaves the folder', () => {
  for (const path of ['', '.', '..', '../x', 'a/../../x', '/etc/passwd', 'a\0b'])
    expect(() => files.pathOf(path)).toThrow(PathRefused);
});

test('an appender goes on from the bytes that are known to be good', async () => {
  const first = await files.append('log.jsonl', 0);
  await first.write('one\n');
  const good = first.bytes;
  await first.write('half a li');
  await first.close();
  const second = await files.append('log.jsonl', good);
  await second.write('two\n');
  await second.sync();
  expect(second.bytes).toBe(8);
  await second.close();
  expect(await readFile(files.pathOf('log.jsonl'), 'utf8')).toBe('one\ntwo\n');
});

test('what a crash left half written is swept, removing is harmless twice', async () => {
  await files.write('d/done', Readable.from(['x']));
  await (await files.append('d/done.abc.part', 0)).close();
  await files.sweep();
  expect(await onDisk()).toEqual(['files', 'files/d', 'files/d/done']);
  await files.remove('d');
  await files.remove('d');
  expect(await files.list('d')).toEqual([]);
});

test('a sweep beside other processes spares what they are writing', async () => {
  await files.write('d/done', Readable.from(['x']));
  for (const name of ['d/left.part', 'd/written.part']) await (await files.append(name, 0)).close();
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(files.pathOf('d/left.part'), yesterday, yesterday);
  await files.sweep(new Date(Date.now() - 3_600_000));
  expect(await onDisk()).toEqual(['files', 'files/d', 'files/d/done', 'files/d/written.part']);
});
