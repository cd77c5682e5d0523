// One record as it was at a position, and the fold of its own stream up to there.
import { valuesAfter, type RecordEvents } from '../crm/records/record.events';
import { fold, type Decider } from '../eventsourcing/decider';
import type { RecordedOf } from '../eventsourcing/event';

/** A record at a position. Empty values are not in `values`. */
export interface RecordAt {
  /** Plural name. */
  readonly objectType: string;
  readonly recordId: string;
  /** Verbatim, not empty. */
  readonly values: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt: string | null;
  /** Of the record's stream. */
  readonly revision: number;
}

/** Every event of a record sets what the records projection shows of it, so that fold and document agree. */
const gone = () => undefined;
const recordHistory: Decider<RecordAt | undefined, RecordEvents> = {
  initial: undefined,
  evolve: {
    'record.created.v1': (_, { objectType, recordId, changes }, event) => ({
      objectType,
      recordId,
      values: valuesAfter({}, changes),
      createdAt: event.meta.at,
      updatedAt: event.meta.at,
      archived: false,
      archivedAt: null,
      revision: event.revision,
    }),
    'record.values-changed.v1': (record, { changes }, event) =>
      record && {
        ...record,
        values: valuesAfter(record.values, changes),
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
        values: valuesAfter(record.values, changes),
        updatedAt: event.meta.at,
        revision: event.revision,
      },
    'record.merged-into.v1': gone,
    'record.erased.v1': gone,
    'record.purged.v1': gone,
    'record.recreated.v1': (_, { objectType, recordId, changes }, event) => ({
      objectType,
      recordId,
      values: valuesAfter({}, changes),
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
  /** Just after the event at the position; undefined if it was not there. An erased one is there at no position. */
  readonly record?: RecordAt;
  /** Erased since the position, at which it was live. */
  readonly erased: boolean;
}

export function foldedAt(history: readonly RecordedOf<RecordEvents>[], position: bigint): Folded {
  const then = history.filter((event) => event.position <= position);
  const record = fold(recordHistory, recordHistory.initial, then);
  if (!record) return { erased: false };
  const erased = history.some(({ type }) => type === 'record.erased.v1');
  return erased ? { erased: !record.archived } : { record, erased: false };
}

/** How a record that was there once has ended, as its stream tells it at a position; undefined where it has not. */
export interface Ended {
  readonly how: 'merged' | 'purged' | 'erased';
  /** Of the record's stream. */
  readonly revision: number;
}

const ENDINGS: Readonly<Record<string, Ended['how'] | undefined>> = {
  'record.merged-into.v1': 'merged',
  'record.purged.v1': 'purged',
  'record.erased.v1': 'erased',
};

export function endedAt(history: readonly RecordedOf<RecordEvents>[], position: bigint): Ended | undefined {
  const then = history.filter((event) => event.position <= position);
  const telling = then.findLast(({ type }) => type !== 'record.fenced.v1');
  const how = telling && ENDINGS[telling.type];
  return how && { how, revision: then.at(-1)!.revision };
}
