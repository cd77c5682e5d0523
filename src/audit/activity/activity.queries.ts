// The query behind HubSpot's three endpoints of account activity: entries of people, in the order of the log.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { audit } from '../../../projections/audit/audit';
import { GetSubscription } from '../../account/account.queries';
import type { Viewer } from '../../crm/properties/values/sensitivity';
import type { Filter, Found } from '../../read/document-store';
import { type Freshness, ReadModels } from '../../read/read-models';
import { entrySort, type EntryQuery } from '../entry-filter';
import { EntryFilters } from '../entry-filters';
import { EntryNames, type NamedEntry } from '../entry-names';
import { EntrySpans } from '../entry-span';

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
    private readonly readModels: ReadModels,
    private readonly queries: QueryBus,
    private readonly names: EntryNames,
    private readonly filters: EntryFilters,
    private readonly spans: EntrySpans,
  ) {}

  async execute({ asked, only, viewer, fresh }: ListActivity): Promise<Found<NamedEntry>> {
    const subscription = await this.queries.execute(new GetSubscription());
    const filter = await this.filters.filterOf(asked, subscription, fresh);
    const id = await this.spans.idsOf(asked, fresh);
    // Beside the other terms, where the stores look for what an index can be walked by.
    const all = { ...filter, $and: [...(filter.$and ?? []), only], id };
    const wanted = { filter: all, sort: entrySort(asked), limit: asked.limit };
    const { docs, next } = await this.readModels.find(audit, wanted, { asItIs: true });
    // The next page begins after an entry's id, so that whoever polls goes on after the last entry of all.
    return {
      docs: await this.names.named(docs, viewer),
      ...(next !== undefined && { next: docs.at(-1)!.id }),
    };
  }
}
