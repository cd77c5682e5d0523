// Encrypts the file of a backup to the operator's OpenPGP key, and opens such a file again: streams, whatever the size.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import type * as OpenPgp from 'openpgp' with { 'resolution-mode': 'import' };
import type { Written } from '../../files/files';

/** Loaded when there is something to encrypt: most processes never need it. */
const openpgp = () => createRequire(__filename)('openpgp') as typeof OpenPgp;

/** The library's types of its streams need a package that nothing else does. */
type WebReadable = Parameters<typeof Readable.fromWeb>[0];

const CHUNK_BYTES = 64 * 1024;

export interface Recipient {
  /** The public key, armored. */
  readonly key: string;
  /** Of the key, lowercase hex. */
  readonly fingerprint: string;
}

/** The key cannot be used; the message says why and holds nothing of the key. */
export class WrongKey extends Error {}

/** Reads a public key, armored or not. Rejects with `WrongKey` where nothing can be encrypted to it. */
export async function recipientOf(given: string | Uint8Array): Promise<Recipient> {
  const { readKeys } = openpgp();
  const keys = await readAny(
    given,
    (armoredKeys) => readKeys({ armoredKeys }),
    (binaryKeys) => readKeys({ binaryKeys }),
  );
  const [key, another] = keys;
  if (!key) throw new WrongKey('holds no OpenPGP key');
  if (another) throw new WrongKey('holds several keys, and must hold one');
  if (key.isPrivate()) throw new WrongKey('holds a secret key: give the public one');
  await key.getEncryptionKey().catch((error: Error) => {
    throw new WrongKey(`holds a key that cannot be encrypted to (${error.message})`);
  });
  return { key: key.armor(), fingerprint: key.getFingerprint() };
}

export interface Encrypted {
  readonly stream: Readable;
  /** What has been encrypted: whole when the stream has ended. */
  readonly within: () => Written;
}

/** The source's errors are the stream's; a stream that is destroyed destroys the source. */
export async function encryptTo(recipient: string, source: Readable): Promise<Encrypted> {
  const { createMessage, encrypt, readKey } = openpgp();
  const encryptionKeys: OpenPgp.Key = await readKey({ armoredKey: recipient });
  const hash = createHash('sha256');
  let bytes = 0;
  async function* seen() {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  const plain = Readable.from(seen(), { objectMode: false, highWaterMark: CHUNK_BYTES });
  const message = await createMessage({ binary: Readable.toWeb(plain) as ReadableStream<Uint8Array> });
  const encrypted: unknown = await encrypt({ message, encryptionKeys, format: 'binary' });
  const stream = Readable.fromWeb(encrypted as WebReadable);
  return { stream, within: () => ({ bytes, sha256: hash.copy().digest('hex') }) };
}

/** Reads a secret key, armored or not. Rejects with `WrongKey` where it is none or the passphrase does not open it. */
export async function identityOf(
  given: Uint8Array,
  passphrase: string | undefined,
): Promise<OpenPgp.PrivateKey> {
  const { decryptKey, readPrivateKey } = openpgp();
  const key = await readAny(
    given,
    (armoredKey) => readPrivateKey({ armoredKey }),
    (binaryKey) => readPrivateKey({ binaryKey }),
  ).catch(() => {
    throw new WrongKey('holds no OpenPGP secret key');
  });
  if (key.isDecrypted()) return key;
  if (passphrase === undefined) throw new WrongKey('is locked by a passphrase: name the file that holds it');
  return decryptKey({ privateKey: key, passphrase }).catch(() => {
    throw new WrongKey('is not opened by this passphrase');
  });
}

/**
 * The bytes within an encrypted file. They are whole and as they were encrypted only once the stream has ended without
 * an error: until then nobody may rely on them.
 */
export async function decrypted(source: Readable, decryptionKeys: OpenPgp.PrivateKey): Promise<Readable> {
  const { decrypt, readMessage } = openpgp();
  const binaryMessage = Readable.toWeb(source) as ReadableStream<Uint8Array>;
  const message = await readMessage({ binaryMessage });
  const opened: unknown = await decrypt({
    ...{ message, decryptionKeys, format: 'binary' as const },
    config: { allowUnauthenticatedStream: true },
  });
  return Readable.fromWeb((opened as { readonly data: WebReadable }).data);
}

const ARMORED = '-----BEGIN PGP';

async function readAny<T>(
  given: string | Uint8Array,
  armored: (text: string) => Promise<T>,
  binary: (bytes: Uint8Array) => Promise<T>,
): Promise<T> {
  const text = typeof given === 'string' ? given : Buffer.from(given).toString('latin1');
  try {
    if (typeof given === 'string' || text.includes(ARMORED)) return await armored(text);
    return await binary(given);
  } catch {
    throw new WrongKey('holds no OpenPGP key');
  }
}
