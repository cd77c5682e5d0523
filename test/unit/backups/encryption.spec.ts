// The stream that encrypts the file of a backup: whole where all goes well, and over where one end of it breaks.
import { createRequire } from 'node:module';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type * as OpenPgp from 'openpgp' with { 'resolution-mode': 'import' };
import { decrypted, encryptTo, identityOf, recipientOf } from '../../../src/backups/archives/encryption';

const { generateKey } = createRequire(__filename)('openpgp') as typeof OpenPgp;
const keys = generateKey({ userIDs: { name: 'Operator' }, type: 'ecc' });
const recipient = async () => (await recipientOf((await keys).publicKey)).key;

/** Chunks without end, until the reader has gone. */
function endless() {
  const seen = { pulled: 0, ended: false };
  async function* chunks() {
    try {
      for (;;) {
        seen.pulled++;
        yield Buffer.alloc(64 * 1024, seen.pulled);
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, source: Readable.from(chunks(), { objectMode: false }) };
}

test('what was encrypted comes out again, and is told of', async () => {
  const plain = Buffer.alloc(3_000_001, 'abc');
  const { stream, within } = await encryptTo(
    await recipient(),
    Readable.from([plain], { objectMode: false }),
  );
  const file = await buffer(stream);
  expect(within().bytes).toBe(plain.length);
  const identity = await identityOf(Buffer.from((await keys).privateKey), undefined);
  const opened = await buffer(await decrypted(Readable.from([file], { objectMode: false }), identity));
  expect(opened.equals(plain)).toBe(true);
});

test('whoever leaves stops the source', async () => {
  const { seen, source } = endless();
  const { stream } = await encryptTo(await recipient(), source);
  await expect(
    (async () => {
      for await (const _ of stream) stream.destroy(new Error('left'));
    })(),
  ).rejects.toThrow('left');
  if (!source.closed) await once(source, 'close');
  expect(seen.ended).toBe(true);
  expect(seen.pulled).toBeLessThan(100);
});

test('an error of the source is an error of the stream', async () => {
  async function* broken() {
    yield Buffer.alloc(100_000);
    throw new Error('disk gone');
  }
  const { stream } = await encryptTo(await recipient(), Readable.from(broken(), { objectMode: false }));
  await expect(buffer(stream)).rejects.toThrow('disk gone');
});
