// Queries for the audit log: entries page by page, and one entry with everything known of it.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { audit } from '../../projections/audit/audit';
import { GetSubscription } from '../account/account.queries';
import type { Viewer } from '../crm/properties/values/sensitivity';
import type { Filter, Found } from '../read/document-store';
import { type ShownClient, shownClient } from '../origin/shown-client';
import { ReadModels, type Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { features } from '../tiers/features';
import { hasFeature, requireTier } from '../tiers/requirements';
import { type CommentCounts, CountComments } from './comments/comment.queries';
import type { EntryQuery } from './entry-filter';
import { EntryFilters, requireShown, type Unmatched } from './entry-filters';
import { EntryLists } from './entry-lists';
import { entryOf, type AnyEvent } from './entry-of';
import { EntryNames, type NamedEntry } from './entry-names';
import { EntryValues, isoOf, marked, type ToldEntry } from './entry-values';

export interface EntryRow extends Pick<
  NamedEntry,
  'id' | 'category' | 'subCategory' | 'action' | 'actor' | 'target' | 'summary' | 'position'
> {
  /** ISO 8601. */
  readonly occurredAt: string;
  /** Where it was asked for. */
  readonly changes?: NamedEntry['changes'];
  readonly changesLeftOut?: true;
  readonly erased?: true;
  /** Of logins: from where. */
  readonly client?: ShownClient;
  /** Left out where there are none. */
  readonly comments?: CommentCounts;
}

export interface FoundEntries extends Found<EntryRow> {
  /** Where nothing was found: values asked for that no entry at all has. */
  readonly unmatched?: Unmatched;
}

export class ListAuditEntries extends Query<FoundEntries> {
  constructor(
    readonly asked: EntryQuery,
    readonly viewer: Viewer,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

export class GetAuditEntry extends Query<ToldEntry> {
  constructor(
    readonly id: string,
    readonly viewer: Viewer,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** The entries that tell of events, in their order, with names; each event must be one that makes an entry. */
export class NameEvents extends Query<NamedEntry[]> {
  constructor(
    readonly events: readonly AnyEvent[],
    readonly viewer: Viewer,
  ) {
    super();
  }
}

@QueryHandler(NameEvents)
export class NameEventsHandler implements IQueryHandler<NameEvents> {
  constructor(private readonly names: EntryNames) {}

  execute({ events, viewer }: NameEvents): Promise<NamedEntry[]> {
    const entries = events.map((event) => {
      const entry = entryOf(event);
      if (!entry) throw new Error(`No entry tells of ${event.type}`);
      return entry;
    });
    return this.names.named(entries, viewer);
  }
}

@QueryHandler(ListAuditEntries)
export class ListAuditEntriesHandler implements IQueryHandler<ListAuditEntries> {
  constructor(
    private readonly queries: QueryBus,
    private readonly names: EntryNames,
    private readonly filters: EntryFilters,
    private readonly lists: EntryLists,
    private readonly values: EntryValues,
  ) {}

  async execute({ asked, viewer, fresh }: ListAuditEntries): Promise<FoundEntries> {
    const subscription = await this.queries.execute(new GetSubscription());
    if (asked.include !== undefined) requireTier(subscription, features['audit.details']);
    const filter = await this.filters.filterOf(asked, subscription, fresh);
    const { docs, ...found } = await this.lists.page(filter, asked, fresh);
    if (docs.length === 0 && asked.after === undefined) {
      const has = (one: Filter) => this.lists.has(one);
      const unmatched = await this.filters.unmatched(asked, subscription, fresh, has);
      return { docs: [], ...(unmatched && { unmatched }) };
    }
    const named = await this.names.named(docs, viewer);
    const told = asked.include === undefined ? named : await this.values.toldAll(named, viewer);
    const counts = await this.queries.execute(
      new CountComments(
        docs.map(({ id }) => id),
        fresh,
      ),
    );
    const withDepartments = hasFeature(subscription, 'audit.employees');
    const rows = told.map((entry): EntryRow => {
      const comments = counts.get(entry.id);
      return {
        ...rowOf(marked(entry, withDepartments)),
        ...(asked.include !== undefined && changesOf(entry)),
        ...(comments && { comments }),
      };
    });
    return { ...found, docs: rows };
  }
}

export const rowOf = (entry: NamedEntry): EntryRow => {
  const { id, occurredAt, category, subCategory, action, actor, target, summary, position, client } = entry;
  return {
    ...{ id, occurredAt: isoOf(occurredAt), category, subCategory, action, actor },
    ...(target && { target }),
    ...{ summary, position },
    ...(category === 'LOGIN' && { client: shownClient(client) }),
  };
};

const changesOf = ({ changes, changesLeftOut, erased }: ToldEntry) => ({
  ...(changes && { changes }),
  ...(changesLeftOut && { changesLeftOut }),
  ...(erased && { erased }),
});

@QueryHandler(GetAuditEntry)
export class GetAuditEntryHandler implements IQueryHandler<GetAuditEntry> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly queries: QueryBus,
    private readonly names: EntryNames,
    private readonly values: EntryValues,
  ) {}

  async execute({ id, viewer, fresh }: GetAuditEntry): Promise<ToldEntry> {
    const subscription = await this.queries.execute(new GetSubscription());
    const found = await this.readModels.get(audit, id, fresh);
    if (!found) throw new Refusal('audit-entry-unknown');
    requireShown([found.category], subscription);
    const [named] = await this.names.named([found], viewer);
    if (hasFeature(subscription, 'audit.details')) return this.values.told(named!, viewer);
    const { changes: _, ...rest } = marked(named!, hasFeature(subscription, 'audit.employees'));
    return { ...rest, isBrief: true };
  }
}
