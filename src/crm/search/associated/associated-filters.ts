// Translates filters on associations into filters of the read model of records, as far as somebody may know of them.
import { Injectable } from '@nestjs/common';
import { Streams } from '../../../eventsourcing/streams';
import { hasScope } from '../../../identity/api-keys/scopes';
import type { Filter } from '../../../read/document-store';
import { ReadModels, type Freshness } from '../../../read/read-models';
import { AssociationTypes, type AssociationType } from '../../associations/types/association-types';
import type { Viewer } from '../../properties/values/sensitivity';
import { ownersFor } from '../../records/reach';
import { scopeNameOf } from '../../schemas/object-type.vocabulary';
import { ObjectTypes } from '../../schemas/object-types-known';
import type { FilterGroup, SearchFilter } from '../filter-groups';
import { AssociatedNow, LookedAt } from './associated-now';
import {
  countingTypes,
  isAssociated,
  namesOf,
  operandsOf,
  refused,
  typeUnknown,
  type Associated,
  type AtPlace,
} from './associated-filter';

/** By filter on associations: what it asks of documents of records. */
export type AssociatedMatches = ReadonlyMap<SearchFilter, Filter>;

const NONE: Filter = { id: { $in: [] } };

/** Of a position in the past: filters are told by it, and by the association types of then where these are given. */
export interface CheckedAt {
  readonly then?: boolean;
  readonly types?: readonly AssociationType[];
}

export const OF_THEN: CheckedAt = { then: true };

@Injectable()
export class AssociatedFilters {
  private readonly now: AssociatedNow;

  constructor(
    private readonly objectTypes: ObjectTypes,
    private readonly types: AssociationTypes,
    readModels: ReadModels,
    streams: Streams,
  ) {
    this.now = new AssociatedNow(readModels, streams);
  }

  /**
   * The filters on associations, taken apart. Refuses with `input-invalid` and `association-type-unknown` what does not
   * fit, and whoever may not read the records at the other end, with `scope-missing`, or not all of them, with
   * `access-denied`, where the answer would tell of those.
   */
  async checked(
    objectType: string,
    groups: readonly FilterGroup[] = [],
    viewer: Viewer,
    at: CheckedAt = {},
  ): Promise<ReadonlyMap<SearchFilter, Associated>> {
    const found = new Map<SearchFilter, Associated>();
    for (const [g, { filters }] of groups.entries())
      for (const [f, filter] of filters.entries())
        if (isAssociated(filter)) {
          const asked = { filter, at: `filterGroups[${g}].filters[${f}]` };
          found.set(filter, await this.associated(objectType, asked, viewer, at));
        }
    return found;
  }

  /** What the filters on associations match now. */
  async matches(
    objectType: string,
    groups: readonly FilterGroup[] | undefined,
    viewer: Viewer,
    fresh?: Freshness,
  ): Promise<AssociatedMatches> {
    const matches = new Map<SearchFilter, Filter>();
    const how = { viewer, fresh, lookedAt: new LookedAt() };
    for (const [filter, asked] of await this.checked(objectType, groups, viewer))
      matches.set(filter, await this.matching(objectType, asked, how));
    return matches;
  }

  /**
   * What stands in the place of matches, and the object types at the other ends, where filters are only checked: what is
   * asked of a job is refused at once.
   */
  async placeholders(
    objectType: string,
    groups: readonly FilterGroup[] | undefined,
    viewer: Viewer,
    at?: CheckedAt,
  ): Promise<{ readonly matches: AssociatedMatches; readonly types: readonly string[] }> {
    const found = await this.checked(objectType, groups, viewer, at);
    const types = [...new Set([...found.values()].map(({ toType }) => toType))];
    return { matches: new Map([...found.keys()].map((filter) => [filter, NONE])), types };
  }

  any(groups: readonly FilterGroup[] = []): boolean {
    return groups.some(({ filters }) => filters.some(isAssociated));
  }

  private async associated(
    objectType: string,
    asked: AtPlace,
    viewer: Viewer,
    at: CheckedAt,
  ): Promise<Associated> {
    const { type, typeId } = namesOf(asked.filter);
    const other = await this.objectTypes.find(type);
    if (!other) throw typeUnknown(asked, type, await this.objectTypes.all());
    const { name: toType } = other;
    const scope = `crm.objects.${scopeNameOf(toType)}.read`;
    if (!hasScope(viewer, scope))
      throw refused(asked, 'scope-missing', `The scope ${scope} is required`, { requiredScopes: [scope] });
    const operands = operandsOf(asked);
    const ofThen = at.types?.filter((type) => type.fromType === objectType && type.toType === toType);
    const tellsOfAll = operands.operator !== 'EQ' && operands.operator !== 'IN';
    if (tellsOfAll && ownersFor(viewer, toType, 'view') !== 'all')
      throw refused(asked, 'access-denied', `Your role lets you view some ${toType} only: ask by EQ or IN`);
    if (tellsOfAll && at.then)
      throw refused(asked, 'input-invalid', 'Records as they were at a position are asked by EQ or IN alone');
    const types = countingTypes(asked, typeId, ofThen ?? (await this.types.between(objectType, toType)));
    return { ...operands, toType, types };
  }

  /** As with properties, of a record that is associated with nothing only NOT_HAS_PROPERTY is true. */
  private async matching(objectType: string, asked: Associated, how: How): Promise<Filter> {
    const { operator, types } = asked;
    if (operator === 'EQ' || operator === 'IN')
      return { id: { $in: await this.now.associatedWith(objectType, asked, how) } };
    const linked = types.map(({ typeId }) => `linked.${typeId}`);
    const only = await this.now.withArchivedOnly(objectType, asked, how);
    if (operator === 'NOT_HAS_PROPERTY') {
      const none = { $and: linked.map((path): Filter => ({ [path]: { $exists: false } })) };
      return only.length === 0 ? none : { $or: [none, { id: { $in: only } }] };
    }
    const not = operator === 'HAS_PROPERTY' ? [] : await this.now.associatedWith(objectType, asked, how);
    const without = [...only, ...not];
    const some = { $or: linked.map((path): Filter => ({ [path]: { $exists: true } })) };
    return without.length === 0 ? some : { $and: [some, { id: { $nin: without } }] };
  }
}

type How = Parameters<AssociatedNow['associatedWith']>[2];
