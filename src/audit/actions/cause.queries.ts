// The query for the chain of what led to an entry, as rows of the audit log.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Viewer } from '../../crm/properties/values/sensitivity';
import { type EntryRow, NameEvents, rowOf } from '../audit.queries';
import type { NamedEntry } from '../entry-names';
import { Causes } from './causes';

/** Nearest first: what an import did was caused by the request of the import. */
export class GetCauses extends Query<EntryRow[]> {
  constructor(
    readonly entry: Pick<NamedEntry, 'stream' | 'revision'>,
    readonly viewer: Viewer,
  ) {
    super();
  }
}

@QueryHandler(GetCauses)
export class GetCausesHandler implements IQueryHandler<GetCauses> {
  constructor(
    private readonly causes: Causes,
    private readonly queries: QueryBus,
  ) {}

  async execute({ entry, viewer }: GetCauses): Promise<EntryRow[]> {
    const events = await this.causes.of(entry);
    return (await this.queries.execute(new NameEvents(events, viewer))).map(rowOf);
  }
}
