// Files on disk: whole or not there, never outside their folder.
import { mkdtemp, open, readFile, readdir, readlink, rm, utimes, type FileHandle } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createHash } from 'node:crypto';
import { pause } from '../../../src/supervision/pause';
import { Files, PathRefused } from '../../../src/files/files';

let dataDir: string;
let files: Files;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'strata-files-'));
  files = new Files(join(dataDir, 'files'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** All but what cannot be removed. */
const sweep = async (unchangedSince?: Date, stays = '') => {
  const each = async (id: string, work: () => Promise<unknown>) => id !== stays && (await work(), true);
  await files.sweep({ each }, unchangedSince);
};

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

/** Descriptors of this process that lead to a file of the folder; empty where the system does not tell. */
async function opened(): Promise<string[]> {
  const names = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(names.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(dataDir));
}

test('a file is open from its first read to its end, to an error or to the end of its reader alone', async () => {
  const long = 'x'.repeat(200_000);
  await files.write('long', Readable.from([long]));
  const unread = files.read('long');
  const beingRead = files.read('long')[Symbol.asyncIterator]();
  await beingRead.next();
  // Whoever opens at once has done so by now.
  expect((await readFile(files.pathOf('long'))).length).toBe(long.length);
  expect((await opened()).length).toBe(process.platform === 'linux' ? 1 : 0);
  await beingRead.return!();
  expect(await opened()).toEqual([]);

  expect(await text(files.read('long', 1, 150_000))).toBe(long.slice(1, 150_000));
  for await (const _ of files.read('long')) break;
  await expect(text(files.read('none'))).rejects.toMatchObject({ code: 'ENOENT' });
  const stopped = files.read('long');
  const closed = once(stopped, 'close');
  stopped.read();
  stopped.destroy();
  unread.destroy();
  await closed;
  expect(await opened()).toEqual([]);
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

test('a disk that fails while the next chunk is made is told by the write, and nobody is left with it', async () => {
  const unheard = jest.fn();
  process.on('unhandledRejection', unheard);
  const handle = await open(join(dataDir, 'some'), 'w');
  const spy = jest.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'appendFile');
  spy.mockRejectedValueOnce(Object.assign(new Error('full'), { code: 'ENOSPC' }));
  let made = 0;
  const slow = async function* () {
    for (; made < 5; made++) {
      yield 'chunk';
      await pause(20);
    }
  };
  try {
    await expect(files.write('a', slow())).rejects.toMatchObject({ code: 'ENOSPC' });
    await pause(20);
  } finally {
    spy.mockRestore();
    process.off('unhandledRejection', unheard);
    await handle.close();
  }
  expect(made).toBe(1);
  expect(unheard).not.toHaveBeenCalled();
  expect(await onDisk()).toEqual(['files', 'some']);
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
  await sweep();
  expect(await onDisk()).toEqual(['files', 'files/d', 'files/d/done']);
  await files.remove('d');
  await files.remove('d');
  expect(await files.list('d')).toEqual([]);
});

test('what cannot be removed, or a folder that cannot be read, keeps no sweep from the rest', async () => {
  for (const name of ['a/1.part', 'a/2.part', 'b/c/3.part', 'd/4.part'])
    await (await files.append(name, 0)).close();
  await sweep(undefined, 'a/1.part');
  expect(await onDisk()).toEqual(['files', 'files/a', 'files/a/1.part', 'files/b', 'files/b/c', 'files/d']);
  for (const name of ['b/c/3.part', 'd/4.part']) await (await files.append(name, 0)).close();
  await sweep(undefined, 'b');
  expect(await onDisk()).toEqual(['files', 'files/a', 'files/b', 'files/b/c', 'files/b/c/3.part', 'files/d']);
});

test('of several files those are removed that can be, and the failure of another is told', async () => {
  for (const name of ['a', 'b']) await files.write(name, Readable.from(['x']));
  await expect(files.removeAll(['a', '../outside', 'b'])).rejects.toThrow(PathRefused);
  expect(await onDisk()).toEqual(['files']);
});

test('a sweep beside other processes spares what they are writing', async () => {
  await files.write('d/done', Readable.from(['x']));
  for (const name of ['d/left.part', 'd/written.part']) await (await files.append(name, 0)).close();
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(files.pathOf('d/left.part'), yesterday, yesterday);
  await sweep(new Date(Date.now() - 3_600_000));
  expect(await onDisk()).toEqual(['files', 'files/d', 'files/d/done', 'files/d/written.part']);
});

test('what lies in a folder is counted by its names, with what is still being written', async () => {
  await files.write('a/b/one.csv', Readable.from(['123']));
  await files.write('a/c/two.csv', Readable.from(['12345']));
  await files.write('a/c/not.jsonl', Readable.from(['1234567']));
  let seen = 0;
  const writing = async function* () {
    yield '12';
    yield '34';
    seen = await files.usage('a', (name) => !name.endsWith('.jsonl'));
  };
  await files.write('a/d/three.csv', writing());
  expect(seen).toBe(3 + 5 + 4);
  expect(await files.usage('nothing', () => true)).toBe(0);
  expect(await files.free()).toBeGreaterThan(0);
});
