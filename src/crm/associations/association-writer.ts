// Adds and removes the associations between two records, after checking the association types and both records.
import { partOf } from '../../eventsourcing/event-ids';
import type { EventOf } from '../../eventsourcing/event';
import type { Streams } from '../../eventsourcing/streams';
import { START } from '../../eventsourcing/event-store';
import { Refusal } from '../../refusals';
import type { AssociationTypes, TypeSpec } from './types/association-types';
import {
  addLinks,
  association,
  moveLinks,
  removeLinks,
  turnedFor,
  type AssociationState,
} from './association.decider';
import type { AssociationEvents, Link, LinksMoved, RecordRef } from './association.events';
import { sameLink, sameLinks, associationStream, pairOf, type Pair } from './association.vocabulary';
import { findObjectType } from '../schemas/object-type.vocabulary';
import { isRecordId, recordStream } from '../records/record.vocabulary';
import { record, type RecordState } from '../records/record.decider';
import { reaches } from '../records/reach';
import type { Viewer } from '../properties/values/sensitivity';
import type { WriteContext } from '../records/record-writer';

export interface AssociationWritten {
  /** The two records as the caller named them, a merged one replaced by its survivor. */
  readonly from: RecordRef;
  readonly to: RecordRef;
  /** The links that exist now, seen from `from`; none where the two are not associated. */
  readonly links: readonly Link[];
  readonly position: bigint;
  /** False where the links were already as asked: nothing was appended. */
  readonly changed: boolean;
}

export interface LinksWritten extends AssociationWritten {
  /** The records had other links than those expected, and were left alone. */
  readonly drifted: boolean;
}

/** One of the two records of an association, as it is now. */
interface End {
  readonly ref: RecordRef;
  readonly status: RecordState['status'];
  readonly values: Readonly<Record<string, string>>;
}

export class AssociationWriter {
  constructor(
    private readonly streams: Streams,
    private readonly types: AssociationTypes,
  ) {}

  async associate(
    from: RecordRef,
    to: RecordRef,
    specs: readonly TypeSpec[],
    context: WriteContext,
  ): Promise<AssociationWritten> {
    const links = await this.types.linksOf(from.objectType, to.objectType, specs);
    const ends = await Promise.all([this.live(from, context.viewer), this.live(to, context.viewer)]);
    requireEither(context.viewer, ends);
    const [{ ref: one }, { ref: other }] = ends;
    return this.addStanding(one, other, links, context);
  }

  /**
   * Adds links between two records that were live a moment ago. If one of them is merged meanwhile, its survivor gets
   * the links.
   */
  async addStanding(
    from: RecordRef,
    to: RecordRef,
    links: readonly Link[],
    context: WriteContext,
  ): Promise<AssociationWritten> {
    const written = await this.add(from, to, links, context);
    return { ...written, ...(await this.follow(from, to, links, context)) };
  }

  /** Gives links that have just been added to the survivors, where a record of the pair was merged meanwhile. */
  private async follow(
    from: RecordRef,
    to: RecordRef,
    links: readonly Link[],
    context: WriteContext,
  ): Promise<AssociationWritten | undefined> {
    const [{ ref: one }, { ref: other }] = await Promise.all([this.standing(from), this.standing(to)]);
    if (one.recordId === from.recordId && other.recordId === to.recordId) return undefined;
    // The merge may have moved the record's associations before this pair was added.
    const { meta } = context;
    const own = { ...meta, commandId: partOf(meta.commandId, 'merged'), causationId: meta.commandId };
    const parted = await this.part(from, to, { meta: own, mayRepeat: true });
    // The two were merged with each other: nothing is left to associate.
    if (associatesItself(pairOf(one, other))) return { ...parted, from: one, to: other };
    return this.addStanding(one, other, links, context);
  }

  /** Adds the links as they are, without looking at their types or at the two records. */
  async add(
    from: RecordRef,
    to: RecordRef,
    links: readonly Link[],
    context: WriteContext,
  ): Promise<AssociationWritten> {
    const pair = pairOf(from, to);
    if (associatesItself(pair))
      throw new Refusal('input-invalid', { message: 'A record cannot be associated with itself' });
    const added = turnedFor(pair, links).map(linkOf);
    return this.change(from, to, pair, context, (state) => addLinks(state, pair, added), true);
  }

  /** Removes all links of the pair, or those named; the default link stays as long as another link does. */
  async dissociate(
    from: RecordRef,
    to: RecordRef,
    specs: readonly TypeSpec[] | undefined,
    context: WriteContext,
  ): Promise<AssociationWritten> {
    const named = specs && (await this.types.named(from.objectType, to.objectType, specs));
    const usual = named && (await this.types.usual(from.objectType, to.objectType));
    if (!isRecordId(from.recordId) || !isRecordId(to.recordId))
      return { from, to, links: [], position: START, changed: false };
    const ends = await Promise.all([this.standing(from), this.standing(to)]);
    requireEither(context.viewer, ends);
    const [{ ref: one }, { ref: other }] = ends;
    if (!named || !usual) return this.part(one, other, context);
    const pair = pairOf(one, other);
    const removed = turnedFor(pair, named).map(linkOf);
    const [kept] = turnedFor(pair, [usual]).map(linkOf);
    return this.change(one, other, pair, context, (state) => removeLinks(state, pair, removed, kept));
  }

  /** Moves two records from the links that are expected to others, each seen from `from`. */
  async move(
    from: RecordRef,
    to: RecordRef,
    links: LinksMoved,
    context: WriteContext,
  ): Promise<LinksWritten> {
    const pair = pairOf(from, to);
    const added = links.to.filter((link) => !links.from.some((one) => sameLink(one, link)));
    const move = {
      from: turnedFor(pair, links.from).map(linkOf),
      to: turnedFor(pair, links.to).map(linkOf),
    };
    // Checked only where it is decided: a repeat finds what it did, whatever has become of the records since.
    const written = await this.change(from, to, pair, context, async (state) => {
      const events = moveLinks(state, pair, move);
      if (events.length > 0 && added.length > 0) await this.requireAddable(from, to, added, context.viewer);
      return events;
    });
    const drifted = !sameLinks(written.links, links.to);
    if (!written.changed || added.length === 0) return { ...written, drifted };
    return { ...written, ...(await this.follow(from, to, added, context)), drifted };
  }

  private async requireAddable(
    from: RecordRef,
    to: RecordRef,
    links: readonly Link[],
    viewer: Viewer | undefined,
  ): Promise<void> {
    await this.types.named(from.objectType, to.objectType, links);
    const ends = await Promise.all([this.live(from, viewer), this.live(to, viewer)]);
    // A merged record is part of its survivor, whose links are its own.
    if (ends[0].ref.recordId !== from.recordId || ends[1].ref.recordId !== to.recordId)
      throw new Refusal('record-merged');
  }

  /** Removes all links between two records exactly as named: a merged one is not replaced by its survivor. */
  async part(from: RecordRef, to: RecordRef, context: WriteContext): Promise<AssociationWritten> {
    const pair = pairOf(from, to);
    return this.change(from, to, pair, context, (state) => removeLinks(state, pair));
  }

  /**
   * The live record that an id stands for: for a merged record, its survivor. Refuses with `record-unknown` where there
   * is none that the viewer may see.
   */
  async live({ objectType, recordId }: RecordRef, viewer: Viewer | undefined): Promise<End> {
    const end = isRecordId(recordId) && (await this.standing({ objectType, recordId }));
    if (end && end.status === 'live' && reaches(viewer ?? {}, objectType, 'view', end.values)) return end;
    const label = findObjectType(objectType)?.singular ?? objectType;
    const shown = recordId.slice(0, 100);
    throw new Refusal('record-unknown', {
      message: `There is no ${label} with id ${shown}`,
      context: { ids: [shown], objectType: [objectType] },
    });
  }

  private async standing({ objectType, recordId }: RecordRef): Promise<End> {
    const seen = new Set<string>();
    for (let id = recordId; !seen.has(id);) {
      const stream = recordStream(objectType, id);
      const { state } = await this.streams.glance(record, stream, ({ status }) => status === 'live');
      if (state.status !== 'merged') {
        const values = 'values' in state ? state.values : {};
        return { ref: { objectType, recordId: id }, status: state.status, values };
      }
      seen.add(id);
      id = state.intoId;
    }
    return { ref: { objectType, recordId }, status: 'none', values: {} };
  }

  private async change(
    from: RecordRef,
    to: RecordRef,
    pair: Pair,
    { meta, mayRepeat, trial }: WriteContext,
    decide: (
      state: AssociationState,
    ) => readonly EventOf<AssociationEvents>[] | Promise<readonly EventOf<AssociationEvents>[]>,
    likelyNew = false,
  ): Promise<AssociationWritten> {
    const { state, position, events } = await this.streams.change(
      association,
      associationStream(pair),
      decide,
      meta,
      { likelyNew, ...(mayRepeat !== undefined && { mayRepeat }), ...(trial && { trial }) },
    );
    return { from, to, links: turnedFor(pair, state.links), position, changed: events.length > 0 };
  }
}

/** Refuses with `access-denied` whoever may edit neither of two records. */
function requireEither(viewer: Viewer | undefined, ends: readonly End[]): void {
  if (!viewer?.reach) return;
  for (const { ref, values } of ends)
    if (!reaches(viewer, ref.objectType, 'view', values)) throw new Refusal('record-unknown');
  if (!ends.some(({ ref, values }) => reaches(viewer, ref.objectType, 'edit', values)))
    throw new Refusal('access-denied', { message: 'Your role lets you edit neither of the two records' });
}

const associatesItself = ({ from, to }: Pair): boolean =>
  from.objectType === to.objectType && from.recordId === to.recordId;

/** The part of an association type that events keep. */
const linkOf = ({ category, typeId, inverseTypeId }: Link): Link => ({ category, typeId, inverseTypeId });
