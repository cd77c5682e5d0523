// The records that were touched after a position, as they were there: in a document store of their own, so that lists and
// searches find them as they find records of now. All other records are still as they were.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { collectionOf } from '../../../projections/projection';
import { records } from '../../../projections/crm/records';
import type { RecordEvents } from '../../crm/records/record.events';
import { mapConcurrently } from '../../crm/map-concurrently';
import { recordStream } from '../../crm/records/record.vocabulary';
import { OWNER } from '../../crm/search/search-key.vocabulary';
import { breathe } from '../../eventsourcing/breath';
import type { Codec } from '../../eventsourcing/codec';
import type { EventStore } from '../../eventsourcing/event-store';
import { sizeOf } from '../../eventsourcing/size-of';
import { streamPages } from '../../eventsourcing/stream-pages';
import type { Doc, DocumentStore, FindOptions, Found, Stamped, Write } from '../../read/document-store';
import { EmbeddedDocumentStore } from '../../read/stores/embedded/document-store';
import { Refusal } from '../../refusals';
import type { FaultReports } from '../../supervision/faults';
import type { RecordAt } from '../record-at';
import { documentOf } from '../record-test';
import { recordThen } from '../record-then';
import { laidOver, type RecordRow } from '../records-at';
import { Scratch, type Touched } from '../scratch';
import { isOfRecord, touch } from '../sweep';

export interface ThenParts {
  readonly eventStore: EventStore;
  readonly codec: Codec;
  readonly documents: DocumentStore;
  /** Name of the collection of records that answers now. */
  readonly collection: () => Promise<string>;
  readonly scratchDir: string;
  readonly faults: FaultReports;
  readonly limits: ThenLimits;
}

export interface ThenLimits {
  /** Events of records after the position. */
  readonly changes: number;
  /** Events of any kind after the position: each is read. */
  readonly events: number;
  /** Of the records of then, as `sizeOf` measures them. */
  readonly bytes: number;
  /** Of the ids of their documents: each question leaves these out, and MongoDB takes 16 MB in a question. */
  readonly ids: number;
}
export const THEN_LIMITS: ThenLimits = {
  ...{ changes: 200_000, events: 600_000 },
  ...{ bytes: 2 ** 30, ids: 12 * 2 ** 20 },
};

/** Where a record of then keeps the owner that it has now, by whom rights are judged. */
export const OWNER_NOW = 'ownerNow';

/** Events read at once: few, since parsing them must not hold up others. */
const PAGE = 200;
/** Streams folded at the same time. */
const FOLDS = 16;
const COLLECTION = { ...collectionOf(records), name: 'then' };

export type ThenDocument = Doc & RecordAt;

/** One is for one position; `catchUp` may be called by many at a time. */
export class RecordsThen {
  /** By object type: ids of the documents of all records touched since, each with the stamp of its record of then. */
  private readonly touched = new Map<string, Map<string, bigint | undefined>>();
  private upTo: bigint;
  private read = { changes: 0, events: 0 };
  /** Of the documents of then: the number of batches written so far. */
  private stamp = 0n;
  private bytes = 0;
  private idBytes = 0;
  private catching: Promise<void> = Promise.resolve();

  private constructor(
    readonly position: bigint,
    private readonly parts: ThenParts,
    private readonly folder: string,
    private readonly store: EmbeddedDocumentStore,
  ) {
    this.upTo = position;
  }

  /** Refuses with `as-of-too-far` a position that is known to be too far back. */
  static async open(position: bigint, parts: ThenParts): Promise<RecordsThen> {
    const { eventStore, limits, scratchDir, faults } = parts;
    if (eventStore.dense && (await eventStore.head()) - position > BigInt(limits.events)) throw tooFar();
    const folder = join(scratchDir, `then-${randomUUID()}`);
    const store = await EmbeddedDocumentStore.open(folder, faults);
    await store.ensure(COLLECTION);
    return new RecordsThen(position, parts, folder, store);
  }

  /** Documents of the records of a type that were touched: no list of records of now may be trusted with them. */
  touchedOf(objectType: string): readonly string[] {
    return [...(this.touched.get(objectType)?.keys() ?? [])];
  }

  countOf(objectType: string): number {
    return this.touched.get(objectType)?.size ?? 0;
  }

  isTouched(objectType: string, id: string): boolean {
    return this.touched.get(objectType)?.has(id) ?? false;
  }

  find(options: FindOptions): Promise<Found<ThenDocument>> {
    return this.store.find<ThenDocument>(COLLECTION.name, options);
  }

  /** Reads what has been appended since. Refuses with `as-of-too-far` where that is too much. */
  catchUp(): Promise<void> {
    const caught = this.catching.then(() => this.readOn());
    this.catching = caught.catch(() => undefined);
    return caught;
  }

  async close(): Promise<void> {
    await this.catching;
    await this.store.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async readOn(): Promise<void> {
    if ((await this.parts.eventStore.head()) === this.upTo) return;
    const scratch = new Scratch(this.parts.scratchDir);
    try {
      const upTo = await this.sweep(scratch);
      for (const page of scratch.pages('', '~')) await this.rewind(page, upTo);
      this.upTo = upTo;
    } finally {
      scratch.close();
    }
  }

  private async sweep(scratch: Scratch): Promise<bigint> {
    const { eventStore, codec, limits } = this.parts;
    let upTo = this.upTo;
    let { changes, events: all } = this.read;
    for (;;) {
      const { events, end } = await eventStore.readAll(upTo, PAGE);
      const touched = new Map<string, Touched>();
      for (const event of events)
        if (isOfRecord(event)) {
          changes++;
          touch(touched, codec.decode<RecordEvents>(event), EVERY_TYPE);
        }
      if (changes > limits.changes || (all += events.length) > limits.events) throw tooFar();
      if (touched.size > 0) scratch.add(touched);
      upTo = events.at(-1)?.position ?? upTo;
      if (end) break;
      await breathe();
    }
    this.read = { changes, events: all };
    return upTo;
  }

  /** Writes down how records were that are touched for the first time, or of which more is to be known than then. */
  private async rewind(page: readonly Touched[], upTo: bigint): Promise<void> {
    const stale = page.filter((row) => !this.isTouched(row.objectType, row.id) || movesRights(row));
    const [collection, writes]: [string, Write[]] = [await this.parts.collection(), []];
    for (let next = 0; next < stale.length;) {
      const ids = stale.slice(next, next + PAGE).map(({ id }) => id);
      const { found, looked } = await this.parts.documents.getSome<RecordRow>(collection, ids);
      const rows = stale.slice(next, (next += looked));
      const folds = this.parts.eventStore.shared ? FOLDS : 1;
      const thens = await mapConcurrently(rows, (row) => this.thenOf(row, found.get(row.id), upTo), folds);
      for (const [n, row] of rows.entries()) {
        const then = thens[n];
        const { bytes, ids } = this.parts.limits;
        if (!this.isTouched(row.objectType, row.id)) this.idBytes += sizeOf(row.id);
        if ((this.bytes += sizeOf(then)) > bytes || this.idBytes > ids) throw tooFar();
        writes.push(this.writeOf(row, then));
      }
      await breathe();
    }
    if (writes.length === 0) return;
    const from = this.stamp > 0n ? this.stamp : undefined;
    await this.store.write(COLLECTION.name, writes, { name: COLLECTION.name, from, to: ++this.stamp });
  }

  private writeOf({ id, objectType }: Touched, then: Doc | undefined): Write {
    const ofType = this.touched.get(objectType) ?? new Map<string, bigint | undefined>();
    this.touched.set(objectType, ofType);
    const loaded = ofType.get(id);
    const stamp = this.stamp + 1n;
    ofType.set(id, stamp);
    return { id, stamp, loaded, ...(then && { doc: then }) };
  }

  /** Undefined where the record was not there, or is erased now. */
  private async thenOf(row: Touched, stamped: Stamped<RecordRow> | undefined, upTo: bigint) {
    const created = row.before === null && !row.folded;
    if (created && !this.isTouched(row.objectType, row.id)) return undefined;
    const doc = stamped?.doc;
    // A document that has gone on further than the log was read here is not what the row belongs to.
    if (!doc || doc.waiting || stamped.stamp > upTo || row.before === null || movesRights(row))
      return this.folded(row);
    return { ...documentOf(laidOver(doc, row)), [OWNER_NOW]: doc.values[OWNER] ?? null };
  }

  private async folded({ objectType, recordId }: Touched) {
    const { eventStore, codec } = this.parts;
    const history = streamPages<RecordEvents>(eventStore, codec, recordStream(objectType, recordId));
    const { record, erased, ownerNow } = await recordThen(history, this.position);
    if (!record || erased) return undefined;
    return { ...documentOf(record), [OWNER_NOW]: ownerNow ?? null };
  }
}

const EVERY_TYPE = { has: () => true };

/** Whether somebody else may view the record since, or nobody. */
const movesRights = ({ folded, from }: Touched): boolean => folded === true || Object.hasOwn(from, OWNER);

const tooFar = () => new Refusal('as-of-too-far');
