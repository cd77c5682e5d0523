// A record as it was at a position, made by folding the record's own stream up to there.
import type { RecordEvents } from '../crm/records/record.events';
import { stampedValues } from '../crm/records/record-stamps.vocabulary';
import { fold, type Decider } from '../eventsourcing/decider';
import type { RecordedOf } from '../eventsourcing/event';

export interface RecordAt {
  /** Plural name. */
  readonly objectType: string;
  readonly recordId: string;
  /** By property, verbatim; empty values are left out. */
  readonly values: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt: string | null;
  /** Of the record's stream. */
  readonly revision: number;
}

const gone = () => undefined;
/** `waits`: the record is to be erased, and is not there unless the erasure is cancelled. */
type Then = (RecordAt & { readonly waits?: true }) | undefined;
/** Every event of a record sets what the records projection shows of that record, so that fold and document agree. */
export const recordHistory: Decider<Then, RecordEvents> = {
  initial: undefined,
  evolve: {
    'record.created.v1': (_, { objectType, recordId, changes }, event) => ({
      objectType,
      recordId,
      values: stampedValues(undefined, changes, event.meta),
      createdAt: changes['createdate']?.to ?? event.meta.at,
      updatedAt: event.meta.at,
      archived: false,
      archivedAt: null,
      revision: event.revision,
    }),
    'record.values-changed.v1': (record, { changes }, event) =>
      record && {
        ...record,
        values: stampedValues(record.values, changes, event.meta),
        updatedAt: event.meta.at,
        revision: event.revision,
      },
    'record.archived.v1': (record, _, event) =>
      record && {
        ...record,
        archived: true,
        archivedAt: event.meta.at,
        updatedAt: event.meta.at,
        revision: event.revision,
      },
    'record.unarchived.v1': (record, _, event) =>
      record && {
        ...record,
        archived: false,
        archivedAt: null,
        updatedAt: event.meta.at,
        revision: event.revision,
      },
    'record.fenced.v1': (record, _, event) => record && { ...record, revision: event.revision },
    'record.merged.v1': (record, { changes }, event) =>
      record && {
        ...record,
        values: stampedValues(record.values, changes, event.meta),
        updatedAt: event.meta.at,
        revision: event.revision,
      },
    'record.merged-into.v1': gone,
    'record.erasure-requested.v1': (record) => record && { ...record, waits: true },
    'record.erasure-cancelled.v1': (record, _, event) => {
      if (!record) return undefined;
      const { waits: _waits, ...back } = record;
      return { ...back, revision: event.revision };
    },
    'record.erased.v1': gone,
    'record.purged.v1': gone,
    'record.recreated.v1': (_, { objectType, recordId, changes }, event) => ({
      objectType,
      recordId,
      values: stampedValues(undefined, changes, event.meta),
      createdAt: changes['createdate']?.to ?? event.meta.at,
      updatedAt: event.meta.at,
      archived: false,
      archivedAt: null,
      revision: event.revision,
    }),
  },
};

/** What the stream of a record tells of it at a position. */
export interface Folded {
  /** Just after the event at the position; undefined if it was not there. An erased record is there at no position. */
  readonly record?: RecordAt;
  /** The record was live at the position, and has been erased since. */
  readonly erased: boolean;
}

/** The events of a record's stream, oldest first, page by page. */
export type History =
  AsyncIterable<readonly RecordedOf<RecordEvents>[]> | Iterable<readonly RecordedOf<RecordEvents>[]>;

export async function foldedAt(history: History, position: bigint): Promise<Folded> {
  let record = recordHistory.initial;
  let erased = false;
  for await (const events of history) {
    const then = events.filter((event) => event.position <= position);
    record = fold(recordHistory, record, then);
    erased ||= events.some(({ type }) => type === 'record.erased.v1');
  }
  if (!record || record.waits) return { erased: false };
  return erased ? { erased: !record.archived } : { record, erased: false };
}

/** The events of a record without values: they tell when the record was there, and are short whatever it held. */
export async function withoutValues(history: History): Promise<RecordedOf<RecordEvents>[]> {
  const events: RecordedOf<RecordEvents>[] = [];
  for await (const page of history)
    for (const event of page)
      events.push(
        'changes' in event.data
          ? ({ ...event, data: { ...event.data, changes: {} } } as RecordedOf<RecordEvents>)
          : event,
      );
  return events;
}

/** How a record that was there once has ended. */
export interface Ended {
  readonly how: 'merged' | 'purged' | 'erased';
  /** Of the record's stream. */
  readonly revision: number;
}

const ENDINGS: Readonly<Record<string, Ended['how'] | undefined>> = {
  'record.erasure-requested.v1': 'erased',
  'record.merged-into.v1': 'merged',
  'record.purged.v1': 'purged',
  'record.erased.v1': 'erased',
};

/** How a record had ended at a position; undefined where it had not. */
export async function endedAt(history: History, position: bigint): Promise<Ended | undefined> {
  let last: RecordedOf<RecordEvents> | undefined;
  let telling: RecordedOf<RecordEvents> | undefined;
  /** `telling` as it was before the record was to be erased. */
  let held: typeof telling;
  for await (const events of history)
    for (const event of events) {
      if (event.position > position) continue;
      last = event;
      if (event.type === 'record.erasure-requested.v1') held = telling;
      if (event.type === 'record.erasure-cancelled.v1') telling = held;
      else if (event.type !== 'record.fenced.v1') telling = event;
    }
  const how = telling && ENDINGS[telling.type];
  return how && { how, revision: last!.revision };
}
