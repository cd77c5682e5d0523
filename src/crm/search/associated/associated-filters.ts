// Translates filters on associations into filters of the read model of records: the ids of the records that a record is
// associated with are read from the read model of associations, within a bound.
import { Injectable } from '@nestjs/common';
import { associations } from '../../../../projections/crm/associations';
import { records, type RecordDocument } from '../../../../projections/crm/records';
import { Streams } from '../../../eventsourcing/streams';
import { hasScope } from '../../../identity/api-keys/scopes';
import type { Filter } from '../../../read/document-store';
import { ReadModels, type Freshness } from '../../../read/read-models';
import { Refusal } from '../../../refusals';
import { associationIdRange } from '../../associations/association.vocabulary';
import { AssociationTypes } from '../../associations/types/association-types';
import { mapConcurrently } from '../../map-concurrently';
import type { Viewer } from '../../properties/values/sensitivity';
import { reaches } from '../../records/reach';
import { recordDocumentId } from '../../records/record.vocabulary';
import { standing } from '../../records/standing';
import { scopeNameOf } from '../../schemas/object-type.vocabulary';
import { ObjectTypes } from '../../schemas/object-types-known';
import type { FilterGroup, SearchFilter } from '../filter-groups';
import {
  isAssociated,
  namesOf,
  operandsOf,
  refused,
  typeIdsOf,
  typeUnknown,
  type Associated,
  type AtPlace,
} from './associated-filter';

/** By filter on associations: what it asks of documents of records. */
export type AssociatedMatches = ReadonlyMap<SearchFilter, Filter>;

/** Associations that one search looks at. */
export const MOST_LOOKED_AT = 100_000;
/** Associations that are read at once: few enough that reading them holds up nobody. */
const PAGE = 1_000;
/** Documents of records that are looked up at once. */
const ENDS = 100;

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

/** Matches nothing: in the place of a filter that is only checked. */
export const NONE: Filter = { id: { $in: [] } };

@Injectable()
export class AssociatedFilters {
  constructor(
    private readonly objectTypes: ObjectTypes,
    private readonly types: AssociationTypes,
    private readonly readModels: ReadModels,
    private readonly streams: Streams,
  ) {}

  /**
   * The filters on associations, taken apart. Refuses with `input-invalid` and `association-type-unknown` what does not
   * fit, and with `scope-missing` whoever may not read the records at the other end.
   */
  async checked(
    objectType: string,
    groups: readonly FilterGroup[] = [],
    viewer: Viewer,
  ): Promise<ReadonlyMap<SearchFilter, Associated>> {
    const found = new Map<SearchFilter, Associated>();
    for (const [g, { filters }] of groups.entries())
      for (const [f, filter] of filters.entries())
        if (isAssociated(filter)) {
          const asked = { filter, at: `filterGroups[${g}].filters[${f}]` };
          found.set(filter, await this.associated(objectType, asked, viewer));
        }
    return found;
  }

  /** What the filters on associations match now, as far as the viewer may know of it. */
  async matches(
    objectType: string,
    groups: readonly FilterGroup[] | undefined,
    viewer: Viewer,
    fresh?: Freshness,
  ): Promise<AssociatedMatches> {
    const matches = new Map<SearchFilter, Filter>();
    const lookedAt = new LookedAt();
    for (const [filter, asked] of await this.checked(objectType, groups, viewer))
      matches.set(filter, await this.matching(objectType, asked, { viewer, fresh, lookedAt }));
    return matches;
  }

  private async associated(objectType: string, asked: AtPlace, viewer: Viewer): Promise<Associated> {
    const { type, typeId } = namesOf(asked.filter);
    const other = await this.objectTypes.find(type);
    if (!other) throw typeUnknown(asked, type, await this.objectTypes.all());
    const { name: toType } = other;
    const scope = `crm.objects.${scopeNameOf(toType)}.read`;
    if (!hasScope(viewer, scope))
      throw refused(asked, 'scope-missing', `The scope ${scope} is required`, { requiredScopes: [scope] });
    const operands = operandsOf(asked);
    if (operands.operator !== 'EQ' && operands.operator !== 'IN')
      throw refused(asked, 'input-invalid', 'The operator does not fit; did you mean EQ or IN?');
    const typeIds = typeIdsOf(asked, typeId, await this.types.between(objectType, toType));
    return { ...operands, toType, typeIds };
  }

  private async matching(objectType: string, asked: Associated, how: How): Promise<Filter> {
    const ids = await this.associatedWith(objectType, asked, how);
    return { id: { $in: ids } };
  }

  /** Ids of the documents of a type that are associated with one of the records asked for. */
  private async associatedWith(objectType: string, asked: Associated, how: How): Promise<string[]> {
    const { toType, typeIds } = asked;
    const counting = new Set(typeIds);
    const found = new Set<string>();
    if (typeIds.length > 0)
      await mapConcurrently(await this.liveEnds(asked, how), async (recordId) => {
        const id = associationIdRange({ objectType: toType, recordId }, objectType);
        const asked = { filter: { id }, limit: PAGE };
        for await (const page of this.readModels.pages(associations, asked, how.fresh)) {
          how.lookedAt.add(page.length);
          for (const { toId, links } of page)
            if (links.some(({ inverseTypeId }) => counting.has(inverseTypeId)))
              found.add(recordDocumentId(objectType, toId));
        }
      });
    return [...found];
  }

  /** The live records that ids stand for, merged ones by their survivors, as far as the viewer may see them. */
  private async liveEnds({ toType, ids }: Associated, { viewer, fresh }: How): Promise<string[]> {
    const documents = new Map<string, RecordDocument>();
    const parts = Array.from({ length: Math.ceil(ids.length / ENDS) }, (_, i) =>
      ids.slice(i * ENDS, (i + 1) * ENDS),
    );
    await mapConcurrently(parts, async (part) => {
      const sought = part.map((id) => recordDocumentId(toType, id));
      for (const [id, doc] of await this.readModels.getMany(records, sought, fresh)) documents.set(id, doc);
    });
    const ends = await mapConcurrently(ids, async (id) => {
      const doc = documents.get(recordDocumentId(toType, id));
      if (doc) return !doc.archived && reaches(viewer, toType, 'view', doc.values) ? [id] : [];
      const { state } = await standing(this.streams, toType, id);
      return state.status === 'live' && reaches(viewer, toType, 'view', state.values) ? [state.recordId] : [];
    });
    return [...new Set(ends.flat())];
  }
}

interface How {
  readonly viewer: Viewer;
  readonly fresh: Freshness | undefined;
  readonly lookedAt: LookedAt;
}
