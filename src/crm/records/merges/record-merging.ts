// Merges one record into another, the survivor. The merged record's stream is written first: a merge that a crash cuts
// in two can only be finished.
import type { Meta } from '../../../eventsourcing/event';
import { apart, partOf } from '../../../eventsourcing/event-ids';
import { refuseTooLarge } from '../../../eventsourcing/stores/serialized';
import type { Streams } from '../../../eventsourcing/streams';
import { Refusal } from '../../../refusals';
import type { AssociationMoves } from '../../associations/association-moves';
import { compareIds, recordStream } from '../record.vocabulary';
import { mergeDecider, mergeStream, reopenMerge } from './merge.decider';
import { mergeInto, mergeRecord } from '../ends/record-end.decider';
import {
  fenceRecord,
  known,
  live,
  mergedIntoOf,
  record,
  type ExistingRecord,
  type MergedRecord,
  type RecordState,
} from '../record.decider';
import { requireReach } from '../reach';
import type { Viewer } from '../../properties/values/sensitivity';
import type { RecordEnding } from '../ends/record-ending';
import { emptied } from '../ends/values-moved';
import type { RecordWritten, WriteContext } from '../record-writer';
import type { WriteCheck } from '../../write-check';
import type { UniqueValues } from '../unique/unique-values';
import { pause } from '../../../supervision/pause';

export class RecordMerging {
  constructor(
    private readonly streams: Streams,
    private readonly uniqueValues: UniqueValues,
    private readonly associations: AssociationMoves,
    private readonly ending: RecordEnding,
    private readonly check: WriteCheck,
  ) {}

  /**
   * Ends the merged record, then finishes the merge. Once the record has ended, the merge is finished in any case:
   * here, or by a job. Refused with `record-merged`, and as an update of either record is.
   */
  async merge(
    objectType: string,
    intoId: string,
    mergedId: string,
    { meta, mayRepeat, viewer }: WriteContext,
  ): Promise<RecordWritten> {
    let tries = 0;
    const { events } = await this.streams.change(
      record,
      recordStream(objectType, mergedId),
      async (state, revision) => {
        // Two merges in opposite directions fence each other time and again: one of them waits.
        if (++tries > 1 && compareIds(mergedId, intoId) > 0) await pause(10 * 2 ** tries);
        requireReach(viewer, objectType, 'edit', state);
        const survivor = await this.streams.load(record, recordStream(objectType, intoId));
        requireReach(viewer, objectType, 'edit', survivor.state);
        const ends = named('objectIdToMerge', () => mergeInto(state, revision, intoId));
        if (ends.length === 0) return ends;
        refuseLarge(survivor, intoId, live(state), meta);
        await this.fence(objectType, intoId, meta, viewer);
        return this.check.marked(objectType, ends, state);
      },
      meta,
      { ...(mayRepeat !== undefined && { mayRepeat }) },
    );
    if (events.length === 0) await this.reopen(objectType, mergedId, meta);
    if (events.length === 0) throw new Refusal('record-merged', { context: { intoObjectId: [intoId] } });
    return this.finish(objectType, mergedId, meta);
  }

  /** Tells the job to take up a merge that it had given up. */
  private async reopen(objectType: string, recordId: string, meta: Meta): Promise<void> {
    const stream = mergeStream(objectType, recordId);
    const reopened = { objectType, recordId };
    await this.streams.change(mergeDecider, stream, (state) => reopenMerge(state, reopened), apart(meta));
  }

  /**
   * Gives the survivor the merged record's values and associations. If the survivor has been merged meanwhile, its own
   * survivor gets them; if it has been erased, purged, or waits to be erased, the merged record ends in the same way.
   * Repeating it is harmless.
   */
  async finish(
    objectType: string,
    mergedId: string,
    meta: Meta,
    signal?: AbortSignal,
  ): Promise<RecordWritten> {
    const merged = await this.streams.load(record, recordStream(objectType, mergedId));
    if (merged.state.status !== 'merged') {
      known(merged.state);
      throw new Error('The record was not merged');
    }
    const left = [mergedId];
    for (let intoId = merged.state.intoId; ;) {
      for (const recordId of left) {
        const own = { ...meta, commandId: partOf(meta.commandId, `${recordId}/${intoId}`) };
        await this.associations.moveAssociations({ objectType, recordId }, intoId, own, signal);
      }
      try {
        const written = await this.survive(merged.state, intoId, meta);
        const values = emptied(merged.state);
        await this.uniqueValues.giveUp(objectType, mergedId, values, meta, merged.position);
        return written;
      } catch (error) {
        const next = mergedIntoOf(error);
        if (next === undefined || left.includes(next))
          throw await this.gone(error, objectType, mergedId, meta);
        left.push(intoId);
        intoId = next;
      }
    }
  }

  private async survive(merged: MergedRecord, intoId: string, meta: Meta): Promise<RecordWritten> {
    const { objectType, recordId: mergedId } = merged;
    const { at } = meta;
    const { state, events, revision, position } = await this.streams.change(
      record,
      recordStream(objectType, intoId),
      async (before, atRevision) => {
        const [event] = mergeRecord(before, atRevision, { merged, at, lost: [] });
        // An archived survivor holds no unique value: it reserves all of them when it comes back.
        if (before.status !== 'live') return this.check.marked(objectType, [event], before);
        const kept = await this.uniqueValues.pass(objectType, mergedId, intoId, event.data.changes, meta);
        const lost = kept.map(({ definition, key }) => ({ property: definition.name, key }));
        const events = mergeRecord(before, atRevision, { merged, at, lost });
        return this.check.marked(objectType, events, before);
      },
      meta,
      { mayRepeat: true },
    );
    const changed = events.length > 0;
    return { record: known(state), revision, position, changed, created: false, drifted: [] };
  }

  /**
   * Appends a fence to the survivor, which must be live, and stay live until the merged record has ended: of two merges
   * in opposite directions, the fence of one makes the append of the other decide again. With the fence it is decided
   * that the viewer may edit the survivor: whoever owns it after that, the merge goes on.
   */
  private async fence(objectType: string, recordId: string, meta: Meta, viewer?: Viewer): Promise<void> {
    const own = apart(meta);
    await this.streams.change(
      record,
      recordStream(objectType, recordId),
      (state, revision) => {
        requireReach(viewer, objectType, 'edit', state);
        named('primaryObjectId', () => live(state));
        return fenceRecord(state, revision, { objectType, recordId });
      },
      own,
      { outOfTurn: true },
    );
  }

  /** Goes on as commands of their own: the merged record's stream has an event of this command already. */
  private async gone(error: unknown, objectType: string, mergedId: string, meta: Meta): Promise<unknown> {
    if (!(error instanceof Refusal)) return error;
    if (error.code === 'record-erased') await this.ending.follow(objectType, mergedId, { meta: apart(meta) });
    if (error.code === 'record-purged') await this.ending.purge(objectType, mergedId, { meta: apart(meta) });
    return error;
  }
}

/** Refuses a merge that could never be finished, because no event takes what the survivor would take over. */
function refuseLarge(
  { state, revision }: { readonly state: RecordState; readonly revision: number },
  intoId: string,
  { objectType, recordId, values, createdAt }: ExistingRecord,
  meta: Meta,
): void {
  // Any other state is refused by its name.
  if (state.status !== 'live') return;
  const merged = { status: 'merged', objectType, recordId, intoId, values, createdAt } as const;
  refuseTooLarge(mergeRecord(state, revision, { merged, at: meta.at, lost: [] }), meta);
}

/** Adds to a refusal which of the request's two ids it is about. */
function named<T>(field: string, decide: () => T): T {
  try {
    return decide();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, { ...error.detail, message: `${field}: ${error.message}` });
  }
}
