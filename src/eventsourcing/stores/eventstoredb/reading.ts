// Reads EventStoreDB: streams and the whole log, in pages bounded by bytes. Here a record is any event of the server's
// $all stream, be it of this log, of another log or of the server itself.
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

/** Milliseconds that an append, or a read of one stream or one record, may take. */
export const LIMIT_MS = 5_000;
/** Milliseconds that a read of a page of the whole log may take. */
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
      // The server reads only from a position at which a record begins: the last one before will do.
      const record = await this.lastRecord(({ position }) => position.commit <= after);
      return this.readAfter(record?.position.commit ?? START, after, limit);
    }
  }

  /** Events after the position `after`, read from `from`: a position at or before it at which a record begins. */
  private async readAfter(from: bigint, after: bigint, limit: number): Promise<Page> {
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
        // No record stood at `last`, so that one comes which the page has no room for.
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

  /** The record that begins at a position; undefined or a later record if none does. */
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

  /** The newest record that is `wanted`; searches back from the end of $all. */
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

const isFirst = (event: StoredEvent | undefined): boolean => event?.revision === 0;

/** Hands over each item of a read until `wanted` says false; resolves with whether the whole read was handed over. */
async function readWhile<T>(reading: StreamingRead<T>, wanted: (read: T) => boolean): Promise<boolean> {
  // An error that comes when nobody reads any more must not end the process.
  reading.on('error', () => undefined);
  for await (const read of reading)
    if (!wanted(read)) {
      // A read that is left without `cancel` stays open, and `dispose` would wait for it for ever.
      await reading.cancel();
      return false;
    }
  return true;
}
