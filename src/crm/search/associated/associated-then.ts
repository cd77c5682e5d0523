// Finds what filters on associations matched at a position: the associations of now, with those that have been touched
// since as they were before.
import { Injectable } from '@nestjs/common';
import { associations } from '../../../../projections/crm/associations';
import { associationSteps, type AssociationStep } from '../../../../projections/crm/association-steps';
import { Streams } from '../../../eventsourcing/streams';
import { recordThen } from '../../../point-in-time/record-then';
import type { Filter } from '../../../read/document-store';
import { ReadModels, type Freshness } from '../../../read/read-models';
import { padded } from '../../../read/time-index.vocabulary';
import type { AssociationEvents, Link, RecordRef } from '../../associations/association.events';
import {
  associationIdRange,
  associationStepId,
  associationStream,
  inverse,
  pairOf,
} from '../../associations/association.vocabulary';
import { associationTypesAt } from '../../associations/types/association-types';
import { mapConcurrently } from '../../map-concurrently';
import type { Viewer } from '../../properties/values/sensitivity';
import { reaches } from '../../records/reach';
import { recordDocumentId, recordStream } from '../../records/record.vocabulary';
import type { RecordEvents } from '../../records/record.events';
import { standing } from '../../records/standing';
import type { FilterGroup, SearchFilter } from '../filter-groups';
import type { Associated } from './associated-filter';
import { AssociatedFilters, type AssociatedMatches } from './associated-filters';
import { LookedAt } from './associated-now';

const PAGE = 1_000;
/** Events that are read at the same time. */
const AT_ONCE = 16;

export interface ThenAsked {
  readonly position: bigint;
  readonly viewer: Viewer;
  readonly fresh?: Freshness;
  /** Of a job, which waits for what it must know. */
  readonly signal?: AbortSignal;
}

@Injectable()
export class AssociatedThen {
  constructor(
    private readonly filters: AssociatedFilters,
    private readonly readModels: ReadModels,
    private readonly streams: Streams,
  ) {}

  async matches(
    objectType: string,
    groups: readonly FilterGroup[] | undefined,
    asked: ThenAsked,
  ): Promise<AssociatedMatches> {
    const matches = new Map<SearchFilter, Filter>();
    if (!this.filters.any(groups)) return matches;
    const types = await associationTypesAt(this.streams, asked.position);
    const then = { then: true, types } as const;
    const lookedAt = new LookedAt();
    for (const [filter, one] of await this.filters.checked(objectType, groups, asked.viewer, then))
      matches.set(filter, { id: { $in: await this.associatedWith(objectType, one, asked, lookedAt) } });
    return matches;
  }

  /** Ids of the documents of a type that were associated with one of the records asked for. */
  private async associatedWith(
    objectType: string,
    { toType, types, ids }: Associated,
    asked: ThenAsked,
    lookedAt: LookedAt,
  ): Promise<string[]> {
    const counting = new Set(types.map(({ typeId }) => typeId));
    const found = new Set<string>();
    if (types.length === 0) return [];
    const ends = await mapConcurrently(ids, (id) => this.standing(toType, id, asked), AT_ONCE);
    for (const recordId of new Set(ends.filter((id) => id !== undefined))) {
      const links = await this.linksOf({ objectType: toType, recordId }, objectType, asked, lookedAt);
      for (const [otherId, some] of links)
        if (some.some(({ inverseTypeId }) => counting.has(inverseTypeId)))
          found.add(recordDocumentId(objectType, otherId));
    }
    return [...found];
  }

  /** The live record that an id stood for, as far as the viewer may view it now: merges of then are followed. */
  private async standing(objectType: string, recordId: string, { position, viewer }: ThenAsked) {
    const seen = new Set<string>();
    for (let id = recordId; !seen.has(id);) {
      seen.add(id);
      const history = this.streams.pages<RecordEvents>(recordStream(objectType, id));
      const { record, ended, erased } = await recordThen(history, position);
      if (erased) return undefined;
      if (record) return !record.archived && (await this.mayView(objectType, id, viewer)) ? id : undefined;
      if (ended?.intoId === undefined) return undefined;
      id = ended.intoId;
    }
    return undefined;
  }

  private async mayView(objectType: string, recordId: string, viewer: Viewer): Promise<boolean> {
    if (!viewer.reach) return true;
    const { state } = await standing(this.streams, objectType, recordId);
    return 'values' in state && reaches(viewer, objectType, 'view', state.values);
  }

  /** By the id of the record at the other end: the links that a record had with records of a type, as it saw them. */
  private async linksOf(own: RecordRef, withType: string, asked: ThenAsked, lookedAt: LookedAt) {
    const links = new Map<string, readonly Link[]>();
    const filter = { id: associationIdRange(own, withType) };
    const { fresh, position } = asked;
    const after = fresh?.after !== undefined && fresh.after > position ? fresh.after : position;
    const enough = { ...fresh, ...(after >= 0n && { after }) };
    for await (const page of this.readModels.pages(associations, { filter, limit: PAGE }, enough)) {
      lookedAt.add(page.length);
      for (const doc of page) links.set(doc.toId, doc.links);
    }
    // Whatever has touched a pair that was read above is known by then.
    for (const step of await this.firstSteps(own, withType, asked, lookedAt)) {
      const before = await this.linksBefore(own, step);
      links.set(step.toId, before);
    }
    return links;
  }

  /** Of each pair of a record with records of a type that was touched after the position: the first event. */
  private async firstSteps(own: RecordRef, withType: string, asked: ThenAsked, lookedAt: LookedAt) {
    const { position, signal } = asked;
    const head = await this.streams.store.head();
    if (signal) await this.readModels.waitFor(associationSteps, head, signal);
    const fresh = signal || head < 0n ? {} : { after: head };
    const first = associationStepId(own, '');
    const id = { $gte: associationStepId(own, padded(position + 1n)), $lt: `${first.slice(0, -1)}0` };
    const firsts = new Map<string, AssociationStep>();
    for await (const page of this.readModels.pages(
      associationSteps,
      { filter: { id }, limit: PAGE },
      fresh,
    )) {
      lookedAt.add(page.length);
      for (const step of page)
        if (step.toType === withType && !firsts.has(step.toId)) firsts.set(step.toId, step);
    }
    return firsts.values();
  }

  /** The links of a pair just before an event, as the first of the two given sees them. */
  private async linksBefore(own: RecordRef, { toType, toId, revision }: AssociationStep) {
    const pair = pairOf(own, { objectType: toType, recordId: toId });
    const stream = associationStream(pair);
    for await (const [event] of this.streams.pages<AssociationEvents>(stream, revision)) {
      const { from } = event!.data.links;
      return pair.turned ? from.map(inverse) : from;
    }
    throw new Error(`${stream} lacks an event that was read before`);
  }
}
