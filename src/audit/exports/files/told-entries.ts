// Adds to entries what an export tells of them: names, and the old and new values of records, as far as whoever asked may
// see them and the records have not been erased.
import { LRUCache } from 'lru-cache';
import { audit, type AuditEntry } from '../../../../projections/audit/audit';
import { erasures, type ErasureDocument } from '../../../../projections/erasures';
import type { Projection } from '../../../../projections/projection';
import { records, type RecordDocument } from '../../../../projections/crm/records';
import { hiddenFrom, type Names, type Viewer } from '../../../crm/properties/values/sensitivity';
import type { PropertyDefinition } from '../../../crm/properties/property.events';
import { reaches } from '../../../crm/records/reach';
import type { RecordEvents } from '../../../crm/records/record.events';
import { recordDocumentId } from '../../../crm/records/record.vocabulary';
import { OWNER } from '../../../crm/search/search-key.vocabulary';
import {
  customType,
  findObjectType,
  scopeNameOf,
  type FindType,
} from '../../../crm/schemas/object-type.vocabulary';
import type { ObjectSchema } from '../../../crm/schemas/schema.events';
import type { EventMap, RawEvent, StoredEvent } from '../../../eventsourcing/event';
import { storedOf } from '../../../eventsourcing/event-store';
import { hasScope } from '../../../identity/api-keys/scopes';
import type { ReadStores } from '../../../jobs/thread-stores';
import { pagesOf, type Doc } from '../../../read/document-store';
import type { AuditTarget } from '../../audit-entry.vocabulary';
import { EntryNames, namesComeFrom } from '../../entry-names';
import {
  EVERYTHING,
  marked,
  NOTHING,
  REPORTED,
  type ToldEntry,
  withReported,
  withValues,
} from '../../entry-values';
import type { ActivityEvents } from '../../intake/activity.events';
import type { AuditExportRequest, ExportViewer } from '../audit-export.events';
import { asViewer } from '../export-rights';
import { EventsAlong, parsedEvents, rawEvents } from './events-along';

/** What the thread of an export reads besides entries. */
export const readBeside = [...new Set([audit, erasures, ...namesComeFrom])];

export interface TellingTask extends Pick<AuditExportRequest, 'shows'> {
  readonly viewer: ExportViewer;
  /** Names of collections by projection, those of `readBeside`. */
  readonly collections: Readonly<Record<string, string>>;
  /** Custom object types. */
  readonly schemas: readonly ObjectSchema[];
  /** By object type and property, whatever was defined ever. */
  readonly sensitivities: Readonly<Record<string, Readonly<Record<string, Sensitivity>>>>;
}

export type Sensitivity = PropertyDefinition['dataSensitivity'];
type Known = ReadonlyMap<string, { readonly dataSensitivity: Sensitivity }>;

/** Some 400 bytes each. */
const MOST_KEPT = 50_000;
/** Erased records up to whose number all are known at once. */
const MOST_ERASED = 100_000;
const PAGE = 1_000;
const LEFT_OUT = {};
const NOBODY: ReadonlySet<string> = new Set();
const NONE: ReadonlyMap<string, never> = new Map<string, never>();

export interface Told {
  readonly entry: ToldEntry;
  /** Its event, where that was asked for. */
  readonly raw?: RawEvent;
}

export class ToldEntries {
  private readonly along: EventsAlong<StoredEvent | RawEvent>;
  private readonly names: EntryNames;
  private readonly viewer: Viewer;
  private readonly hidden = new Map<string, Names>();
  private readonly known: ReadonlyMap<string, Known>;
  private readonly types: FindType;
  private allErased: Promise<ReadonlySet<string> | undefined> | undefined;
  private readonly kept = new LRUCache<string, { readonly doc: Doc | undefined }>({ max: MOST_KEPT });

  constructor(
    private readonly task: TellingTask,
    private readonly stores: ReadStores,
    /** Each entry comes with its event as it is stored. */
    private readonly withRaw = false,
  ) {
    this.along = new EventsAlong<StoredEvent | RawEvent>(
      (withRaw ? rawEvents : parsedEvents)(stores.eventStore),
    );
    this.viewer = asViewer(task.viewer);
    this.known = new Map(
      Object.entries(task.sensitivities).map(([type, of]) => [
        type,
        new Map(Object.entries(of).map(([name, dataSensitivity]) => [name, { dataSensitivity }])),
      ]),
    );
    const custom = new Map(task.schemas.map((schema) => [schema.name, customType(schema)]));
    this.types = (name) => findObjectType(name) ?? custom.get(name);
    this.names = new EntryNames(
      { getMany: (projection, ids) => this.lookup(projection, ids) },
      { finder: () => Promise.resolve(this.types) },
      { everOf: (type) => Promise.resolve(this.ever(type)) },
    );
  }

  /** The entries with all that is told of them, in parts: what their events hold is not held at once. */
  async *told(entries: readonly AuditEntry[]): AsyncGenerator<Told[], void> {
    const { details, departments } = this.task.shows;
    const named = (await this.names.named(entries, this.viewer)).map((entry) => marked(entry, departments));
    const about = details ? named.filter(hasMoreInLog) : [];
    const targets = about.map(({ target }) => target);
    const [erased, within] = [await this.erased(targets), await this.within(targets)];
    const positions = (this.withRaw ? named : about).map(({ position }) => BigInt(position));
    let part: Told[] = [];
    let next = 0;
    for (const entry of named) {
      const hasMore = details && hasMoreInLog(entry);
      if (!hasMore && !this.withRaw) {
        part.push({ entry: details ? entry : inBrief(entry) });
        continue;
      }
      const position = positions[next]!;
      let event = this.along.at(position);
      if (!event) {
        if (part.length > 0) yield part;
        part = [];
        await this.along.read(positions.slice(next));
        event = this.along.at(position);
      }
      if (!event) throw new Error('No event has the position of an entry');
      next++;
      const told = hasMore ? this.withAll(entry, event, erased, within) : entry;
      part.push({ entry: details ? told : inBrief(told), ...(isRaw(event) && { raw: event }) });
    }
    if (part.length > 0) yield part;
  }

  private withAll(
    entry: AboutTarget,
    found: StoredEvent | RawEvent,
    erased: ReadonlySet<string>,
    within: ReadonlySet<string> | undefined,
  ): ToldEntry {
    const { type, id } = entry.target;
    const key = recordDocumentId(type, id);
    const stored = isRaw(found) ? storedOf(found) : found;
    if (entry.eventType !== REPORTED) {
      if (erased.has(key)) return { ...entry, erased: true };
      const event = this.stores.codec.decode<RecordEvents>(stored);
      return withValues(entry, event, this.hiddenIn(type, key, within));
    }
    const event = this.stores.codec.decode<ActivityEvents>(stored);
    if (!event.data.target.isRecord) return withReported(entry, event, NOTHING);
    if (erased.has(key)) return { ...entry, erased: true };
    return withReported(entry, event, this.hiddenIn(type, key, within));
  }

  private hiddenIn(type: string, key: string, within: ReadonlySet<string> | undefined): Names {
    return within && !within.has(key) ? EVERYTHING : this.hiddenOf(type);
  }

  private hiddenOf(type: string): Names {
    let hidden = this.hidden.get(type);
    if (!hidden) {
      const maySee = hasScope(this.viewer, `crm.objects.${scopeNameOf(type)}.read`);
      hidden = maySee ? hiddenFrom(this.viewer, type, this.ever(type)) : EVERYTHING;
      this.hidden.set(type, hidden);
    }
    return hidden;
  }

  private ever(type: string): Known {
    return this.known.get(type) ?? new Map<string, never>();
  }

  /** Records that are erased, or wait to be: all of them where they are few, otherwise at least those asked for. */
  private async erased(targets: readonly AuditTarget[]): Promise<ReadonlySet<string>> {
    if (targets.length === 0) return NOBODY;
    this.allErased ??= this.fewErased();
    return (await this.allErased) ?? idsOf((await this.getMany(erasures, keysOf(targets))).values());
  }

  /** Of those erased later, the export is withdrawn. */
  private async fewErased(): Promise<ReadonlySet<string> | undefined> {
    const { documents } = this.stores;
    const collection = this.task.collections[erasures.name]!;
    if ((await documents.count(collection)) > MOST_ERASED) return undefined;
    const all = new Set<string>();
    const pages = pagesOf((from) =>
      documents.find<ErasureDocument>(collection, { sort: ['id'], limit: PAGE, ...from }),
    );
    for await (const page of pages) for (const id of idsOf(page)) all.add(id);
    return all;
  }

  /** Records that the viewer may view as they are now; undefined where that is all. */
  private async within(targets: readonly AuditTarget[]): Promise<ReadonlySet<string> | undefined> {
    if (!this.viewer.reach) return undefined;
    const found = await this.getMany(records, keysOf(targets));
    const viewed = [...found.values()].filter(({ objectType, values }) =>
      reaches(this.viewer, objectType, 'view', values),
    );
    return new Set(viewed.map(({ id }) => id));
  }

  /** For names: what was found last is kept, since it comes again and again. */
  private async lookup<D extends Doc, M extends EventMap>(
    projection: Projection<D, M>,
    ids: readonly string[],
  ): Promise<Map<string, D>> {
    const { name } = projection;
    const all = new Map<string, D>();
    const missing: string[] = [];
    for (const id of ids) {
      const kept = this.kept.get(`${name} ${id}`);
      if (!kept) missing.push(id);
      else if (kept.doc) all.set(id, kept.doc as D);
    }
    const found = missing.length > 0 ? await this.getMany(projection, missing) : NONE;
    for (const id of missing) {
      const doc: Doc | undefined = found.get(id);
      const kept = name === records.name ? this.shortened(doc as RecordDocument | undefined) : doc;
      this.kept.set(`${name} ${id}`, { doc: kept });
      if (kept) all.set(id, kept as D);
    }
    return all;
  }

  /** A record with what its name is made of, and who owns it: records are large. */
  private shortened(record: RecordDocument | undefined): RecordDocument | undefined {
    if (!record) return undefined;
    const named = this.types(record.objectType)?.displayProperty ?? '';
    const of = [named, OWNER].flatMap((name) => {
      const value = record.values[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return { ...record, values: Object.fromEntries(of), numbers: LEFT_OUT, forms: LEFT_OUT, keys: LEFT_OUT };
  }

  private async getMany<D extends Doc, M extends EventMap>(
    { name }: Projection<D, M>,
    ids: readonly string[],
  ): Promise<Map<string, D>> {
    const found = await this.stores.documents.getMany<D>(this.task.collections[name]!, ids);
    return new Map([...found].flatMap(([id, { doc }]) => (doc ? [[id, doc] as const] : [])));
  }
}

const idsOf = (found: Iterable<ErasureDocument>): ReadonlySet<string> =>
  new Set([...found].filter(({ status }) => status !== 'CANCELLED').map(({ id }) => id));

const isRaw = (event: StoredEvent | RawEvent): event is RawEvent => event.data instanceof Uint8Array;

const inBrief = ({ changes: _, ...entry }: ToldEntry): ToldEntry => ({ ...entry, isBrief: true });

type AboutTarget = ToldEntry & { readonly target: AuditTarget };

/** Whether old and new values lie in the log alone. */
const hasMoreInLog = (entry: ToldEntry): entry is AboutTarget =>
  entry.target !== undefined && (entry.eventType.startsWith('record.') || entry.eventType === REPORTED);

const keysOf = (targets: readonly AuditTarget[]): string[] => [
  ...new Set(targets.map(({ type, id }) => recordDocumentId(type, id))),
];
