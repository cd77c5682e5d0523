// Copies the log into files, beside a running server: from where the folder's copy ends, up to the head that is met.
import { mkdir, readdir } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { StoredEvent } from '../eventsourcing/event';
import { START, type EventStore } from '../eventsourcing/event-store';
import { Files } from '../files/files';
import { logPages } from '../read/log-pages';
import { chainAfter, HEADER, headerOf, INDEX, segmentName, type IndexLine } from './copy-format';
import { CopyBroken, LogCopy } from './log-copy';

/** About so many bytes of JSON Lines make a segment: what is written again after a run that was broken off. */
const SEGMENT_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** Of gzip: the text of events is so much alike that higher levels gain little. */
const LEVEL = 4;

export interface ExportOptions {
  /** A range of the log begins after this position; only of a folder that holds no copy yet. */
  readonly after?: bigint;
  /** The last position that is copied; the head where it is left out. */
  readonly upTo?: bigint;
  readonly signal: AbortSignal;
  readonly report: (events: number, position: bigint, upTo: bigint) => void;
  readonly segmentBytes?: number;
  readonly chunkBytes?: number;
}

/** Rejects with CopyBroken where the folder holds a copy of another log, or one that is broken. */
export async function exportLog(
  eventStore: EventStore,
  folder: string,
  { after, upTo, signal, report, segmentBytes = SEGMENT_BYTES, chunkBytes = CHUNK_BYTES }: ExportOptions,
): Promise<LogCopy> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = new Files(folder);
  const copy = (await LogCopy.open(folder)) ?? (await begin(files, eventStore.logId, after ?? START));
  if (copy.header.logId !== eventStore.logId) throw new CopyBroken('The folder holds a copy of another log');
  if (after !== undefined && copy.header.after !== String(after))
    throw new CopyBroken(`The folder holds a copy that begins after position ${copy.header.after}`);
  const head = await eventStore.head();
  const end = upTo !== undefined && upTo < head ? upTo : head;
  const to = end > copy.last ? end : copy.last;
  await files.sweep({ each: async (_, work) => (await work(), true) });
  const index = await indexOf(files, copy);
  try {
    let { chain } = copy;
    let number = copy.segments.length;
    let done = copy.events;
    const chunks = linesIn(logPages(eventStore, copy.last, { upTo: to, signal }), chunkBytes);
    for (let next = await chunks.next(); !next.done;) {
      const file = segmentName(++number);
      const segment = { file, events: 0, first: String(next.value.first), last: '' };
      const taken = async function* (): AsyncGenerator<Buffer, void> {
        for (let bytes = 0; !next.done && bytes < segmentBytes; next = await chunks.next()) {
          const { text, events, last } = next.value;
          bytes += text.length;
          segment.events += events;
          segment.last = String(last);
          report((done += events), last, to);
          yield text;
        }
      };
      const zipped = pipeline(Readable.from(taken()), createGzip({ level: LEVEL }), () => undefined);
      const { bytes, sha256 } = await files.write(file, zipped, signal);
      const written = { ...segment, bytes, sha256 };
      chain = chainAfter(chain, written);
      await index.add({ ...written, chain });
    }
    await index.add({ head: String(to) });
  } finally {
    await index.close();
  }
  return (await LogCopy.open(folder))!;
}

/** Writes the header; what a run that was broken off left half written is removed. */
async function begin(files: Files, logId: string, after: bigint): Promise<LogCopy> {
  const names = (await readdir(files.root)).filter((name) => !name.endsWith('.part'));
  if (names.length > 0) throw new CopyBroken('The folder is neither empty nor a copy of a log');
  const text = `${JSON.stringify(headerOf(logId, after), null, 2)}\n`;
  await files.write(HEADER, Readable.from([Buffer.from(text)]));
  return (await LogCopy.open(files.root))!;
}

/** Adds lines to the index, each of which counts once it is on disk. */
async function indexOf(files: Files, copy: LogCopy) {
  const index = await files.append(INDEX, copy.indexBytes);
  return {
    async add(line: IndexLine): Promise<void> {
      if ((await files.stat(INDEX))?.bytes !== index.bytes)
        throw new CopyBroken('Another export is writing into the folder');
      await index.write(`${JSON.stringify(line)}\n`);
      await index.sync();
    },
    close: () => index.close(),
  };
}

interface Chunk {
  readonly text: Buffer;
  readonly events: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** The lines of pages in chunks of about so many bytes, or one larger line. */
async function* linesIn(
  pages: AsyncIterable<readonly StoredEvent[]>,
  bytes: number,
): AsyncGenerator<Chunk, void> {
  for await (const page of pages)
    for (let from = 0, to = 0, lines = ''; to < page.length;) {
      lines += lineOf(page[to++]!);
      if (lines.length < bytes && to < page.length) continue;
      const positions = { first: page[from]!.position, last: page[to - 1]!.position };
      yield { text: Buffer.from(lines), events: to - from, ...positions };
      [from, lines] = [to, ''];
    }
}

const lineOf = ({ position, ...event }: StoredEvent): string => {
  return `${JSON.stringify({ position: String(position), ...event })}\n`;
};
