// The file of the private keys that sign checkpoints: PEM, oldest first. A key that stands behind the one which signs now
// follows it; none of these files is ever written in place.
import { createPrivateKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../../../config';
import { writeOnce } from '../../../files/write-once';

/** The file is missing, or holds something other than Ed25519 keys; the message tells nothing of what it holds. */
export class KeyFileWrong extends Error {}

export interface FileKey {
  readonly key: KeyObject;
  /** Whoever put it there says that the key before is lost, and cannot say itself that this one follows. */
  readonly replacesLost: boolean;
}

const LOST = '# The key before is lost';
const BLOCK =
  /(?:(# The key before is lost)\s+)?(-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----)/g;

export const keyFileOf = ({ CHECKPOINT_KEY_FILE, DATA_DIR }: KeySettings): string =>
  CHECKPOINT_KEY_FILE ?? join(DATA_DIR, 'checkpoint.key');
export type KeySettings = Pick<Config, 'CHECKPOINT_KEY_FILE' | 'DATA_DIR'>;

/** Rejects with KeyFileWrong; undefined where there is no file. */
export async function readKeyFile(path: string): Promise<FileKey[] | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new KeyFileWrong(`The key file cannot be read (${error.code})`);
  });
  if (text === undefined) return undefined;
  const keys = [...text.matchAll(BLOCK)].map(([, lost, pem]) => keyOf(pem!, lost !== undefined));
  if (keys.length === 0) throw new KeyFileWrong('The key file holds no private key in PEM');
  return keys;
}

function keyOf(pem: string, replacesLost: boolean): FileKey {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    // The error might quote what was read.
  }
  if (key?.asymmetricKeyType !== 'ed25519')
    throw new KeyFileWrong('The key file holds a key that is not Ed25519');
  return { key, replacesLost };
}

const newPem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim();

/** Makes the file with a key in it, which only its owner can read; one that another process made stays. */
export async function makeKeyFile(path: string): Promise<void> {
  writeOnce(path, newPem());
}

/** Adds a key, which is to follow the others. */
export async function addKeyTo(path: string, { replacesLost = false } = {}): Promise<void> {
  const known = (await readKeyFile(path)) ? (await readFile(path, 'utf8')).trimEnd() : undefined;
  const text = [known, ...(replacesLost ? [LOST] : []), newPem(), ''].filter((part) => part !== undefined);
  const unfinished = `${path}.${randomUUID()}`;
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    await handle.writeFile(text.join('\n'));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, path);
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}
