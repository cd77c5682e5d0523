// A file of notes: wherever a process died in appending one, the file tells of all that were appended.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendNote } from '../../../../src/audit/integrity/checkpoints/note-file';
import {
  checkpointText,
  NoteKey,
  originOf,
  signedNote,
} from '../../../../src/audit/integrity/checkpoints/notes';
import { treesOutside } from '../../../../src/audit/integrity/checks/outside';
import { sha256 } from '../../../../src/audit/integrity/tree/merkle';

const origin = originOf('6c0f2c0e-7f0b-4a52-9a52-5d1d0a0e7c11');
const key = new NoteKey(origin, generateKeyPairSync('ed25519').privateKey);
const noteOf = (size: number) =>
  signedNote(checkpointText(origin, { size, root: sha256(`root ${size}`) }), key);

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'strata-notes-'))));
afterAll(() => rm(folder, { recursive: true }));

const sizesIn = async (path: string) =>
  treesOutside(await readFile(path, 'utf8'), origin, [key.verifier]).map(({ size }) => size);

test('notes are read in the order in which they were appended', async () => {
  const path = join(folder, 'whole');
  for (const size of [1, 2, 30]) await appendNote(path, noteOf(size));
  expect(await sizesIn(path)).toEqual([1, 2, 30]);
});

test('a note that was appended in part, and once more, counts once', async () => {
  const path = join(folder, 'torn');
  const torn = Buffer.from(`${noteOf(2)}\n`);
  for (let bytes = 0; bytes < torn.length; bytes++) {
    await writeFile(path, Buffer.concat([Buffer.from(`${noteOf(1)}\n`), torn.subarray(0, bytes)]));
    await appendNote(path, noteOf(2));
    await appendNote(path, noteOf(3));
    expect([bytes, ...(await sizesIn(path))]).toEqual([bytes, 1, 2, 3]);
  }
});
