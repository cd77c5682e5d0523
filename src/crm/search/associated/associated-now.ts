// Finds records by their associations in the read models: those associated with certain records, and those that are
// associated with archived records alone. What is looked at is bounded.
import { associations, type AssociationDocument } from '../../../../projections/crm/associations';
import { records, type Linked, type RecordDocument } from '../../../../projections/crm/records';
import type { Streams } from '../../../eventsourcing/streams';
import type { Filter } from '../../../read/document-store';
import type { Freshness, ReadModels } from '../../../read/read-models';
import { Refusal } from '../../../refusals';
import { associationIdRange } from '../../associations/association.vocabulary';
import { mapConcurrently } from '../../map-concurrently';
import type { Viewer } from '../../properties/values/sensitivity';
import { reaches } from '../../records/reach';
import { recordDocumentId, recordIdRange } from '../../records/record.vocabulary';
import { standing } from '../../records/standing';
import type { Associated } from './associated-filter';

/** Associations that one search looks at. */
export const MOST_LOOKED_AT = 50_000;
/** Associations that are read at once: few enough that reading them holds up nobody. */
const PAGE = 1_000;
/** Records that are read at once. */
const RECORDS = 100;
/** Records whose associations are asked for by one query. */
const RANGES = 100;

/** Counts what a search looks at, and refuses it with `associations-too-many` beyond the bound. */
export class LookedAt {
  private left: number;

  constructor(most = MOST_LOOKED_AT) {
    this.left = most;
  }

  add(count: number): void {
    if ((this.left -= count) < 0) throw new Refusal('associations-too-many');
  }
}

interface How {
  readonly viewer: Viewer;
  readonly fresh: Freshness | undefined;
  readonly lookedAt: LookedAt;
}

export class AssociatedNow {
  constructor(
    private readonly readModels: ReadModels,
    private readonly streams: Streams,
  ) {}

  /** Ids of the documents of a type that are associated with one of the records asked for. */
  async associatedWith(objectType: string, asked: Associated, how: How): Promise<string[]> {
    const { toType, types } = asked;
    if (types.length === 0) return [];
    const counting = new Set(types.map(({ typeId }) => typeId));
    const found = new Set<string>();
    for await (const page of this.pairs(toType, await this.liveEnds(asked, how), objectType, how))
      for (const { toId, links } of page)
        if (links.some(({ inverseTypeId }) => counting.has(inverseTypeId)))
          found.add(recordDocumentId(objectType, toId));
    return [...found];
  }

  /**
   * Ids of the documents of a type that are associated with records of the other type, none of which is live: their
   * counts tell of archived records, too. What lies in the recycle bin is all that is looked at.
   */
  async withArchivedOnly(objectType: string, { toType, types }: Associated, how: How): Promise<string[]> {
    if (types.length === 0) return [];
    const counting = new Set(types.map(({ typeId }) => typeId));
    /** By id of the document: how many of its associations of each type are with archived records. */
    const away = new Map<string, Map<number, number>>();
    const some = types.map(({ inverseTypeId }): Filter => ({
      [`linked.${inverseTypeId}`]: { $exists: true },
    }));
    const filter = { objectType: toType, archived: true, id: recordIdRange(toType), $or: some };
    for await (const ends of this.readModels.pages(records, { filter, limit: RECORDS }, how.fresh)) {
      const ids = ends.map(({ recordId }) => recordId);
      for await (const page of this.pairs(toType, ids, objectType, how))
        for (const { toId, links } of page) {
          const id = recordDocumentId(objectType, toId);
          const counts = away.get(id) ?? new Map<number, number>();
          for (const { inverseTypeId: typeId } of links)
            if (counting.has(typeId)) counts.set(typeId, (counts.get(typeId) ?? 0) + 1);
          if (counts.size > 0) away.set(id, counts);
        }
    }
    const documents = await this.documents([...away.keys()], how);
    const isAway = (id: string, linked: Linked = {}) =>
      types.every(({ typeId }) => (linked[typeId] ?? 0) <= (away.get(id)!.get(typeId) ?? 0));
    return [...documents].flatMap(([id, { linked }]) => (isAway(id, linked) ? [id] : []));
  }

  /** The live records that ids stand for, merged ones by their survivors, as far as the viewer may see them. */
  private async liveEnds({ toType, ids }: Associated, how: How): Promise<string[]> {
    const { viewer } = how;
    const sought = ids.map((id) => recordDocumentId(toType, id));
    const documents = await this.documents(sought, how);
    const ends = await mapConcurrently(ids, async (id) => {
      const doc = documents.get(recordDocumentId(toType, id));
      if (doc) return !doc.archived && reaches(viewer, toType, 'view', doc.values) ? [id] : [];
      const { state } = await standing(this.streams, toType, id);
      return state.status === 'live' && reaches(viewer, toType, 'view', state.values) ? [state.recordId] : [];
    });
    return [...new Set(ends.flat())];
  }

  /** Pages of the associations that records of a type have with those of another. */
  private async *pairs(
    ofType: string,
    ids: readonly string[],
    withType: string,
    { fresh, lookedAt }: How,
  ): AsyncGenerator<readonly AssociationDocument[]> {
    for (const some of parts(ids, RANGES)) {
      let ranges: readonly IdRange[] = some.map((recordId) =>
        associationIdRange({ objectType: ofType, recordId }, withType),
      );
      while (ranges.length > 0) {
        const filter = { $or: ranges.map((id): Filter => ({ id })) };
        const { docs, next } = await this.readModels.find(associations, { filter, limit: PAGE }, fresh);
        lookedAt.add(docs.length);
        yield docs;
        ranges = next === undefined ? [] : rangesAfter(docs.at(-1)!.id, ranges);
      }
    }
  }

  private async documents(ids: readonly string[], { fresh }: How): Promise<Map<string, RecordDocument>> {
    const found = new Map<string, RecordDocument>();
    await mapConcurrently(parts(ids, RECORDS), async (some) => {
      for (const [id, doc] of await this.readModels.getMany(records, some, fresh)) found.set(id, doc);
    });
    return found;
  }
}

type IdRange = { readonly $gt?: string; readonly $gte?: string; readonly $lt: string };

/** What is left of ranges behind an id: a cursor would have the store look for it in each of them. */
const rangesAfter = (id: string, ranges: readonly IdRange[]): IdRange[] =>
  ranges
    .filter(({ $lt }) => $lt > id)
    .map((range) => ((range.$gte ?? range.$gt!) > id ? range : { $gt: id, $lt: range.$lt }));

const parts = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
