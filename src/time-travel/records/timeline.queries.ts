// The query on the steps by which a record came to be what it is, newest first.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { NameEvents } from '../../audit/audit.queries';
import { Definitions } from '../../crm/properties/definitions';
import { hiddenFrom, type Viewer } from '../../crm/properties/values/sensitivity';
import type { RecordEvents } from '../../crm/records/record.events';
import { isRecordId, recordStream } from '../../crm/records/record.vocabulary';
import type { RecordedOf } from '../../eventsourcing/event';
import { sizeOf } from '../../eventsourcing/size-of';
import { Streams } from '../../eventsourcing/streams';
import type { Found } from '../../read/document-store';
import { Refusal } from '../../refusals';
import { requireViewable } from './record-then.queries';
import { stepOf, type Step } from './step';

/** Refused with `record-unknown` or, of a record that waits to be erased too, with `record-erased`. */
export class ListSteps extends Query<Found<Step>> {
  constructor(
    readonly objectType: string,
    readonly id: string,
    readonly paging: { readonly limit: number; readonly after?: string | undefined },
    readonly viewer: Viewer,
  ) {
    super();
  }
}

/** Size of the events that one page may hold, as `sizeOf` measures it: a page ends early where they are long. */
const MOST_READ = 2 * 1024 * 1024;

@QueryHandler(ListSteps)
export class ListStepsHandler implements IQueryHandler<ListSteps> {
  constructor(
    private readonly streams: Streams,
    private readonly definitions: Definitions,
    private readonly queries: QueryBus,
  ) {}

  async execute({ objectType, id, paging, viewer }: ListSteps): Promise<Found<Step>> {
    const stream = recordStream(objectType, id);
    if (!isRecordId(id)) throw new Refusal('record-unknown');
    const { events, next } = await this.page(stream, paging.limit, revisionOf(paging.after));
    if (events.length === 0 && paging.after === undefined) throw new Refusal('record-unknown');
    await this.refuseErased(stream);
    await requireViewable(this.streams, viewer, objectType, id);
    const hidden = hiddenFrom(viewer, objectType, await this.definitions.everOf(objectType));
    const told = await this.queries.execute(new NameEvents(events, viewer));
    const docs = events.map((event, i) => stepOf(event, told[i]!, viewer, hidden));
    return { docs, ...(next !== undefined && { next: String(next) }) };
  }

  /** Up to `limit` events, newest first, and the revision that the next page begins at. */
  private async page(stream: string, limit: number, from: number | undefined) {
    const events: RecordedOf<RecordEvents>[] = [];
    let left = MOST_READ;
    for await (const page of this.streams.pagesBack<RecordEvents>(stream, from))
      for (const event of page) {
        // A fence tells of no change: it only moves the stream on.
        if (event.type === 'record.fenced.v1') continue;
        if (events.length === limit || left <= 0) return { events, next: event.revision };
        left -= sizeOf(event.data) + sizeOf(event.meta);
        events.push(event);
      }
    return { events };
  }

  /** The last events of a stream say whether its record has been erased, or waits to be. */
  private async refuseErased(stream: string): Promise<void> {
    for await (const page of this.streams.pagesBack<RecordEvents>(stream))
      for (const { type } of page) {
        if (type === 'record.fenced.v1') continue;
        if (type === 'record.erased.v1' || type === 'record.erasure-requested.v1')
          throw new Refusal('record-erased');
        return;
      }
  }
}

/** The revision that a cursor names: a page begins there. */
function revisionOf(after: string | undefined): number | undefined {
  if (after === undefined) return undefined;
  if (!/^\d{1,15}$/.test(after)) throw new Refusal('cursor-invalid');
  return Number(after);
}
