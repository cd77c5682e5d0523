// Finds the record that a value in a cell names: a unique value by its reservation, any other value in the read model.
import { LRUCache } from 'lru-cache';
import { records, type RecordDocument } from '../../../projections/crm/records';
import { INDEXED_LENGTH, keyForm, keyPath } from '../../crm/search/search-key.vocabulary';
import { oneOf } from '../../crm/search/search-text';
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { comparable } from '../../crm/properties/values/sameness.vocabulary';
import { SEES_ALL, type Viewer } from '../../crm/properties/values/sensitivity';
import { ownersFor, reaches, within } from '../../crm/records/reach';
import { standing } from '../../crm/records/standing';
import type { UniqueValues } from '../../crm/records/unique/unique-values';
import type { Streams } from '../../eventsourcing/streams';
import type { DocumentStore } from '../../read/document-store';
import type { ReadModels } from '../../read/read-models';

export type Found = { readonly id: string } | 'none' | 'several';

/** Properties whose values people use as names of records, and that the read model indexes. */
const NAMES: ReadonlySet<string> = new Set([
  ...['domain', 'name', 'dealname', 'subject', 'hs_sku', 'hs_task_subject', 'hs_call_title'],
]);
const MOST_RECENT = 20_000;
const WAIT_MS = 60_000;
const MOST_SEEN = 10_000;
/** Milliseconds for which the answer to a lookup serves further rows that name the same record. */
const SEEN_MS = 5_000;

/**
 * Whether a record can be found by this property. If it is not unique, a value may turn out to name several records.
 */
export const identifies = (objectType: string, { name, hasUniqueValue }: PropertyDefinition): boolean =>
  hasUniqueValue || (NAMES.has(name) && keyPath(objectType, name) !== undefined);

/** A value that names records of a type, to a viewer. */
export interface Named {
  readonly objectType: string;
  readonly by: PropertyDefinition;
  readonly value: string;
  readonly viewer: Viewer;
}

export class RecordFinder {
  /** Ids of records just written, which the read model may not have applied yet, by type, property and value. */
  private readonly recent = new Map<string, string>();
  private written = -1n;
  /** Viewers who may not view everybody's records have answers of their own: each set of owners, by the array it is. */
  private readonly sets = new WeakMap<readonly string[], string>();
  private setsNamed = 0;
  /** Lookups in the read model, done a moment ago or still under way: rows side by side name the same record. */
  private readonly seen = new LRUCache<string, Promise<Found>>({ max: MOST_SEEN, ttl: SEEN_MS });

  constructor(
    private readonly streams: Streams,
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly unique: UniqueValues,
  ) {}

  /**
   * Finds a live record by a property's value; 'none' or 'several' where the value does not name one record. A record
   * that the viewer may not view is none.
   */
  async find({ objectType, by, value, viewer }: Named): Promise<Found> {
    if (by.hasUniqueValue) {
      const id = await this.unique.idOf(objectType, value, by.name, SEES_ALL);
      return id !== undefined && (await this.mayView(viewer, objectType, id)) ? { id } : 'none';
    }
    const key = this.keyOf(objectType, by, value, viewer);
    const recent = this.recent.get(key);
    if (recent !== undefined) return { id: recent };
    const seen = this.seen.get(key);
    if (seen) return seen;
    const found = this.look(objectType, by.name, value, viewer);
    this.seen.set(key, found);
    // The row that asked gets the error; the next one asks again.
    found.catch(() => this.seen.peek(key) === found && this.seen.delete(key));
    return found;
  }

  /** Notes that a viewer has given a record a value that is not unique, by an event at a position. */
  async learn({ objectType, by, value, viewer }: Named, id: string, position: bigint): Promise<void> {
    for (const who of [viewer, SEES_ALL]) {
      const key = this.keyOf(objectType, by, value, who);
      this.recent.set(key, id);
      this.seen.delete(key);
    }
    if (position > this.written) this.written = position;
    if (this.recent.size < MOST_RECENT) return;
    await this.readModels.waitFor(records, this.written, AbortSignal.timeout(WAIT_MS));
    this.recent.clear();
  }

  /** Forgets what was noted and waits until the read model has applied all of it. */
  async catchUp(signal: AbortSignal): Promise<void> {
    await this.readModels.waitFor(records, await this.streams.store.head(), signal);
    this.recent.clear();
    this.seen.clear();
  }

  private async mayView(viewer: Viewer, objectType: string, id: string): Promise<boolean> {
    if (ownersFor(viewer, objectType, 'view') === 'all') return true;
    const { state } = await standing(this.streams, objectType, id);
    return 'values' in state && reaches(viewer, objectType, 'view', state.values);
  }

  private keyOf(objectType: string, by: PropertyDefinition, value: string, viewer: Viewer): string {
    const owners = ownersFor(viewer, objectType, 'view');
    const named = [objectType, by.name, comparable(by, value)];
    if (owners === 'all') return JSON.stringify(named);
    const set = this.sets.get(owners) ?? String(this.setsNamed++);
    this.sets.set(owners, set);
    return JSON.stringify([...named, set]);
  }

  private async look(objectType: string, name: string, value: string, viewer: Viewer): Promise<Found> {
    const key = keyForm(name, value);
    const named = {
      ...{ objectType, archived: false, [keyPath(objectType, name)!]: key },
      ...(key.length === INDEXED_LENGTH && oneOf(name, [value])),
    };
    const filter = within(viewer, objectType, 'view', named);
    // Past `ReadModels.find`, which would wait for everything that this process has just written.
    const collection = await this.readModels.collection(records);
    const { docs } = await this.documents.find<RecordDocument>(collection, { filter, limit: 2 });
    const [doc, other] = docs;
    if (other) return 'several';
    return doc ? { id: doc.recordId } : 'none';
  }
}
