// The query on the steps by which a record came to be what it is, newest first: its own, and those of its associations.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { associationSteps, type AssociationStep } from '../../../projections/crm/association-steps';
import { NameEvents } from '../../audit/audit.queries';
import type { AssociationEvents } from '../../crm/associations/association.events';
import { associationStepId, associationStream, pairOf } from '../../crm/associations/association.vocabulary';
import { mapConcurrently } from '../../crm/map-concurrently';
import { Definitions } from '../../crm/properties/definitions';
import { hiddenFrom, type Viewer } from '../../crm/properties/values/sensitivity';
import type { RecordEvents } from '../../crm/records/record.events';
import { isRecordId, recordStream } from '../../crm/records/record.vocabulary';
import type { RecordedOf } from '../../eventsourcing/event';
import { sizeOf } from '../../eventsourcing/size-of';
import { Streams } from '../../eventsourcing/streams';
import type { Found } from '../../read/document-store';
import { ReadModels, type Freshness } from '../../read/read-models';
import { padded } from '../../read/time-index.vocabulary';
import { Refusal } from '../../refusals';
import { OtherEnds } from './other-ends';
import { requireViewable } from './record-then.queries';
import { associationStepOf, stepOf, type Step, type TimelineEvent } from './step';

/** Refused with `record-unknown` or, of a record that waits to be erased too, with `record-erased`. */
export class ListSteps extends Query<Found<Step>> {
  constructor(
    readonly objectType: string,
    readonly id: string,
    readonly paging: { readonly limit: number; readonly after?: string | undefined },
    readonly viewer: Viewer,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

interface Own {
  readonly events: readonly RecordedOf<RecordEvents>[];
  readonly next?: RecordedOf<RecordEvents>;
}

const NONE_LEFT = -1;
/** Where a page begins. */
interface Cursor {
  /** Of the record's own next event, or NONE_LEFT. */
  readonly revision: number;
  /** Of the last step that was told. */
  readonly position: bigint;
}

/** Size of the events that one page may hold, as `sizeOf` measures it: a page ends early where they are long. */
const MOST_READ = 2 * 1024 * 1024;
/** Events of associations that are read at the same time. */
const AT_ONCE = 16;

@QueryHandler(ListSteps)
export class ListStepsHandler implements IQueryHandler<ListSteps> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly definitions: Definitions,
    private readonly ends: OtherEnds,
    private readonly queries: QueryBus,
  ) {}

  async execute({ objectType, id, paging, viewer, fresh }: ListSteps): Promise<Found<Step>> {
    const stream = recordStream(objectType, id);
    if (!isRecordId(id)) throw new Refusal('record-unknown');
    const cursor = cursorOf(paging.after);
    const own = await this.own(stream, paging.limit, cursor?.revision);
    if (own.events.length === 0 && !cursor) throw new Refusal('record-unknown');
    await this.refuseErased(stream);
    await requireViewable(this.streams, viewer, objectType, id);
    const record = { objectType, recordId: id };
    const moved = await this.moved(record, paging.limit, cursor?.position, fresh);
    const { events, next } = merged(own, moved, paging.limit);
    const hidden = hiddenFrom(viewer, objectType, await this.definitions.everOf(objectType));
    const told = await this.queries.execute(new NameEvents(events, viewer));
    const ends = await this.ends.of(record, events.filter(isAssociation), viewer, fresh);
    const docs = events.map((event, i) =>
      isAssociation(event)
        ? associationStepOf(event, told[i]!, viewer, record, ends(event))
        : stepOf(event, told[i]!, viewer, hidden),
    );
    return { docs, ...(next !== undefined && { next }) };
  }

  /** The record's events, newest first, as many as one page may hold, and the one that comes after them. */
  private async own(stream: string, limit: number, from: number | undefined): Promise<Own> {
    const events: RecordedOf<RecordEvents>[] = [];
    if (from === NONE_LEFT) return { events };
    let left = MOST_READ;
    for await (const page of this.streams.pagesBack<RecordEvents>(stream, from))
      for (const event of page) {
        // A fence tells of no change: it only moves the stream on.
        if (event.type === 'record.fenced.v1') continue;
        if (events.length === limit || left <= 0) return { events, next: event };
        left -= sizeOf(event.data) + sizeOf(event.meta);
        events.push(event);
      }
    return { events };
  }

  /** The events of its associations, newest first: one more than a page may hold, so that it is known whether all are there. */
  private async moved(
    record: { readonly objectType: string; readonly recordId: string },
    limit: number,
    before: bigint | undefined,
    fresh: Freshness | undefined,
  ): Promise<RecordedOf<AssociationEvents>[]> {
    const first = associationStepId(record, '');
    const end = before === undefined ? `${first.slice(0, -1)}0` : associationStepId(record, padded(before));
    const asked = { filter: { id: { $gte: first, $lt: end } }, sort: ['-id'], limit: limit + 1 };
    const { docs } = await this.readModels.find(associationSteps, asked, fresh);
    return mapConcurrently(docs, (step) => this.eventOf(record, step), AT_ONCE);
  }

  private async eventOf(
    record: { readonly objectType: string; readonly recordId: string },
    { toType, toId, revision }: AssociationStep,
  ): Promise<RecordedOf<AssociationEvents>> {
    const stream = associationStream(pairOf(record, { objectType: toType, recordId: toId }));
    for await (const [event] of this.streams.pages<AssociationEvents>(stream, revision)) return event!;
    throw new Error(`${stream} lacks an event that was read before`);
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

const isAssociation = (event: TimelineEvent): event is RecordedOf<AssociationEvents> =>
  event.type.startsWith('association.');

/** Both in one order, down to the record's own event that is not read any more. */
function merged({ events: own, next }: Own, moved: readonly RecordedOf<AssociationEvents>[], limit: number) {
  const all: TimelineEvent[] = [...own, ...moved];
  all.sort((a, b) => (a.position > b.position ? -1 : 1));
  const events = all.filter(({ position }) => !next || position > next.position).slice(0, limit);
  const last = events.at(-1);
  if (!last || (events.length === all.length && !next)) return { events };
  const { revision = NONE_LEFT } = own.find(({ position }) => position < last.position) ?? next ?? {};
  return { events, next: `${revision}.${last.position}` };
}

function cursorOf(after: string | undefined): Cursor | undefined {
  if (after === undefined) return undefined;
  const [, revision, position] = /^(-1|\d{1,15})\.(\d{1,20})$/.exec(after) ?? [];
  if (revision === undefined) throw new Refusal('cursor-invalid');
  return { revision: Number(revision), position: BigInt(position!) };
}
