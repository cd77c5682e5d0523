// Reads a whole ZIP from memory: bytes by name, in the order of its directory.
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';

export async function unzipped(zip: Buffer): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  const file = await fromBufferPromise(zip);
  for await (const entry of file.eachEntry())
    entries.set(entry.fileName, await buffer(await file.openReadStreamPromise(entry)));
  return entries;
}
