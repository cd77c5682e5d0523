// The query behind HubSpot's three endpoints of account activity: entries of people.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetSubscription } from '../../account/account.queries';
import type { Viewer } from '../../crm/properties/values/sensitivity';
import type { Filter, Found } from '../../read/document-store';
import type { Freshness } from '../../read/read-models';
import type { EntryQuery } from '../entry-filter';
import { EntryFilters } from '../entry-filters';
import { EntryLists } from '../entry-lists';
import { EntryNames, type NamedEntry } from '../entry-names';
import { allOf } from '../query/query-filter';

export class ListActivity extends Query<Found<NamedEntry>> {
  constructor(
    readonly asked: EntryQuery,
    /** What must hold besides. */
    readonly only: Filter,
    readonly viewer: Viewer,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListActivity)
export class ListActivityHandler implements IQueryHandler<ListActivity> {
  constructor(
    private readonly queries: QueryBus,
    private readonly names: EntryNames,
    private readonly filters: EntryFilters,
    private readonly lists: EntryLists,
  ) {}

  async execute({ asked, only, viewer, fresh }: ListActivity): Promise<Found<NamedEntry>> {
    const subscription = await this.queries.execute(new GetSubscription());
    const filter = await this.filters.filterOf(asked, subscription, fresh);
    const { docs, ...found } = await this.lists.page(allOf([filter, only]), asked, fresh);
    return { ...found, docs: await this.names.named(docs, viewer) };
  }
}
