// Ends records: what has ended answers no more under its values, and gives up those that were unique.
import type { EventOf } from '../../../eventsourcing/event';
import type { Streams } from '../../../eventsourcing/streams';
import { Refusal } from '../../../refusals';
import type { AssociationMoves } from '../../associations/association-moves';
import { recordStream } from '../../schemas/object-types';
import {
  cancelErasure,
  eraseRecord,
  eraseWaiting,
  purgeRecord,
  requestErasure,
  type CoolingOff,
} from './record-end.decider';
import { record, type RecordState } from '../record.decider';
import type { Changes, RecordEvents } from '../record.events';
import { emptied, filled, type WriteContext } from '../record-writer';
import { partsOf, standing } from '../standing';
import type { UniqueValues } from '../unique-values';

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
   * `record-unknown` where there never was one. `onlyWaiting`: what does not wait to be erased is left alone.
   */
  async erase(
    objectType: string,
    recordId: string,
    context: WriteContext,
    onlyWaiting = false,
  ): Promise<RecordEnded> {
    const { state } = await standing(this.streams, objectType, recordId);
    if (state.status === 'none') throw new Refusal('record-unknown');
    const decide = onlyWaiting ? eraseWaiting : eraseRecord;
    const ended = await this.end(objectType, state.recordId, context, decide);
    if (ended.state.status !== 'erased') return ended;
    for (const mergedId of await this.partsWith(recordId, ended.state))
      await this.eraseOne(objectType, mergedId, context);
    return ended;
  }

  /** The same when a cooling-off is over: until then they read as erased, and can come back. */
  async requestErasure(
    objectType: string,
    recordId: string,
    dueAt: string,
    context: WriteContext,
  ): Promise<RecordEnded> {
    const { state } = await standing(this.streams, objectType, recordId);
    if (state.status === 'none') throw new Refusal('record-unknown');
    const ended = await this.requestOne(objectType, state.recordId, { dueAt }, context);
    if (ended.state.status === 'waiting')
      for (const mergedId of await this.partsWith(recordId, ended.state))
        await this.requestOne(
          objectType,
          mergedId,
          { dueAt: ended.state.dueAt, of: state.recordId },
          context,
        );
    return ended;
  }

  /**
   * Brings back what waits to be erased, its parts first: what is cut off there still waits, and is cancelled anew.
   * Refused with `erasure-carried-out`, and `value-taken` where another has a unique value of it by now.
   */
  async cancelErasure(
    objectType: string,
    recordId: string,
    parts: readonly string[],
    context: WriteContext,
  ): Promise<RecordEnded> {
    const { state } = await this.streams.load(record, recordStream(objectType, recordId));
    const all = new Set([...parts, ...(await partsOf(this.streams, objectType, recordId, state))]);
    for (const mergedId of all) await this.cancelOne(objectType, mergedId, context);
    return this.cancelOne(objectType, recordId, context);
  }

  eraseOne(objectType: string, recordId: string, context: WriteContext): Promise<RecordEnded> {
    return this.end(objectType, recordId, context, eraseRecord);
  }

  /** What was merged into one that has been erased, or waits to be, goes the same way. */
  async follow(objectType: string, mergedId: string, context: WriteContext): Promise<void> {
    const { state } = await standing(this.streams, objectType, mergedId);
    if (state.status === 'waiting') {
      const until = { dueAt: state.dueAt, of: state.recordId };
      await this.requestOne(objectType, mergedId, until, context);
    } else await this.eraseOne(objectType, mergedId, context);
  }

  private requestOne(objectType: string, recordId: string, until: CoolingOff, context: WriteContext) {
    return this.end(objectType, recordId, context, (state, at) => requestErasure(state, at, until));
  }

  private async cancelOne(objectType: string, recordId: string, context: WriteContext): Promise<RecordEnded> {
    const claiming = async (state: RecordState) => {
      const events = cancelErasure(state);
      if (events.length > 0 && state.status === 'waiting' && state.held.status === 'live')
        await this.uniqueValues.claim(objectType, recordId, filled(state.held), context.meta);
      return events;
    };
    return this.end(objectType, recordId, context, claiming);
  }

  /** Without the record itself. One whose merge has not come to its end is not among the survivor's yet. */
  private async partsWith(named: string, state: RecordState): Promise<Set<string>> {
    if (state.status === 'none') return new Set();
    const { objectType, recordId } = state;
    const parts = new Set([...(await partsOf(this.streams, objectType, recordId, state)), named]);
    parts.delete(recordId);
    return parts;
  }

  /**
   * Leaves alone what is not archived (any more), or was archived after a time. Its associations go first: cut off
   * there, it is purged anew. What was merged into it was kept for its sake, and goes with it.
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
    const ended = await this.end(objectType, recordId, context, (now, at) => purgeRecord(now, at, until));
    if (ended.state.status !== 'purged') return ended;
    for (const mergedId of await partsOf(this.streams, objectType, recordId, ended.state))
      await this.end(objectType, mergedId, context, purgeRecord);
    return ended;
  }

  private async end(
    objectType: string,
    recordId: string,
    { meta, mayRepeat }: WriteContext,
    decide: (
      state: RecordState,
      revision: number,
    ) => EventOf<RecordEvents>[] | Promise<EventOf<RecordEvents>[]>,
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
