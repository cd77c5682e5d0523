// Reads the entries of a ZIP, in memory and work that the file's own size bounds.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { JSONParser } from '@streamparser/json';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { JsonBounds, type JsonLimits } from '../../bounded-json';
import { breathe } from '../../eventsourcing/breath';

/** The ZIP is not what it was to be; the message names what is wrong. */
export class WrongArchive extends Error {}

export function wrong(message: string): never {
  throw new WrongArchive(message);
}

/** More than any account has object types. */
const MOST_ENTRIES = 10_000;
/** Of an entry whose value is held in memory as a whole. */
const MOST_JSON_BYTES = 64 * 1024 * 1024;

/** Values and names that as many bytes have in definitions of short options. */
const LIMITS: JsonLimits = { depth: 64, values: 8_000_000, members: 4_000_000 };
/** Bytes that are parsed at a time. */
const PIECE = 16 * 1024;

/** What a library says of a ZIP that is broken. */
const broken = (what: string) => (error: Error) => wrong(`${what}: ${error.message}`);

export interface ReadJson {
  readonly value: unknown;
  /** Hash of its bytes in lowercase hex. */
  readonly sha256: string;
}

export class ZipReading {
  private constructor(
    private readonly zip: ZipFile,
    /** By name, in the order of the directory. */
    readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** Rejects with `WrongArchive` where it is no ZIP, or none that can be read within its bounds. */
  static async open(path: string): Promise<ZipReading> {
    const zip = await openPromise(path, { autoClose: false, strictFileNames: true }).catch(
      broken('is not a ZIP that can be read'),
    );
    try {
      return new ZipReading(zip, await entriesOf(zip, (await stat(path)).size));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  close(): void {
    this.zip.close();
  }

  /** The value of an entry of JSON, read a piece at a time: parsed at once, a large one would hold up all others. */
  async json(entry: Entry): Promise<ReadJson> {
    if (entry.uncompressedSize > MOST_JSON_BYTES) wrong(`${entry.fileName} is too large`);
    const hash = createHash('sha256');
    const bounds = new JsonBounds(LIMITS);
    let [value, isJson]: [unknown, boolean] = [undefined, true];
    const parser = new JSONParser({ paths: ['$'] });
    parser.onValue = (found) => void (value = found.value);
    parser.onError = () => void (isJson = false);
    await this.read(entry, async (source) => {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        hash.update(chunk);
        for (let from = 0; from < chunk.length; from += PIECE) {
          await breathe();
          const piece = chunk.subarray(from, from + PIECE);
          bounds.add(piece);
          if (isJson) parser.write(piece);
        }
      }
    });
    if (!parser.isEnded) parser.end();
    if (!isJson || value === undefined) wrong(`${entry.fileName} is not JSON`);
    return { value, sha256: hash.digest('hex') };
  }

  /** Reads an entry by a function, whose errors count as the entry's. */
  async read<T>(entry: Entry, read: (source: Readable) => Promise<T>): Promise<T> {
    const source = await this.stream(entry);
    try {
      return await read(source);
    } catch (error) {
      if (error instanceof WrongArchive) throw error;
      return broken(`${entry.fileName} cannot be read`)(error as Error);
    } finally {
      source.destroy();
    }
  }

  /** yauzl ends the stream of an entry that unpacks to more than the directory tells. */
  stream(entry: Entry): Promise<Readable> {
    return this.zip.openReadStreamPromise(entry).catch(broken(`${entry.fileName} cannot be read`));
  }
}

async function entriesOf(zip: ZipFile, size: number): Promise<Map<string, Entry>> {
  if (zip.entryCount > MOST_ENTRIES) wrong(`it has more than ${MOST_ENTRIES} entries`);
  const entries = new Map<string, Entry>();
  let compressed = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) wrong(`${entry.fileName} is there twice`);
      entries.set(entry.fileName, entry);
      compressed += entry.compressedSize;
    }
  } catch (error) {
    if (error instanceof WrongArchive) throw error;
    broken('its directory cannot be read')(error as Error);
  }
  // Entries that share their bytes unpack to more than any file of this size holds.
  if (compressed > size) wrong('its entries overlap');
  return entries;
}
