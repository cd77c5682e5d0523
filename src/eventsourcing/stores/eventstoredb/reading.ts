// What is read of EventStoreDB: streams and the whole log, in pages bounded by bytes.
import {
  BACKWARDS,
  END,
  START as FROM_START,
  StreamNotFoundError,
  UnknownError,
  type AllStreamRecordedEvent,
  type EventStoreDBClient,
  type ReadStreamOptions,
  type StreamingRead,
} from '@eventstore/db-client';
import type { StoredEvent } from '../../event';
import { PAGE_BYTES, START, STREAM_PAGE_BYTES, type Page } from '../../event-store';
import { sizeOf } from '../../size-of';
import { at, type OneLog } from './stored-events';

/** Milliseconds that calls may take: appends and what requests read, and pages of the log. */
export const LIMIT_MS = 5_000;
export const PAGE_LIMIT_MS = 30_000;
export const PAGE = 1_000;

export class Reading {
  constructor(
    private readonly client: EventStoreDBClient,
    private readonly log: OneLog,
  ) {}

  async readStream(stream: string, part: ReadStreamOptions & { readonly maxCount: number }): Promise<Page> {
    const events: StoredEvent[] = [];
    let bytes = 0;
    try {
      const reading = this.client.readStream(this.log.streamId(stream), {
        ...part,
        requiresLeader: true,
        deadline: LIMIT_MS,
      });
      const whole = await readWhile(reading, ({ event }) => {
        if (event) events.push(this.log.toStored(event));
        bytes += sizeOf(event?.data);
        return bytes < STREAM_PAGE_BYTES;
      });
      const end =
        (whole && events.length < part.maxCount) || (part.direction === BACKWARDS && isFirst(events.at(-1)));
      return { events, end };
    } catch (error) {
      if (error instanceof StreamNotFoundError) return { events: [], end: true };
      throw error;
    }
  }

  async readFromAnywhere(after: bigint, limit: number): Promise<Page> {
    try {
      return await this.readAfter(after, after, limit);
    } catch (error) {
      if (!(error instanceof UnknownError)) throw error;
      // The server reads only from where a record begins: from the last such place before, then.
      const record = await this.lastRecord(({ position }) => position.commit <= after);
      return this.readAfter(record?.position.commit ?? START, after, limit);
    }
  }

  /** Events after a position, read from one at or before it at which a record begins. */
  async readAfter(from: bigint, after: bigint, limit: number): Promise<Page> {
    const events: StoredEvent[] = [];
    let bytes = 0;
    let last = from;
    let end = false;
    while (!end && events.length < limit && bytes < PAGE_BYTES) {
      // Reading from a position begins with the record at it.
      const maxCount = limit - events.length + 1;
      let count = 0;
      const fromPosition = last < 0n ? FROM_START : at(last);
      const reading = this.client.readAll({
        ...{ fromPosition, maxCount },
        ...{ requiresLeader: true, deadline: PAGE_LIMIT_MS },
      });
      const whole = await readWhile(reading, ({ event }) => {
        count++;
        if (!event || event.position.commit <= last) return true;
        // The one more than asked for.
        if (events.length === limit) return true;
        last = event.position.commit;
        if (last <= after || !this.log.isVisible(event)) return true;
        events.push(this.log.toStored(event));
        return (bytes += sizeOf(event.data)) < PAGE_BYTES;
      });
      end = whole && count < maxCount;
    }
    return { events, end };
  }

  async lastEventAt(position: bigint): Promise<StoredEvent | undefined> {
    const isAt = (event: AllStreamRecordedEvent) =>
      event.position.commit <= position && this.log.isVisible(event);
    const exact = position > START ? await this.recordAt(position) : undefined;
    const last = exact && isAt(exact) ? exact : await this.lastRecord(isAt);
    return last && this.log.toStored(last);
  }

  /** The record that begins at a position; undefined or a later one if none does. */
  async recordAt(position: bigint): Promise<AllStreamRecordedEvent | undefined> {
    let record: AllStreamRecordedEvent | undefined;
    try {
      const options = {
        ...{ fromPosition: at(position), maxCount: 1 },
        ...{ requiresLeader: true, deadline: LIMIT_MS },
      };
      for await (const { event } of this.client.readAll(options)) record = event;
    } catch (error) {
      if (!(error instanceof UnknownError)) throw error;
    }
    return record;
  }

  /** The newest record, system events too, that is wanted; looks back from the end of the log. */
  async lastRecord(
    wanted: (event: AllStreamRecordedEvent) => boolean,
  ): Promise<AllStreamRecordedEvent | undefined> {
    let before: bigint | undefined;
    for (let maxCount = 16; ; maxCount = PAGE) {
      let count = 0;
      let found: AllStreamRecordedEvent | undefined;
      const fromPosition = before === undefined ? END : at(before);
      const where = { direction: BACKWARDS, fromPosition, maxCount } as const;
      const options = { ...where, requiresLeader: true, deadline: PAGE_LIMIT_MS };
      for await (const { event } of this.client.readAll(options)) {
        count++;
        if (!event) continue;
        before = event.position.commit;
        if (!found && wanted(event)) found = event;
      }
      if (found || count < maxCount) return found;
    }
  }
}

/** Nothing comes before it. */
const isFirst = (event: StoredEvent | undefined): boolean => event?.revision === 0;

/** Hands over what is read as long as that is wanted; false: it was left early. */
async function readWhile<T>(reading: StreamingRead<T>, wanted: (read: T) => boolean): Promise<boolean> {
  // What comes when nobody reads any more must not end the process.
  reading.on('error', () => undefined);
  for await (const read of reading)
    if (!wanted(read)) {
      // A stream that is only left stays open, and `dispose` would wait for it for ever.
      await reading.cancel();
      return false;
    }
  return true;
}
