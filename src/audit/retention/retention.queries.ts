// Queries for how long rows are kept, for legal holds and for purges, and whether a hold covers a record.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { audit } from '../../../projections/audit/audit';
import { purges, type PurgeDocument } from '../../../projections/audit/purges';
import { Streams } from '../../eventsourcing/streams';
import type { Filter, Found } from '../../read/document-store';
import { ReadModels, type Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { categories } from '../taxonomy';
import { HoldFilters } from './hold-filters';
import { retention, RETENTION_STREAM, type Hold, type Retention } from './retention.decider';
import type { HoldScope } from './retention.events';

export interface RetentionView {
  readonly policies: readonly { readonly category: string; readonly days: number | null }[];
  /** When a policy was changed last; null where none ever was. */
  readonly changedAt: string | null;
  /** When the last purge began that was not stopped. */
  readonly purgedAt: string | null;
}

export type HoldView = Omit<Hold, 'holdId' | 'scope'> & { readonly id: string } & HoldScope;

const viewOf = ({ holdId, scope, ...hold }: Hold): HoldView => ({ id: holdId, ...hold, ...scope });

const stateOf = async (streams: Streams): Promise<Retention> =>
  (await streams.load(retention, RETENTION_STREAM)).state;

export class GetRetention extends Query<RetentionView> {}

@QueryHandler(GetRetention)
export class GetRetentionHandler implements IQueryHandler<GetRetention> {
  constructor(private readonly streams: Streams) {}

  async execute(): Promise<RetentionView> {
    const { policies, changedAt, purgedAt } = await stateOf(this.streams);
    const all = categories.map(({ id }) => ({ category: id, days: policies[id] ?? null }));
    return { policies: all, changedAt, purgedAt };
  }
}

/** All holds, in the order in which they were placed. */
export class ListHolds extends Query<readonly HoldView[]> {}

@QueryHandler(ListHolds)
export class ListHoldsHandler implements IQueryHandler<ListHolds> {
  constructor(private readonly streams: Streams) {}

  async execute(): Promise<readonly HoldView[]> {
    return Object.values((await stateOf(this.streams)).holds).map(viewOf);
  }
}

export class ListPurges extends Query<Found<PurgeDocument>> {
  constructor(
    readonly paging: { readonly limit: number; readonly after?: string | undefined },
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListPurges)
export class ListPurgesHandler implements IQueryHandler<ListPurges> {
  constructor(private readonly readModels: ReadModels) {}

  execute({ paging: { limit, after }, fresh }: ListPurges): Promise<Found<PurgeDocument>> {
    const options = { sort: ['-begunAt'], limit, ...(after !== undefined && { after }) };
    return this.readModels.find(purges, options, fresh);
  }
}

/** Refused with `purge-unknown`. */
export class GetPurge extends Query<PurgeDocument> {
  constructor(
    readonly purgeId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetPurge)
export class GetPurgeHandler implements IQueryHandler<GetPurge> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ purgeId, fresh }: GetPurge): Promise<PurgeDocument> {
    const found = await this.readModels.get(purges, purgeId, fresh);
    if (!found) throw new Refusal('purge-unknown');
    return found;
  }
}

/** Refuses with `legal-hold`, naming the holds, where one covers an entry about one of these records, or the record. */
export class RequireNotHeld extends Query<void> {
  constructor(
    readonly objectType: string,
    readonly recordIds: readonly string[],
  ) {
    super();
  }
}

@QueryHandler(RequireNotHeld)
export class RequireNotHeldHandler implements IQueryHandler<RequireNotHeld> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly filters: HoldFilters,
  ) {}

  async execute({ objectType, recordIds }: RequireNotHeld): Promise<void> {
    const holds = Object.values((await stateOf(this.streams)).holds);
    if (holds.length === 0) return;
    const about: Filter = { 'target.type': objectType, 'target.id': { $in: recordIds } };
    const holding: string[] = [];
    for (const { holdId, scope } of holds)
      if (
        'target' in scope
          ? scope.target.type === objectType && recordIds.includes(scope.target.id)
          : await this.covers(scope, about)
      )
        holding.push(holdId);
    if (holding.length > 0) throw new Refusal('legal-hold', { context: { holdId: holding } });
  }

  /** Whether a hold covers an entry about the records, of all that the log has now. */
  private async covers(scope: HoldScope, about: Filter): Promise<boolean> {
    const filter: Filter = { $and: [about, await this.filters.filterOf(scope)] };
    const after = await this.streams.store.head();
    return (await this.readModels.find(audit, { filter, limit: 1 }, { after })).docs.length > 0;
  }
}
