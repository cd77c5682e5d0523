// The rows of a comparison that tell of records: what the events between say, and where these do not tell all, the
// record's own stream.
import type { RecordEvents } from '../../crm/records/record.events';
import { STAMPS } from '../../crm/records/record-stamps.vocabulary';
import { recordStream } from '../../crm/records/record.vocabulary';
import type { Codec } from '../../eventsourcing/codec';
import { fold } from '../../eventsourcing/decider';
import type { EventStore } from '../../eventsourcing/event-store';
import { streamPages } from '../../eventsourcing/stream-pages';
import type { DocumentStore, Stamped } from '../../read/document-store';
import { recordHistory } from '../record-at';
import type { RecordRow } from '../records-at';
import type { ScratchRows } from '../scratch-rows';
import { differences, kindOf, type ChangeRow } from './change';
import type { MovedRecord } from './moved';

export interface Compared {
  readonly eventStore: EventStore;
  readonly codec: Codec;
  readonly documents: DocumentStore;
  /** The collection of records, which has applied all erasures that are to count. */
  readonly collection: string;
  readonly from: bigint;
  readonly to: bigint;
  readonly signal: AbortSignal;
  /** Whether a property is asked about. */
  readonly wanted: (property: string) => boolean;
}

/** Streams folded at the same time. */
const FOLDS = 16;

/** Pages of rows in the order of types, then of ids. An erased record has none, nor one that waits to be erased. */
export async function* recordChanges(
  moved: ScratchRows<MovedRecord>,
  compared: Compared,
): AsyncGenerator<ChangeRow[], void> {
  const { documents, collection, signal } = compared;
  const folds = compared.eventStore.shared ? FOLDS : 1;
  for (const page of moved.pages('', '~')) {
    signal.throwIfAborted();
    const ids = page.map(({ id }) => id);
    for (let next = 0; next < ids.length;) {
      // A page of documents may be large, where a row of a change is small.
      const { found, looked } = await documents.getSome<RecordRow>(collection, ids.slice(next));
      const some = page.slice(next, (next += looked));
      const rows: (ChangeRow | undefined)[] = [];
      for (let i = 0; i < some.length; i += folds) {
        const judged = some.slice(i, i + folds).map((one) => rowOf(one, found.get(one.id), compared));
        rows.push(...(await Promise.all(judged)));
      }
      const told = rows.filter((row) => row !== undefined);
      if (told.length > 0) yield told;
    }
  }
}

type Values = Readonly<Record<string, string | null>>;

async function rowOf(
  moved: MovedRecord,
  stamped: Stamped<RecordRow> | undefined,
  compared: Compared,
): Promise<ChangeRow | undefined> {
  const doc = stamped?.doc;
  // Without a document the record may have been erased since.
  if (!doc || doc.waiting || moved.folded) return folded(moved, compared);
  const { before, archived = before?.archived ?? true, from, to } = moved;
  const wasLive = before !== null && !before.archived;
  if (wasLive && !archived) return told(moved, from, to, compared);
  if (before === null && !archived) return told(moved, undefined, to, compared);
  if (!wasLive && archived) return undefined;
  // The whole record came or went. Nothing was changed later: what it is now with what it was before is all of it.
  if (stamped.stamp > compared.to) return folded(moved, compared);
  return archived
    ? told(moved, { ...doc.values, ...from }, undefined, compared, 'archived')
    : told(moved, undefined, doc.values, compared);
}

function told(
  { objectType, recordId }: MovedRecord,
  then: Values | undefined,
  now: Values | undefined,
  { wanted }: Compared,
  how?: ChangeRow['how'],
): ChangeRow | undefined {
  // Where a record comes from and who changed it last is told by its events, and no difference of its own.
  const changes = differences(then, now, (name) => !STAMPS.has(name) && wanted(name));
  const kind = kindOf(then, now, changes);
  return kind && { what: 'record', kind, objectType, recordId, ...(how && { how }), changes };
}

/** Judges by the record's own stream, read once. */
async function folded(moved: MovedRecord, compared: Compared): Promise<ChangeRow | undefined> {
  const { eventStore, codec, from, to } = compared;
  const stream = recordStream(moved.objectType, moved.recordId);
  let record = recordHistory.initial;
  let [then, now] = [record, record];
  let [erased, how]: [boolean, ChangeRow['how']] = [false, undefined];
  for await (const events of streamPages<RecordEvents>(eventStore, codec, stream))
    for (const event of events) {
      record = fold(recordHistory, record, [event]);
      if (event.position <= from) then = record;
      if (event.position <= to) {
        now = record;
        how = HOW[event.type] ?? (record ? undefined : how);
      }
      erased ||= event.type === 'record.erased.v1';
    }
  if (erased || record?.waits) return undefined;
  const live = (one: typeof record) => (one && !one.archived && !one.waits ? one.values : undefined);
  return told(moved, live(then), live(now), compared, live(then) && !live(now) ? how : undefined);
}

const HOW: Readonly<Record<string, ChangeRow['how']>> = {
  'record.archived.v1': 'archived',
  'record.merged-into.v1': 'merged',
  'record.purged.v1': 'purged',
};
