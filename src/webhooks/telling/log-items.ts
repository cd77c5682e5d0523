// Reads from the log what a subscription, or the feed, is to be told of: item by item, a bounded part of the log at once.
import { Injectable } from '@nestjs/common';
import { breathe } from '../../eventsourcing/breath';
import { Codec } from '../../eventsourcing/codec';
import type { Meta, StoredEvent } from '../../eventsourcing/event';
import { EventStore, type Page } from '../../eventsourcing/event-store';
import { sizeOf } from '../../eventsourcing/size-of';
import { LogReading } from '../../delivery/log-reading';
import { recordDocumentId } from '../../crm/records/record.vocabulary';
import type { WebhookWants } from '../webhook.events';
import { Causes } from './causes';
import { toldRows, type ToldRow } from './told-rows';
import { wantedRows } from './wanted-rows';

/** What one event tells of one record. */
export interface Item {
  readonly position: bigint;
  /** Id of the event. */
  readonly eventId: string;
  readonly meta: Pick<Meta, 'at' | 'actor' | 'source'>;
  /** Of the record, by whose items are kept in order. */
  readonly key: string;
  readonly rows: readonly ToldRow[];
}

export interface Part {
  readonly items: readonly Item[];
  /** The position up to which the log was read. */
  readonly upTo: bigint;
  /** Nothing came after it. */
  readonly end: boolean;
}

export interface Bounds {
  /** Rows, characters of values and events that are looked at, at most; a single event may have more rows. */
  readonly rows: number;
  readonly size: number;
  readonly events: number;
}

/** Events after which other work has its turn. */
const SLICE = 25;

@Injectable()
export class LogItems {
  private readonly log: LogReading;

  constructor(
    private readonly eventStore: EventStore,
    private readonly codec: Codec,
    private readonly causes: Causes,
  ) {
    this.log = new LogReading(eventStore);
  }

  async after(
    position: bigint,
    wants: WebhookWants,
    { rows, size, events }: Bounds,
    signal?: AbortSignal,
  ): Promise<Part> {
    const items: Item[] = [];
    const left = { rows, size, events };
    let upTo = position;
    for (;;) {
      signal?.throwIfAborted();
      const page = await this.log.page(upTo, (read) => this.taken(read, upTo, wants, left, items));
      upTo = page.upTo;
      if (page.end || page.full) return { items, upTo, end: page.end };
    }
  }

  /** What the event at a position tells of a record; undefined where nothing of it is wanted any more. */
  async at(position: bigint, key: string, wants: WebhookWants): Promise<Item | undefined> {
    const event = await this.eventStore.eventAt(position);
    return event && (await this.itemsOf(event, wants)).find((item) => item.key === key);
  }

  private async taken(
    { events, end }: Page,
    after: bigint,
    wants: WebhookWants,
    left: { rows: number; size: number; events: number },
    items: Item[],
  ) {
    let upTo = after;
    for (const [index, event] of events.entries()) {
      if (index % SLICE === 0) await breathe();
      if (--left.events < 0) return { upTo, end: false, full: true };
      const found = await this.itemsOf(event, wants);
      for (const { rows } of found) {
        left.rows -= rows.length;
        left.size -= sizeOf(rows);
      }
      // What comes first is taken whole: a reader must get on.
      if (items.length > 0 && found.length > 0 && (left.rows < 0 || left.size < 0))
        return { upTo, end: false, full: true };
      items.push(...found);
      upTo = event.position;
    }
    return { upTo, end, full: left.rows <= 0 || left.size <= 0 || left.events <= 0 };
  }

  private async itemsOf(stored: StoredEvent, wants: WebhookWants): Promise<Item[]> {
    if (!/^(?:record|association)\./.test(stored.type)) return [];
    const event = this.codec.decode(stored) as StoredEvent;
    const all = toldRows(event);
    if (all.length === 0) return [];
    const rows = wantedRows(all, wants, await this.causes.of(event.meta));
    const byKey = new Map<string, ToldRow[]>();
    for (const row of rows) {
      const key = recordDocumentId(row.objectType, row.recordId);
      byKey.set(key, [...(byKey.get(key) ?? []), row]);
    }
    const { at, actor, source } = event.meta;
    const { position, id: eventId } = event;
    return [...byKey].map(([key, ofKey]) => ({
      ...{ position, eventId, meta: { at, actor, source }, key, rows: ofKey },
    }));
  }
}
