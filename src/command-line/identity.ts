// Opens files that are encrypted to the operator's key, for commands that take `--identity FILE`.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { decrypted, identityOf, WrongKey } from '../backups/archives/encryption';
import { NotTrue, UsedWrongly, type Given } from './command';

export const identityOptions = {
  identity: { type: 'string' },
  'passphrase-file': { type: 'string' },
} as const;

export const identityHelp = [
  'Of an encrypted file, --identity FILE names the OpenPGP secret key that opens it, armored or not, and',
  '--passphrase-file FILE the passphrase of that key, where it has one. What is within is written to the folder of',
  'temporary files (TMPDIR) meanwhile.',
];

export async function mustBeFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsedWrongly(`${path}: cannot be read (${error.code})`);
  });
  if (!found.isFile()) throw new UsedWrongly(`${path}: is not a file`);
}

const isZip = (head: Buffer): boolean => head[0] === 0x50 && head[1] === 0x4b;
/** An OpenPGP message begins with a packet that holds a session key, of the old or the new form. */
const isEncrypted = ([first = 0]: Buffer): boolean => first === 0xc1 || (first & 0xfc) === 0x84;

/** Does something with the ZIP that a file is, or holds where it is encrypted. */
export async function withZip<T>(path: string, given: Given, use: (zip: string) => Promise<T>): Promise<T> {
  await mustBeFile(path);
  const head = await headOf(path);
  if (isZip(head) || !isEncrypted(head)) return use(path);
  if (typeof given.identity !== 'string')
    throw new UsedWrongly(`${path}: is encrypted: name the secret key that opens it by --identity FILE`);
  const identity = await keyOf(given.identity, given['passphrase-file']);
  const folder = await mkdtemp(join(tmpdir(), 'strata-'));
  try {
    const zip = join(folder, 'backup.zip');
    try {
      const opened = await decrypted(createReadStream(path), identity);
      await pipeline(opened, createWriteStream(zip, { mode: 0o600 }));
    } catch (error) {
      throw new NotTrue(`${path}: not true: it cannot be decrypted: ${(error as Error).message}`);
    }
    return await use(zip);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function keyOf(path: string, passphraseFile: Given[string]) {
  await mustBeFile(path);
  const passphrase = typeof passphraseFile === 'string' ? await passphraseIn(passphraseFile) : undefined;
  try {
    return await identityOf(await readFile(path), passphrase);
  } catch (error) {
    if (error instanceof WrongKey) throw new UsedWrongly(`${path}: ${error.message}`);
    throw error;
  }
}

async function passphraseIn(path: string): Promise<string> {
  await mustBeFile(path);
  return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
}
