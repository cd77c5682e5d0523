// The query on one record as it was at any instant, or as it last was.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Viewer } from '../../crm/properties/values/sensitivity';
import { reaches } from '../../crm/records/reach';
import type { RecordEvents } from '../../crm/records/record.events';
import { isRecordId, recordStream } from '../../crm/records/record.vocabulary';
import { present, returnedProperties, type RecordView } from '../../crm/records/record.view';
import { standing } from '../../crm/records/standing';
import { Streams } from '../../eventsourcing/streams';
import { recordThen, type Ending, type RecordThen } from '../../point-in-time/record-then';
import { timeOf } from '../../point-in-time/time-of';
import { positionOfInstant, TimeIndex } from '../../read/time-index';
import { Refusal } from '../../refusals';
import { DefinitionsThen } from '../lists/definitions-then';

/** A record as it was, in the shape of HubSpot's API. */
export interface ThenView extends RecordView {
  /** The instant that was asked for; ISO time of the last event at or before it. */
  readonly asOf: string;
  readonly position: string;
  /** Of the record's stream. */
  readonly revision: number;
  /** Of a record that has left the CRM, asked for without an instant: how. What is shown is what it last was. */
  readonly ended?: Ending;
}

/** Refused with `record-unknown`, `record-merged`, `record-purged` or `record-erased` where it was not there. */
export class GetRecordThen extends Query<ThenView> {
  constructor(
    readonly objectType: string,
    readonly id: string,
    /** A time or a position; the last state of the record where it is left out. */
    readonly asOf: string | undefined,
    /** Names, or `*` for all that had a value. */
    readonly properties: readonly string[],
    readonly viewer: Viewer,
  ) {
    super();
  }
}

/** Whether the viewer may view the record as it is now, or the record that it is part of now. */
export async function requireViewable(
  streams: Streams,
  viewer: Viewer,
  objectType: string,
  recordId: string,
): Promise<void> {
  if (!viewer.reach) return;
  const { state } = await standing(streams, objectType, recordId);
  if (!('values' in state) || !reaches(viewer, objectType, 'view', state.values))
    throw new Refusal('record-unknown');
}

@QueryHandler(GetRecordThen)
export class GetRecordThenHandler implements IQueryHandler<GetRecordThen> {
  constructor(
    private readonly streams: Streams,
    private readonly timeIndex: TimeIndex,
    private readonly definitions: DefinitionsThen,
  ) {}

  async execute({ objectType, id, asOf, properties, viewer }: GetRecordThen): Promise<ThenView> {
    if (!isRecordId(id)) throw new Refusal('record-unknown');
    const head = await this.streams.store.head();
    const position =
      asOf === undefined ? head : await positionOfInstant({ asOf, field: 'asOf' }, head, this.timeIndex);
    const history = this.streams.pages<RecordEvents>(recordStream(objectType, id));
    const found = await recordThen(history, position);
    await requireViewable(this.streams, viewer, objectType, id);
    const record = shownOf(found, asOf === undefined);
    const { current, ever } = await this.definitions.at(objectType, position);
    const names = properties.includes('*')
      ? Object.keys(record.values)
          .filter((name) => ever.has(name))
          .sort()
      : properties;
    const returned = returnedProperties(viewer, objectType, { current, ever }, names);
    const { last: _, ...ended } = found.ended ?? { last: undefined };
    return {
      ...present(record, returned),
      asOf: (await timeOf(this.streams.store, position)).toISOString(),
      position: String(position < 0n ? 0n : position),
      revision: record.revision,
      ...('how' in ended && { ended }),
    };
  }
}

/** What is to be shown of a record; refuses by what had become of it. */
function shownOf({ record, ended, erased }: RecordThen, last: boolean) {
  if (erased) throw new Refusal('record-erased');
  const shown = record ?? (last ? ended?.last : undefined);
  if (shown) return shown;
  if (ended?.how === 'merged')
    throw new Refusal('record-merged', { context: { intoObjectId: [ended.intoId!] } });
  throw new Refusal(ended ? 'record-purged' : 'record-unknown');
}
