// Reads what a record is associated with: live records only, and only association types that still exist.
import { associations, type AssociationDocument } from '../../../projections/crm/associations';
import { records } from '../../../projections/crm/records';
import type { Filter, Found } from '../../read/document-store';
import type { Freshness, ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { recordDocumentId, idKey, isRecordId } from '../records/record.vocabulary';
import { associationIdRange } from './association.vocabulary';
import type { AssociationType, AssociationTypes } from './types/association-types';
import type { RecordRef } from './association.events';
import { reaches } from '../records/reach';
import type { Viewer } from '../properties/values/sensitivity';

/** A record that is associated with the one asked about, and all types of the association as that one sees them. */
export interface Associated {
  readonly recordId: string;
  readonly types: readonly AssociationType[];
}

export interface AssociatedPage {
  readonly limit: number;
  /** The id of the last record on the page before. */
  readonly after?: string | undefined;
}

/** Documents per read: more than were asked for, since some of the records may not be live. */
const LEAST_READ = 50;
const MOST_READ = 500;

export class AssociationReader {
  constructor(
    private readonly readModels: ReadModels,
    private readonly types: AssociationTypes,
  ) {}

  /** Associated records that the viewer may see, in the order of their ids. A page is shorter than `limit` only where nothing follows. */
  async associated(
    from: RecordRef,
    toType: string,
    { limit, after = '' }: AssociatedPage,
    viewer: Viewer,
    fresh?: Freshness,
  ): Promise<Found<Associated>> {
    if (after !== '' && !isRecordId(after)) throw new Refusal('cursor-invalid');
    const types = new Map(
      (await this.types.between(from.objectType, toType)).map((type) => [type.typeId, type]),
    );
    const range = associationIdRange(from, toType);
    const found: Associated[] = [];
    const size = Math.min(Math.max(limit + 1, LEAST_READ), MOST_READ);
    const filter: Filter =
      after === '' ? { id: range } : { id: { $gt: `${range.$gte}${idKey(after)}`, $lt: range.$lt } };
    for await (const page of this.readModels.pages(associations, { filter, limit: size }, fresh)) {
      found.push(...(await this.shown(page, types, viewer, fresh)));
      if (found.length > limit) break;
    }
    const docs = found.slice(0, limit);
    return { docs, ...(found.length > limit && { next: docs.at(-1)!.recordId }) };
  }

  private async shown(
    docs: readonly AssociationDocument[],
    types: ReadonlyMap<number, AssociationType>,
    viewer: Viewer,
    fresh: Freshness | undefined,
  ): Promise<Associated[]> {
    const ids = docs.map(({ toType, toId }) => recordDocumentId(toType, toId));
    const ends = await this.readModels.getMany(records, ids, fresh);
    return docs.flatMap(({ toType, toId, links }) => {
      const seen = links.flatMap(({ typeId }) => types.get(typeId) ?? []);
      const end = ends.get(recordDocumentId(toType, toId));
      const isShown = end?.archived === false && reaches(viewer, toType, 'view', end.values);
      return isShown && seen.length > 0 ? [{ recordId: toId, types: seen }] : [];
    });
  }
}
