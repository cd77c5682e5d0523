// Queries on CRM records: a single record comes from its stream and is always current, lists and searches come from the
// read model.
import { IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { records } from '../../../projections/crm/records';
import { Streams } from '../../eventsourcing/streams';
import type { Found } from '../../read/document-store';
import { ReadModels, type Freshness } from '../../read/read-models';
import { mapConcurrently } from '../map-concurrently';
import { Definitions, type KnownDefinitions } from '../properties/definitions';
import { ObjectTypes } from '../schemas/object-types-known';
import type { ExistingRecord } from './record.decider';
import { HistoryBudget, historyOf, type RecordHistory } from './record-history';
import { present, returnedProperties, shownOf, type RecordView, type Returned } from './record.view';
import { AssociatedFilters } from '../search/associated/associated-filters';
import { namesIn, searchFilter, searchSort } from '../search/search';
import type { Search } from '../search/filter-groups';
import type { Paging } from '../search/search-offsets';
import { holdersOf } from '../search/search-unique';
import { requireReadable, type Viewer } from '../properties/values/sensitivity';
import { recordIdRange } from './record.vocabulary';
import { standing } from './standing';
import { reaches, within } from './reach';
import { UniqueValues } from './unique/unique-values';

/** Which properties to return, and to which viewer: sensitive values are masked unless the viewer may see them. */
export interface Wanted {
  readonly viewer: Viewer;
  readonly properties: readonly string[];
  readonly propertiesWithHistory: readonly string[];
  /** Shared by all records that one request reads; absent where it reads one. */
  readonly budget?: HistoryBudget;
}

export interface RecordRead {
  readonly view: RecordView;
  readonly revision: number;
}

/**
 * One record by its id or, with `idProperty`, by the value of a unique property. Undefined where there is none, or where
 * it is archived and `archived` is false, or the reverse.
 */
export class GetRecord extends Query<RecordRead | undefined> {
  constructor(
    readonly objectType: string,
    readonly id: string,
    readonly wanted: Wanted,
    readonly archived = false,
    readonly idProperty?: string,
  ) {
    super();
  }
}

export class ListRecords extends Query<Found<RecordView>> {
  constructor(
    readonly objectType: string,
    readonly page: { readonly limit: number; readonly after?: string; readonly archived: boolean },
    readonly wanted: Wanted,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

export class SearchRecords extends Query<Found<RecordView> & { readonly total: number }> {
  constructor(
    readonly objectType: string,
    readonly search: Search & Paging,
    readonly wanted: Wanted,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetRecord)
export class GetRecordHandler implements IQueryHandler<GetRecord> {
  constructor(
    private readonly streams: Streams,
    private readonly definitions: Definitions,
    private readonly uniqueValues: UniqueValues,
  ) {}

  async execute({
    objectType,
    id,
    wanted,
    archived,
    idProperty,
  }: GetRecord): Promise<RecordRead | undefined> {
    const recordId = await this.uniqueValues.idOf(objectType, id, idProperty, wanted.viewer);
    if (recordId === undefined) return undefined;
    const { state, revision } = await standing(this.streams, objectType, recordId);
    if (state.status !== (archived ? 'archived' : 'live')) return undefined;
    if (!reaches(wanted.viewer, objectType, 'view', state.values)) return undefined;
    const asked = [...wanted.properties, ...wanted.propertiesWithHistory];
    const known = await this.definitions.bothOf(objectType);
    const returned = returnedProperties(wanted.viewer, objectType, known, asked);
    const history = await historiesOf(this.streams, state, known, returned, wanted);
    return { view: present(shownOf(state), returned, history), revision };
  }
}

@QueryHandler(ListRecords)
export class ListRecordsHandler implements IQueryHandler<ListRecords> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly streams: Streams,
    private readonly definitions: Definitions,
  ) {}

  async execute({ objectType, page, wanted, fresh }: ListRecords): Promise<Found<RecordView>> {
    const { limit, after, archived } = page;
    const id = recordIdRange(objectType);
    // A record that waits to be erased counts as archived but has no time of archiving: it is left out.
    const listed = { objectType, id, archived, ...(archived && { archivedAt: { $ne: null } }) };
    const filter = within(wanted.viewer, objectType, 'view', listed);
    // The next page begins after the last record's id: changes between two pages neither skip a record nor show it
    // twice.
    const found = await this.readModels.find(
      records,
      { filter, limit, ...(after !== undefined && { after }) },
      fresh,
    );
    const asked = [...wanted.properties, ...wanted.propertiesWithHistory];
    const known = await this.definitions.bothOf(objectType);
    const returned = returnedProperties(wanted.viewer, objectType, known, asked);
    const shared = { ...wanted, budget: new HistoryBudget(found.docs.length) };
    const docs = await mapConcurrently(found.docs, async (doc) =>
      present(doc, returned, await historiesOf(this.streams, doc, known, returned, shared)),
    );
    return { docs, ...(found.next !== undefined && { next: found.next }) };
  }
}

@QueryHandler(SearchRecords)
export class SearchRecordsHandler implements IQueryHandler<SearchRecords> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly definitions: Definitions,
    private readonly objectTypes: ObjectTypes,
    private readonly uniqueValues: UniqueValues,
    private readonly associated: AssociatedFilters,
  ) {}

  async execute({ objectType, search, wanted, fresh }: SearchRecords) {
    const known = await this.definitions.bothOf(objectType);
    const { current: definitions } = known;
    const { searchableProperties } = await this.objectTypes.named(objectType);
    requireReadable(wanted.viewer, objectType, definitions, namesIn(search));
    const holders = await holdersOf(this.uniqueValues, objectType, definitions, search.filterGroups);
    const associated = await this.associated.matches(objectType, search.filterGroups, wanted.viewer, fresh);
    const searched = searchFilter(objectType, definitions, search, {
      searchable: searchableProperties,
      ...{ holders, associated },
    });
    const filter = within(wanted.viewer, objectType, 'view', searched);
    const sort = searchSort(objectType, definitions, search.sorts ?? []);
    const { limit, after, counted = true } = search;
    const options = { filter, sort, limit, total: counted, ...(after !== undefined && { after }) };
    const { total = 0, ...found } = await this.readModels.find(records, options, fresh);
    const returned = returnedProperties(wanted.viewer, objectType, known, wanted.properties);
    return { ...found, docs: found.docs.map((doc) => present(doc, returned)), total };
  }
}

/**
 * Histories of properties that exist or existed: an archived property has one, too. A hidden property gets an empty
 * history, since even the number of its values would tell something.
 */
async function historiesOf(
  streams: Streams,
  record: Pick<ExistingRecord, 'objectType' | 'recordId'>,
  { ever }: KnownDefinitions,
  { hidden }: Returned,
  { propertiesWithHistory: asked, budget = new HistoryBudget(1) }: Wanted,
): Promise<RecordHistory | undefined> {
  if (asked.length === 0) return undefined;
  const names = [...new Set(asked)].filter((name) => ever.has(name));
  const { values, ...since } = await historyOf(
    streams,
    record,
    names.filter((name) => !hidden.has(name)),
    budget,
  );
  return { values: Object.fromEntries(names.map((name) => [name, values[name] ?? []])), ...since };
}

export const recordQueryHandlers = [GetRecordHandler, ListRecordsHandler, SearchRecordsHandler];
