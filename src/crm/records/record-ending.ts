// Ends records: what has ended answers no more under its values, and gives up those that were unique.
import type { EventOf } from '../../eventsourcing/event';
import type { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import type { AssociationMoves } from '../associations/association.moves';
import { recordStream } from '../schemas/object-types';
import { eraseRecord, purgeRecord } from './record-end.decider';
import { mergedIdsOf, record, type RecordState } from './record.decider';
import type { Changes, RecordEvents } from './record.events';
import { emptied, type WriteContext } from './record-writer';
import { standing } from './standing';
import type { UniqueValues } from './unique-values';

export interface RecordEnded {
  /** Of the record's last event. */
  readonly position: bigint;
  readonly revision: number;
  /** False where it was already so: nothing was appended. */
  readonly changed: boolean;
  readonly state: RecordState;
}

export class RecordEnding {
  constructor(
    private readonly streams: Streams,
    private readonly uniqueValues: UniqueValues,
    private readonly associations: AssociationMoves,
  ) {}

  /**
   * Erases the record that the id stands for and all that were merged into it: they are the same person. Refused with
   * `record-unknown` where there never was one.
   */
  async erase(objectType: string, recordId: string, context: WriteContext): Promise<RecordEnded> {
    const { state } = await standing(this.streams, objectType, recordId);
    if (state.status === 'none') throw new Refusal('record-unknown');
    const ended = await this.eraseOne(objectType, state.recordId, context);
    // One whose merge has not come to its end is not among the survivor's yet.
    for (const mergedId of new Set([...mergedIdsOf(ended.state), recordId]))
      if (mergedId !== state.recordId) await this.eraseOne(objectType, mergedId, context);
    return ended;
  }

  eraseOne(objectType: string, recordId: string, context: WriteContext): Promise<RecordEnded> {
    return this.end(objectType, recordId, context, eraseRecord);
  }

  /**
   * Leaves alone what is not archived (any more), or was archived after a time. Its associations go first: cut off
   * there, it is purged anew.
   */
  async purge(
    objectType: string,
    recordId: string,
    context: WriteContext,
    until?: string,
  ): Promise<RecordEnded> {
    const { state, revision } = await this.streams.load(record, recordStream(objectType, recordId));
    if (state.status === 'archived' && purgeRecord(state, revision, until).length > 0)
      await this.associations.removeAssociations({ objectType, recordId }, context.meta);
    return this.end(objectType, recordId, context, (now, at) => purgeRecord(now, at, until));
  }

  private async end(
    objectType: string,
    recordId: string,
    { meta, mayRepeat }: WriteContext,
    decide: (state: RecordState, revision: number) => EventOf<RecordEvents>[],
  ): Promise<RecordEnded> {
    let held: Changes = {};
    const { state, revision, position, events } = await this.streams.change(
      record,
      recordStream(objectType, recordId),
      (before, at) => {
        held = before.status === 'live' ? emptied(before) : {};
        return decide(before, at);
      },
      meta,
      { ...(mayRepeat !== undefined && { mayRepeat }) },
    );
    // What a crash keeps from being given up is displaced by whoever wants it.
    if (events.length > 0) await this.uniqueValues.giveUp(objectType, recordId, held, meta, position);
    return { state, revision, position, changed: events.length > 0 };
  }
}
