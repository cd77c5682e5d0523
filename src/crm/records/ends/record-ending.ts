// Erases and purges records, with those that were merged into them, and gives up the unique values of records that end.
import type { EventOf, Meta } from '../../../eventsourcing/event';
import { apart } from '../../../eventsourcing/event-ids';
import type { Streams } from '../../../eventsourcing/streams';
import { Refusal } from '../../../refusals';
import type { AssociationMoves } from '../../associations/association-moves';
import { recordStream } from '../record.vocabulary';
import {
  cancelErasure,
  eraseRecord,
  eraseWaiting,
  purgeRecord,
  requestErasure,
  type CoolingOff,
} from './record-end.decider';
import { fenceRecord, record, type RecordState } from '../record.decider';
import type { Changes, RecordEvents } from '../record.events';
import type { WriteContext } from '../record-writer';
import { emptied, filled } from './values-moved';
import { partsOf, standing } from '../standing';
import type { WriteCheck } from '../../write-check';
import type { UniqueValues } from '../unique/unique-values';

export interface RecordEnded {
  /** Position of the record's last event. */
  readonly position: bigint;
  readonly revision: number;
  /** False where the record had ended so already: nothing was appended. */
  readonly changed: boolean;
  readonly state: RecordState;
}

type Decide = (
  state: RecordState,
  revision: number,
) => EventOf<RecordEvents>[] | Promise<EventOf<RecordEvents>[]>;

export class RecordEnding {
  constructor(
    private readonly streams: Streams,
    private readonly uniqueValues: UniqueValues,
    private readonly associations: AssociationMoves,
    private readonly check: WriteCheck,
    /** Refuses with `legal-hold` where a legal hold covers one of these records. */
    private readonly requireNotHeld: (objectType: string, recordIds: readonly string[]) => Promise<void>,
  ) {}

  /**
   * Erases the record that the id stands for, and all records that were merged into it: they are the same person. With
   * `onlyWaiting`, a record that does not wait to be erased is left alone. Refused with `record-unknown` where there
   * never was a record of this id, and with `legal-hold`.
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
    const ended = await this.end(objectType, state.recordId, context, this.unlessHeld(recordId, decide));
    if (ended.state.status !== 'erased') return ended;
    for (const mergedId of await this.partsWith(recordId, ended.state))
      await this.eraseOne(objectType, mergedId, context);
    return ended;
  }

  /**
   * Requests the erasure of the same records at `dueAt` (ISO time): until then they read as erased and can come back.
   */
  async requestErasure(
    objectType: string,
    recordId: string,
    dueAt: string,
    context: WriteContext,
  ): Promise<RecordEnded> {
    const { state } = await standing(this.streams, objectType, recordId);
    if (state.status === 'none') throw new Refusal('record-unknown');
    const requested: Decide = (before, at) => requestErasure(before, at, { dueAt });
    const ended = await this.end(objectType, state.recordId, context, this.unlessHeld(recordId, requested));
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
   * A decision to erase a record, which `named` stands for, that is refused where a legal hold covers the record or one
   * that is part of it. The holds are looked at with each attempt to append: whoever placed one fences the record.
   */
  private unlessHeld(named: string, decide: Decide): Decide {
    return async (state, revision) => {
      const events = await decide(state, revision);
      if (events.length > 0 && state.status !== 'none')
        await this.requireNotHeld(state.objectType, [
          state.recordId,
          ...(await this.partsWith(named, state)),
        ]);
      return events;
    };
  }

  /**
   * Appends a fence to the record that the id stands for: what was decided on it before is decided anew. Leaves alone a
   * record that is no more, or never was.
   */
  async fence(objectType: string, recordId: string, meta: Meta): Promise<void> {
    const { state } = await standing(this.streams, objectType, recordId);
    if (state.status !== 'live' && state.status !== 'archived' && state.status !== 'waiting') return;
    const of = { objectType, recordId: state.recordId };
    const decide = (now: RecordState, at: number) =>
      now.status === 'erased' ? [] : fenceRecord(now, at, of);
    await this.streams.change(record, recordStream(objectType, state.recordId), decide, apart(meta));
  }

  /**
   * Brings back a record that waits to be erased, after the records that were merged into it: if a crash comes between,
   * the survivor still waits, and cancelling again finishes the work. Refused with `erasure-carried-out`, and with
   * `value-taken` where another record has one of its unique values by now.
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

  /** Ends a merged record as its survivor has ended: erased, or waiting to be erased at the same time. */
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
    const reserving = async (state: RecordState) => {
      const events = cancelErasure(state);
      if (events.length > 0 && state.status === 'waiting' && state.held.status === 'live')
        await this.uniqueValues.reserve(objectType, recordId, filled(state.held), context.meta);
      return events;
    };
    return this.end(objectType, recordId, context, reserving);
  }

  /**
   * The merged records that are part of the survivor, with the id that was named: it is missing from the survivor's
   * list while its merge is not finished. Without the survivor itself.
   */
  private async partsWith(named: string, state: RecordState): Promise<Set<string>> {
    if (state.status === 'none') return new Set();
    const { objectType, recordId } = state;
    const parts = new Set([...(await partsOf(this.streams, objectType, recordId, state)), named]);
    parts.delete(recordId);
    return parts;
  }

  /**
   * Purges an archived record, with all that were merged into it, which were kept for its sake. Its associations are
   * removed first, so that purging again after a crash finishes the work. A record that is not archived (any more), or
   * was archived after `until` (ISO time), is left alone.
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
    decide: Decide,
  ): Promise<RecordEnded> {
    let held: Changes = {};
    const { state, revision, position, events } = await this.streams.change(
      record,
      recordStream(objectType, recordId),
      async (before, at) => {
        held = before.status === 'live' ? emptied(before) : {};
        return this.check.marked(objectType, await decide(before, at), before);
      },
      meta,
      { ...(mayRepeat !== undefined && { mayRepeat }) },
    );
    // If a crash comes before this, whoever wants one of the values displaces the record as its holder.
    if (events.length > 0) await this.uniqueValues.giveUp(objectType, recordId, held, meta, position);
    return { state, revision, position, changed: events.length > 0 };
  }
}
