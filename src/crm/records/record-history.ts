// The former values of a record's properties, in the shape of HubSpot's API, as far back as one request may look.
import type { RecordedOf } from '../../eventsourcing/event';
import { SMALL_ID_LIMIT } from '../../eventsourcing/ids';
import { sizeOf } from '../../eventsourcing/size-of';
import type { Streams } from '../../eventsourcing/streams';
import { stampsOf, UPDATED_BY } from './record-stamps.vocabulary';
import { recordStream } from './record.vocabulary';
import type { RecordEvents } from './record.events';

export interface ValueWithTimestamp {
  readonly value: string;
  readonly timestamp: string;
  readonly sourceType: string;
  readonly sourceId?: string;
  readonly updatedByUserId?: number;
}

export interface RecordHistory {
  /** The values of each property, by its name, newest first; '' where the value was cleared. */
  readonly values: Readonly<Record<string, readonly ValueWithTimestamp[]>>;
  /** ISO time at which reading stopped, where older events exist. */
  readonly since?: string;
}

/** Size of the events that one request reads for all its histories, as `sizeOf` measures it. */
const MOST_READ = 8 * 1024 * 1024;

/**
 * Shares the events that one request may read for histories among its records; what one record leaves, others may use.
 */
export class HistoryBudget {
  private left = MOST_READ;

  constructor(private records: number) {}

  take(): number {
    const share = Math.floor(this.left / Math.max(this.records--, 1));
    this.left -= share;
    return share;
  }

  giveBack(unused: number): void {
    this.left += Math.max(unused, 0);
  }
}

/** Reads the record's stream once, from its end, whatever the number of names. */
export async function historyOf(
  streams: Streams,
  { objectType, recordId }: { readonly objectType: string; readonly recordId: string },
  names: readonly string[],
  budget: HistoryBudget,
): Promise<RecordHistory> {
  const values = new Map(names.map((name): [string, ValueWithTimestamp[]] => [name, []]));
  let left = budget.take();
  let since: string | undefined;
  reading: for await (const events of streams.pagesBack<RecordEvents>(recordStream(objectType, recordId)))
    for (const event of events) {
      if (left <= 0) break reading;
      left -= sizeOf(event.data) + sizeOf(event.meta);
      tell(event, values);
      since = event.revision === 0 ? undefined : event.meta.at;
    }
  budget.giveBack(left);
  return { values: Object.fromEntries(values), ...(since !== undefined && { since }) };
}

function tell(event: RecordedOf<RecordEvents>, values: ReadonlyMap<string, ValueWithTimestamp[]>): void {
  if (!('changes' in event.data)) return;
  const { changes, before } = event.data;
  const { actor, at, source } = event.meta;
  const by: { type: string; id?: string } =
    event.type === 'record.merged.v1' ? { type: 'MERGE_OBJECTS', id: event.data.mergedId } : source;
  const userId = Number(actor.userId ?? NaN);
  const push = (name: string, to: string | null) => {
    const told = values.get(name);
    // Every event says who it was: told is from when on it was that user.
    if (name === UPDATED_BY && told?.at(-1)?.value === (to ?? '')) told.pop();
    told?.push({
      value: to ?? '',
      timestamp: at,
      sourceType: by.type,
      ...(by.id !== undefined && { sourceId: by.id }),
      ...(userId < SMALL_ID_LIMIT && { updatedByUserId: userId }),
    });
  };
  for (const [name, { to }] of Object.entries(changes)) push(name, to);
  for (const [name, to] of Object.entries(stampsOf(changes, event.meta, before === null))) push(name, to);
}
