// Reads the log between two positions once, and keeps what was moved there: how records and pairs of records were before
// the first event and after the last, and which definitions have events at all.
import { associationDocumentId } from '../../crm/associations/association.vocabulary';
import type { AssociationEvents, Link } from '../../crm/associations/association.events';
import type { Before, RecordEvents } from '../../crm/records/record.events';
import { recordDocumentId } from '../../crm/records/record.vocabulary';
import type { Codec } from '../../eventsourcing/codec';
import type { RecordedOf } from '../../eventsourcing/event';
import type { EventStore } from '../../eventsourcing/event-store';
import { logPages } from '../../read/log-pages';
import { ScratchRows } from '../scratch-rows';
import { ENDINGS } from '../sweep';

/** What the events between tell of a record. */
export interface MovedRecord {
  /** Of the record's document. */
  readonly id: string;
  readonly objectType: string;
  readonly recordId: string;
  /** Just before the first event; null where the record was not there. */
  readonly before: Before | null;
  /** By property: its value before the first change of it, and after the last. */
  readonly from: Record<string, string | null>;
  readonly to: Record<string, string | null>;
  /** Whether it is in the recycle bin after the last event; absent where no event tells. */
  readonly archived?: boolean;
  /** The record ended, or came back: only its own stream tells how it was. */
  readonly folded?: true;
}

export interface MovedPair {
  /** Of the pair's document on its first side. */
  readonly id: string;
  readonly from: readonly Link[];
  readonly to: readonly Link[];
}

export interface Between {
  readonly eventStore: EventStore;
  readonly codec: Codec;
  /** Exclusive. */
  readonly from: bigint;
  /** Inclusive. */
  readonly to: bigint;
  readonly signal: AbortSignal;
  readonly report: (position: bigint) => void;
}

const DEFINITIONS = /^(?:property|schema|pipeline|associationtype)\./;

export class Moved {
  readonly records: ScratchRows<MovedRecord>;
  readonly pairs: ScratchRows<MovedPair>;
  /** Streams of definitions, each with one of its events: they are few, since properties and types are. */
  readonly definitions = new Map<string, { readonly type: string; readonly data: unknown }>();

  private constructor(folder: string) {
    this.records = new ScratchRows(folder, (first, later) => ({
      ...first,
      ...(later.archived !== undefined && { archived: later.archived }),
      ...(later.folded && { folded: later.folded }),
      from: { ...later.from, ...first.from },
      to: { ...first.to, ...later.to },
    }));
    this.pairs = new ScratchRows(folder, (first, later) => ({ ...first, to: later.to }));
  }

  /** `of` tells whether records of a type are asked about. */
  static async between(
    folder: string,
    between: Between,
    of: (objectType: string) => boolean,
  ): Promise<Moved> {
    const moved = new Moved(folder);
    try {
      const { eventStore, from, to, signal, report } = between;
      for await (const events of logPages(eventStore, from, { upTo: to, signal })) {
        const [records, pairs] = [new Map<string, MovedRecord>(), new Map<string, MovedPair>()];
        for (const event of events) {
          if (event.type.startsWith('record.')) {
            const decoded = between.codec.decode<RecordEvents>(event);
            if (of(decoded.data.objectType)) moveRecord(records, decoded);
          } else if (event.type.startsWith('association.')) {
            const { data } = between.codec.decode<AssociationEvents>(event);
            if (of(data.from.objectType) || of(data.to.objectType)) movePair(pairs, data);
          } else if (DEFINITIONS.test(event.type))
            moved.definitions.set(event.stream, between.codec.decode(event));
        }
        if (records.size > 0) moved.records.add(records);
        if (pairs.size > 0) moved.pairs.add(pairs);
        report(events.at(-1)!.position);
      }
      return moved;
    } catch (error) {
      moved.close();
      throw error;
    }
  }

  close(): void {
    this.records.close();
    this.pairs.close();
  }
}

const ARCHIVED: Readonly<Record<string, boolean | undefined>> = {
  'record.created.v1': false,
  'record.archived.v1': true,
  'record.unarchived.v1': false,
};

function moveRecord(moved: Map<string, MovedRecord>, { type, data }: RecordedOf<RecordEvents>): void {
  const { objectType, recordId, before } = data;
  const id = recordDocumentId(objectType, recordId);
  const row = moved.get(id) ?? { id, objectType, recordId, before, from: {}, to: {} };
  const archived = ARCHIVED[type] ?? row.archived;
  moved.set(id, {
    ...row,
    ...(archived !== undefined && { archived }),
    ...(ENDINGS.has(type) && { folded: true as const }),
  });
  if (!('changes' in data)) return;
  for (const [name, { from, to }] of Object.entries(data.changes)) {
    if (!Object.hasOwn(row.from, name)) row.from[name] = from;
    row.to[name] = to;
  }
}

function movePair(moved: Map<string, MovedPair>, data: AssociationEvents['association.changed.v1']): void {
  const id = associationDocumentId(data.from, data.to);
  moved.set(id, { id, from: moved.get(id)?.from ?? data.links.from, to: data.links.to });
}
