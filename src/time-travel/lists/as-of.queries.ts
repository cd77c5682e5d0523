// Queries on records as of an instant: one by its id, lists and searches. What was touched since is found among the
// records of then, everything else among those of now.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { records, type RecordDocument } from '../../../projections/crm/records';
import type { KnownDefinitions } from '../../crm/properties/definitions';
import { requireReadable } from '../../crm/properties/values/sensitivity';
import { ownersFor, within } from '../../crm/records/reach';
import type { RecordEvents } from '../../crm/records/record.events';
import type { Wanted } from '../../crm/records/record.queries';
import { isRecordId, recordIdRange, recordStream } from '../../crm/records/record.vocabulary';
import { present, returnedProperties, type RecordView } from '../../crm/records/record.view';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { AssociatedThen } from '../../crm/search/associated/associated-then';
import type { Search } from '../../crm/search/filter-groups';
import { namesIn, searchFilter, searchSort } from '../../crm/search/search';
import { Streams } from '../../eventsourcing/streams';
import { recordThen } from '../../point-in-time/record-then';
import { OWNER_NOW, type RecordsThen } from '../../point-in-time/then/records-then';
import type { Filter, Found, Sort } from '../../read/document-store';
import { comparePositions, cursorAfter, positionOf, sortKeys } from '../../read/filters/cursor';
import { ReadModels, type Freshness } from '../../read/read-models';
import { positionOfInstant, TimeIndex } from '../../read/time-index';
import { Refusal } from '../../refusals';
import { requireViewable } from '../records/record-then.queries';
import { DefinitionsThen } from './definitions-then';
import { Thens } from './thens';

type AskedOf = Omit<Wanted, 'propertiesWithHistory' | 'budget'>;
interface Paging {
  readonly limit: number;
  readonly after?: string;
}

/** What was found, with the position that it was found at. */
export type FoundThen = Found<RecordView> & { readonly total: number; readonly position: string };

/** Undefined where there was no such record, or it was archived and `archived` is false, or the reverse. */
export class GetRecordAsOf extends Query<RecordView | undefined> {
  constructor(
    readonly objectType: string,
    readonly id: string,
    readonly asOf: string,
    readonly wanted: AskedOf,
    readonly archived: boolean,
  ) {
    super();
  }
}

export class ListRecordsAsOf extends Query<FoundThen> {
  constructor(
    readonly objectType: string,
    /** Where it is left out, the cursor says it. */
    readonly asOf: string | undefined,
    readonly page: Paging & { readonly archived: boolean },
    readonly wanted: AskedOf,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

export class SearchRecordsAsOf extends Query<FoundThen> {
  constructor(
    readonly objectType: string,
    readonly asOf: string | undefined,
    readonly search: Search & Paging,
    readonly wanted: AskedOf,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

const CURSOR = /^(\d{1,19})~([\w-]*)$/;

/** Whether a cursor is that of a list or a search as of an instant. */
export const isCursorAsOf = (after: string | undefined): boolean => after !== undefined && CURSOR.test(after);

@QueryHandler(GetRecordAsOf)
export class GetRecordAsOfHandler implements IQueryHandler<GetRecordAsOf> {
  constructor(
    private readonly streams: Streams,
    private readonly timeIndex: TimeIndex,
    private readonly definitions: DefinitionsThen,
  ) {}

  async execute({ objectType, id, asOf, wanted, archived }: GetRecordAsOf): Promise<RecordView | undefined> {
    const head = await this.streams.store.head();
    const position = await positionOfInstant({ asOf, field: 'asOf' }, head, this.timeIndex);
    const record = await this.standing(objectType, id, position);
    if (!record || record.archived !== archived) return undefined;
    try {
      await requireViewable(this.streams, wanted.viewer, objectType, record.recordId);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
    const known = await this.definitions.at(objectType, position);
    return present(record, returnedProperties(wanted.viewer, objectType, known, wanted.properties));
  }

  /** The record that the id stood for then: merges of then are followed. */
  private async standing(objectType: string, recordId: string, position: bigint) {
    const seen = new Set<string>();
    for (let id = recordId; isRecordId(id) && !seen.has(id);) {
      seen.add(id);
      const history = this.streams.pages<RecordEvents>(recordStream(objectType, id));
      const { record, ended, erased } = await recordThen(history, position);
      if (erased) return undefined;
      if (record || ended?.intoId === undefined) return record;
      id = ended.intoId;
    }
    return undefined;
  }
}

/** Finds records as of a position, page by page. */
abstract class FindingThen {
  constructor(
    protected readonly streams: Streams,
    protected readonly readModels: ReadModels,
    private readonly timeIndex: TimeIndex,
    protected readonly definitions: DefinitionsThen,
    private readonly thens: Thens,
  ) {}

  /** The position that is asked about, and the cursor within its answer: pages after the first stay at the position. */
  protected async placeOf(asOf: string | undefined, after: string | undefined) {
    const [, position, cursor] = (after !== undefined && CURSOR.exec(after)) || [];
    if (after !== undefined && position === undefined) throw new Refusal('cursor-invalid');
    const head = await this.streams.store.head();
    const at =
      position === undefined
        ? await positionOfInstant({ asOf: asOf ?? '', field: 'asOf' }, head, this.timeIndex)
        : BigInt(position);
    if (at > head) throw new Refusal('cursor-invalid');
    return { position: at, ...(cursor !== undefined && { after: cursor }) };
  }

  protected async found(asked: FindThen, known: KnownDefinitions): Promise<FoundThen> {
    const { objectType, position, wanted } = asked;
    const { docs, next, total } = await this.thens.at(position, (then) => this.pageAt(then, asked));
    const returned = returnedProperties(wanted.viewer, objectType, known, wanted.properties);
    return {
      docs: docs.map((doc) => present(doc, returned)),
      ...(next !== undefined && { next: `${position}~${next}` }),
      ...{ total: total ?? docs.length, position: String(position < 0n ? 0n : position) },
    };
  }

  private async pageAt(then: RecordsThen, asked: FindThen): Promise<Found<RecordDocument>> {
    const { objectType, position, filter, sort, limit, after, wanted, fresh } = asked;
    const options = { sort, limit, total: true, ...(after !== undefined && { after }) };
    const visible = within(wanted.viewer, objectType, 'view', filter);
    const owners = ownersFor(wanted.viewer, objectType, 'view');
    const ownedNow = { $and: [filter, ...(owners === 'all' ? [] : [{ [OWNER_NOW]: { $in: owners } }])] };
    const least = fresh.after !== undefined && fresh.after > position ? fresh.after : position;
    const freshEnough = { ...fresh, ...(least >= 0n && { after: least }) };
    // Records of now that are older than the instant would not be those of then.
    await this.readModels.wholeUpTo(records, freshEnough);
    for (let round = 1; ; round++) {
      await then.catchUp();
      const touched = then.touchedOf(objectType);
      const untouched = touched.length > 0 ? { $and: [visible, { id: { $nin: touched } }] } : visible;
      const [now, back] = await Promise.all([
        this.readModels.find(records, { ...options, filter: untouched }, freshEnough),
        then.find({ ...options, filter: ownedNow }),
      ]);
      // What was touched while it was looked for may stand on neither side, or on both.
      await then.catchUp();
      const isSteady = then.countOf(objectType) === touched.length;
      if (!isSteady && round < ROUNDS) continue;
      const docs = now.docs.filter(({ id }) => isSteady || !then.isTouched(objectType, id));
      return merged({ ...now, docs }, back as Found<RecordDocument>, sort, limit);
    }
  }
}

/** Looks at a list again because records were touched meanwhile; after the last, the total may be off by those. */
const ROUNDS = 8;

interface FindThen extends Paging {
  readonly objectType: string;
  readonly position: bigint;
  readonly filter: Filter;
  readonly sort: Sort;
  readonly wanted: AskedOf;
  readonly fresh: Freshness;
}

/** The first page of two lists in the same order, which have no document in common. */
function merged(
  one: Found<RecordDocument>,
  other: Found<RecordDocument>,
  sort: Sort,
  limit: number,
): Found<RecordDocument> {
  const keys = sortKeys(sort);
  const all = [...one.docs, ...other.docs]
    .map((doc) => ({ doc, at: positionOf(doc, keys) }))
    .sort((a, b) => comparePositions(a.at, b.at, keys))
    .map(({ doc }) => doc);
  const docs = all.slice(0, limit);
  const more = all.length > limit || one.next !== undefined || other.next !== undefined;
  return {
    docs,
    ...(more && docs.length > 0 && { next: cursorAfter(docs.at(-1)!, keys) }),
    total: (one.total ?? 0) + (other.total ?? 0),
  };
}

@QueryHandler(ListRecordsAsOf)
export class ListRecordsAsOfHandler extends FindingThen implements IQueryHandler<ListRecordsAsOf> {
  constructor(
    streams: Streams,
    readModels: ReadModels,
    timeIndex: TimeIndex,
    definitions: DefinitionsThen,
    thens: Thens,
  ) {
    super(streams, readModels, timeIndex, definitions, thens);
  }

  async execute({ objectType, asOf, page, wanted, fresh }: ListRecordsAsOf): Promise<FoundThen> {
    const { limit, after, archived } = page;
    const place = await this.placeOf(asOf, after);
    const id = recordIdRange(objectType);
    // As in a list of now: a record that waits to be erased is archived, but at no time.
    const filter = { objectType, id, archived, ...(archived && { archivedAt: { $ne: null } }) };
    const asked = { objectType, filter, sort: ['id'], limit, wanted, fresh, ...place };
    return this.found(asked, await this.definitions.at(objectType, place.position));
  }
}

@QueryHandler(SearchRecordsAsOf)
export class SearchRecordsAsOfHandler extends FindingThen implements IQueryHandler<SearchRecordsAsOf> {
  constructor(
    streams: Streams,
    readModels: ReadModels,
    timeIndex: TimeIndex,
    definitions: DefinitionsThen,
    thens: Thens,
    private readonly objectTypes: ObjectTypes,
    private readonly associatedThen: AssociatedThen,
  ) {
    super(streams, readModels, timeIndex, definitions, thens);
  }

  async execute({ objectType, asOf, search, wanted, fresh }: SearchRecordsAsOf): Promise<FoundThen> {
    const place = await this.placeOf(asOf, search.after);
    const known = await this.definitions.at(objectType, place.position);
    const { searchableProperties: searchable } = await this.objectTypes.named(objectType);
    requireReadable(wanted.viewer, objectType, known.ever, namesIn(search));
    // A text is looked for where nobody's sight is restricted, then or now.
    const open = searchable.filter((name) => known.ever.get(name)?.dataSensitivity === 'non_sensitive');
    const asked = { position: place.position, viewer: wanted.viewer, fresh };
    const associated = await this.associatedThen.matches(objectType, search.filterGroups, asked);
    const filter = searchFilter(objectType, known.current, search, { searchable: open, associated });
    const sort = searchSort(objectType, known.current, search.sorts ?? []);
    return this.found({ objectType, filter, sort, limit: search.limit, wanted, fresh, ...place }, known);
  }
}
