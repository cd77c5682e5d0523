// Brings a copy of a whole log into an empty one, event by event in the same order, and goes on where an earlier run
// stopped. In the end the log is compared with the copy.
import { isDeepStrictEqual } from 'node:util';
import type { Meta, NewEvent, StoredEvent } from '../eventsourcing/event';
import { START, type EventStore } from '../eventsourcing/event-store';
import { sizeOf } from '../eventsourcing/size-of';
import { logPages } from '../read/log-pages';
import type { CopiedEvent } from './copy-format';
import { namesPositions, withPositions } from './event-positions';
import type { LogCopy } from './log-copy';
import { NotBroughtIn, OldPositions } from './old-positions';

/** The copy cannot be brought into the log; the message says why. */
export class ImportRefused extends Error {}

/** Appends under way at once: a server takes them in their order, which is looked at afterwards. */
const IN_FLIGHT = 64;
const UNIT_EVENTS = 200;
const UNIT_BYTES = 256 * 1024;

export interface ImportOptions {
  readonly scratchDir: string;
  readonly signal: AbortSignal;
  readonly report: (events: number, step: 'written' | 'compared') => void;
}

/** Rejects with ImportRefused, before anything is written where the copy or the log cannot be taken. */
export async function importLog(
  eventStore: EventStore,
  copy: LogCopy,
  { scratchDir, signal, report }: ImportOptions,
): Promise<void> {
  if (BigInt(copy.header.after) !== START)
    throw new ImportRefused('The copy is a range of a log: only a whole history can be brought in');
  if (copy.head === undefined)
    throw new ImportRefused('The copy was broken off: let export-log come to its end first');
  const positions = new OldPositions(eventStore, copy.header.logId, scratchDir);
  try {
    await alreadyThere(positions, copy, signal);
    const writing = new Writing(eventStore, copy.header.logId, positions, signal);
    let done = positions.count;
    for await (const page of copy.pages(positions.last)) {
      signal.throwIfAborted();
      for (const unit of unitsOf(page)) await writing.add(unit);
      report((done += page.length), 'written');
    }
    await writing.settle();
    await compare(eventStore, copy, positions, { signal, report: (events) => report(events, 'compared') });
  } catch (error) {
    if (!(error instanceof NotBroughtIn)) throw error;
    throw new ImportRefused(
      'The log must be empty, or hold what an earlier run brought in of this copy: empty it and begin again',
    );
  } finally {
    positions.close();
  }
}

/** Takes in what an earlier run wrote. */
async function alreadyThere(positions: OldPositions, copy: LogCopy, signal: AbortSignal): Promise<void> {
  await positions.catchUp(signal);
  if (positions.count === 0) return;
  let expected = 0;
  for await (const page of copy.pages()) {
    const within = page.filter(({ position }) => BigInt(position) <= positions.last);
    expected += within.length;
    if (within.length < page.length) break;
  }
  if (expected !== positions.count)
    throw new ImportRefused('An earlier import left gaps in the log: empty it and begin again');
}

/** Consecutive events of one stream, which go into one append; of those that name positions, each begins one. */
function* unitsOf(page: readonly CopiedEvent[]): Generator<CopiedEvent[], void> {
  let unit: CopiedEvent[] = [];
  let bytes = 0;
  for (const event of page) {
    const size = sizeOf(event.data);
    const fits = unit.length < UNIT_EVENTS && bytes + size < UNIT_BYTES;
    // An event may name the position of the one before it: that has to stand in the new log by then.
    const isNext = unit[0]?.stream === event.stream && fits && !namesPositions(event.type);
    if (unit.length > 0 && !isNext) {
      yield unit;
      unit = [];
      bytes = 0;
    }
    unit.push(event);
    bytes += size;
  }
  if (unit.length > 0) yield unit;
}

class Writing {
  private readonly underWay: Promise<unknown>[] = [];

  constructor(
    private readonly eventStore: EventStore,
    private readonly logId: string,
    private readonly positions: OldPositions,
    private readonly signal: AbortSignal,
  ) {}

  async add(unit: readonly CopiedEvent[]): Promise<void> {
    if (namesPositions(unit[0]!.type)) {
      // What a position means is known once the event at it stands in the new log.
      await this.settle();
      await this.positions.catchUp(this.signal);
    }
    if (this.underWay.length === IN_FLIGHT) await this.underWay.shift();
    const { stream, revision } = unit[0]!;
    const events = unit.map((event) => broughtIn(event, this.logId, this.positions));
    const appending = this.eventStore.append(stream, events, revision - 1);
    // A failure is met when its turn comes, in the order of the log.
    appending.catch(() => undefined);
    this.underWay.push(appending);
  }

  async settle(): Promise<void> {
    for (const appending of this.underWay.splice(0)) await appending;
  }
}

function broughtIn(event: CopiedEvent, logId: string, positions: OldPositions): NewEvent {
  const { id, type, position, recordedAt } = event;
  const meta = event.meta as unknown as Meta;
  const origin = { logId, position, recordedAt, ...(meta.origin && { before: meta.origin }) };
  const data = withPositions(type, event.data, (old) => positions.translated(old));
  return { id, type, data, meta: { ...meta, origin } };
}

/** Reads log and copy side by side. */
async function compare(
  eventStore: EventStore,
  copy: LogCopy,
  positions: OldPositions,
  { signal, report }: { signal: AbortSignal; report: (events: number) => void },
): Promise<void> {
  await positions.catchUp(signal);
  const stored = eventsOf(logPages(eventStore, START, { signal }));
  let count = 0;
  for await (const page of copy.pages()) {
    for (const event of page) {
      const { value } = await stored.next();
      if (!value || !isSame(value, event, broughtIn(event, copy.header.logId, positions)))
        throw new ImportRefused(
          `The log differs from the copy at position ${event.position} of the copy: empty it and begin again`,
        );
    }
    report((count += page.length));
  }
  if (!(await stored.next()).done)
    throw new ImportRefused('The log holds more than the copy: was it written to meanwhile?');
}

async function* eventsOf(
  pages: AsyncIterable<readonly StoredEvent[]>,
): AsyncGenerator<StoredEvent, undefined> {
  for await (const page of pages) yield* page;
  return undefined;
}

const isSame = (stored: StoredEvent, { stream, revision }: CopiedEvent, event: NewEvent): boolean =>
  stored.stream === stream &&
  stored.revision === revision &&
  stored.id === event.id &&
  stored.type === event.type &&
  isDeepStrictEqual(stored.meta, event.meta) &&
  isDeepStrictEqual(stored.data, event.data);
