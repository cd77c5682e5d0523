// Where a log is read from to be checked: a store, beside a server that runs, or a copy in files.
import { breathe } from '../../../eventsourcing/breath';
import type { RawEvent } from '../../../eventsourcing/event';
import { START, type EventStore, type RawPage } from '../../../eventsourcing/event-store';
import type { LogCopy } from '../../../log-copies/log-copy';
import { LogWrong } from './checkpoint-check';
import type { LogSource } from './log-check';

const PAGE = 1_000;

/** The log as it is now: what is appended while it is read, checkpoints too, is left for the next time. */
export async function storeSource(eventStore: EventStore): Promise<LogSource> {
  const head = await eventStore.head();
  async function* following(read: (after: RawEvent | undefined) => Promise<RawPage>) {
    for (let last: RawEvent | undefined; ;) {
      const { events, end } = await read(last);
      const wanted = events.filter(({ position }) => position <= head);
      if (wanted.length > 0) yield wanted;
      if (end || wanted.length < events.length) return;
      await breathe();
      last = events.at(-1);
    }
  }
  return {
    logId: eventStore.logId,
    dense: eventStore.dense,
    pages: () => following((last) => eventStore.readAllRaw(last?.position ?? START, PAGE)),
    ofStream: (stream) => following((last) => eventStore.readRaw(stream, (last?.revision ?? -1) + 1)),
  };
}

/** Of a copy each stream takes a reading of the whole. */
export function copySource(copy: LogCopy): LogSource {
  async function* pages(): AsyncGenerator<RawEvent[], void> {
    for await (const lines of copy.lines()) yield lines.map(rawIn);
  }
  async function* ofStream(stream: string): AsyncGenerator<RawEvent[], void> {
    for await (const events of pages()) yield events.filter((event) => event.stream === stream);
  }
  return { logId: copy.header.logId, dense: false, pages, ofStream };
}

interface Line extends Omit<RawEvent, 'position' | 'data' | 'meta'> {
  readonly position: string;
  readonly data: unknown;
  readonly meta: unknown;
}

/** A line that is the same when it is written again holds the bytes that were stored. */
function rawIn(line: string): RawEvent {
  const { position, data, meta, ...event } = JSON.parse(line) as Line;
  if (JSON.stringify(JSON.parse(line)) !== line)
    throw new LogWrong(`position ${position}: the line was not written by export-log`);
  const bytesOf = (part: unknown) => Buffer.from(JSON.stringify(part));
  return { ...event, position: BigInt(position), data: bytesOf(data), meta: bytesOf(meta) };
}
