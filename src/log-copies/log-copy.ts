// Reads a copy of the log from its folder, and checks all of it: what does not fit is named in one line.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { linesWithEnds } from '../files/lines';
import {
  chainAfter,
  chainStart,
  copiedEvent,
  header,
  HEADER,
  INDEX,
  indexLine,
  segmentName,
  type CopiedEvent,
  type Header,
  type Segment,
} from './copy-format';

/** A copy is not what it says to be; the message names the file and what is wrong with it. */
export class CopyBroken extends Error {}

/** Characters of a line at most: an event of 1 MiB, each of its characters escaped. */
const LONGEST_LINE = 8 * 1024 * 1024;
const NEWLINE = 0x0a;
const MOST_HEADER_BYTES = 64 * 1024;
/** Events, and characters of their lines, that a page holds; a single event may be larger. */
const PAGE = { events: 1_000, characters: 4 * 1024 * 1024 };

export class LogCopy {
  private constructor(
    readonly folder: string,
    readonly header: Header,
    readonly segments: readonly Segment[],
    /** The position up to which a run came to its end, `undefined` where the last run was broken off. */
    readonly head: bigint | undefined,
    /** Bytes of the index that count: a line that was written in part comes after them. */
    readonly indexBytes: number,
  ) {}

  /** Position of the last event, or of that before the first one where there are none. */
  get last(): bigint {
    return BigInt(this.segments.at(-1)?.last ?? this.header.after);
  }

  get events(): number {
    return this.segments.reduce((sum, { events }) => sum + events, 0);
  }

  get chain(): string {
    return this.segments.at(-1)?.chain ?? chainStart(this.header);
  }

  /** Reads header and index. Rejects with CopyBroken; undefined where the folder holds no copy. */
  static async open(folder: string): Promise<LogCopy | undefined> {
    const found = await stat(join(folder, HEADER)).catch(() => undefined);
    if (!found) return undefined;
    if (found.size > MOST_HEADER_BYTES) throw new CopyBroken(`${HEADER} is too large`);
    const read = header.safeParse(parsed(await readFile(join(folder, HEADER), 'utf8')));
    if (!read.success) throw new CopyBroken(`${HEADER} ${sayingOf(read.error.issues[0])}`);
    const segments: Segment[] = [];
    let chain = chainStart(read.data);
    let last = BigInt(read.data.after);
    let head: bigint | undefined;
    let indexBytes = 0;
    // A run that ended right after it had begun left no index.
    const index = (await stat(join(folder, INDEX)).catch(() => undefined))
      ? createReadStream(join(folder, INDEX))
      : Readable.from([]);
    for await (const { line, end, whole } of lines(index)) {
      // The line that a run was writing when it ended.
      if (!whole) break;
      const entry = indexLine.safeParse(parsed(line));
      const wrong = (what: string) => new CopyBroken(`${INDEX}, line ${segments.length + 1}: ${what}`);
      if (!entry.success) throw wrong('is no line of an index');
      indexBytes = end;
      if ('head' in entry.data) {
        head = BigInt(entry.data.head);
        continue;
      }
      const { first, file } = entry.data;
      if (file !== segmentName(segments.length + 1)) throw wrong('a segment is missing before it');
      if (BigInt(first) <= last) throw wrong('begins before the segment before it ends');
      chain = chainAfter(chain, entry.data);
      if (chain !== entry.data.chain) throw wrong('does not follow from the lines before it');
      last = BigInt(entry.data.last);
      head = undefined;
      segments.push(entry.data);
    }
    return new LogCopy(folder, read.data, segments, head, indexBytes);
  }

  /** Reads every file to its end. Rejects with CopyBroken at the first that is not as the index says. */
  async verify(report: (events: number) => void = () => undefined): Promise<void> {
    let events = 0;
    for (const segment of this.segments) {
      const { file, bytes, sha256 } = segment;
      const found = await stat(join(this.folder, file)).catch(() => undefined);
      if (!found) throw new CopyBroken(`${file} is missing`);
      if (found.size !== bytes) throw new CopyBroken(`${file} has ${found.size} bytes, not ${bytes}`);
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(join(this.folder, file)) as AsyncIterable<Buffer>)
        hash.update(chunk);
      if (hash.digest('hex') !== sha256)
        throw new CopyBroken(`${file}: is not what was written: its hash differs`);
      for await (const page of this.pagesOf(segment)) report((events += page.length));
    }
  }

  /** Pages of all events after a position, in the order of the log. No page is empty. */
  async *pages(after = BigInt(this.header.after)): AsyncGenerator<CopiedEvent[], void> {
    for (const segment of this.segments) {
      if (BigInt(segment.last) <= after) continue;
      for await (const page of this.pagesOf(segment)) {
        const wanted = page.filter(({ position }) => BigInt(position) > after);
        if (wanted.length > 0) yield wanted;
      }
    }
  }

  /** Pages of the lines of all events, as they were written. */
  async *lines(): AsyncGenerator<string[], void> {
    for (const segment of this.segments) yield* this.pagesOf(segment, (_, line) => line);
  }

  /** What is read is hashed again, whatever was checked before: files may be changed between two readings. */
  private async *pagesOf<T = CopiedEvent>(
    segment: Segment,
    taken: (event: CopiedEvent, line: string) => T = (event) => event as T,
  ): AsyncGenerator<T[], void> {
    const { file, events, first, last, sha256 } = segment;
    const wrong = (what: string) => new CopyBroken(`${file}: ${what}`);
    let before = BigInt(first) - 1n;
    let count = 0;
    let page: T[] = [];
    let left = PAGE.characters;
    const hash = createHash('sha256');
    try {
      for await (const { line } of lines(gunzipped(join(this.folder, file), hash))) {
        const event = copiedEvent.safeParse(parsed(line));
        if (!event.success) throw wrong(`line ${count + 1} is no event`);
        const position = BigInt(event.data.position);
        if (position <= before) throw wrong(`line ${count + 1} is out of order`);
        before = position;
        count++;
        page.push(taken(event.data, line));
        left -= line.length;
        if (page.length < PAGE.events && left > 0) continue;
        yield page;
        page = [];
        left = PAGE.characters;
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code?.startsWith('Z_')) throw wrong('cannot be unpacked');
      if (code === 'ENOENT') throw wrong('is missing');
      throw error;
    }
    if (hash.digest('hex') !== sha256) throw wrong('is not what was written: its hash differs');
    if (count !== events) throw wrong(`holds ${count} events, not ${events}`);
    if (String(before) !== last) throw wrong(`ends at position ${before}, not ${last}`);
    if (page.length > 0) yield page;
  }
}

function gunzipped(path: string, hash: Hash): Readable {
  const hashed = new Transform({
    transform: (chunk: Buffer, _, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  // An error of any reaches whoever reads.
  return pipeline(createReadStream(path), hashed, createGunzip(), () => undefined);
}

/** Lines, each with whether a line end followed; rejects with CopyBroken at one that is too long. */
export async function* lines(
  bytes: Readable,
): AsyncGenerator<{ line: string; end: number; whole: boolean }, void> {
  let total = 0;
  let isWhole = true;
  let unfinished = 0;
  async function* bounded(): AsyncGenerator<Buffer, void> {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      const lineEnd = chunk.lastIndexOf(NEWLINE);
      unfinished = lineEnd < 0 ? unfinished + chunk.length : chunk.length - lineEnd - 1;
      if (unfinished > LONGEST_LINE) throw new CopyBroken('A line is too long to be one of a copy');
      total += chunk.length;
      isWhole = unfinished === 0;
      yield chunk;
    }
  }
  for await (const { line, end } of linesWithEnds(bounded()))
    yield { line, end, whole: end < total || isWhole };
}

/** Undefined where it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const sayingOf = (issue: { path: PropertyKey[]; message: string } | undefined): string =>
  `${issue?.path.join('.') || 'as a whole'}: ${issue?.message}`;
