// Engagements, found among the records of five object types and shown with what they are associated with.
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetAccount, portalIdOf } from '../../account/account.queries';
import type { Caller } from '../../caller';
import { hasScope } from '../../identity/api-keys/scopes';
import type { Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { AssociationReader } from '../associations/association-reader';
import type { AskedAssociation } from '../associations/record-associations';
import { AssociationTypes } from '../associations/types/association-types';
import { mapConcurrently } from '../map-concurrently';
import { GetRecord, SearchRecords } from '../records/record.queries';
import { compareIds } from '../records/record.vocabulary';
import type { SearchFilter, SearchSort } from '../search/filter-groups';
import { presentEngagement, type Activity, type EngagementView } from './engagement.view';
import {
  engagementEnds,
  engagementObjectTypes,
  engagementProperties,
  kindOf,
  type EndsField,
} from './engagement-metadata';

/** Associations of one engagement that are read at once. */
const ENDS = 500;
/** Records of one object type that are read at once. */
const STEP = 100;

export interface Stretch {
  readonly filter: SearchFilter;
  readonly sort: SearchSort;
  /** Which of two comes first in the order of `sort`. */
  readonly compare: (one: Activity, other: Activity) => number;
}

export const afterId = (id: number): Stretch => ({
  filter: { propertyName: 'hs_object_id', operator: 'GT', value: String(id) },
  sort: { propertyName: 'hs_object_id', direction: 'ASCENDING' },
  compare: (one, other) => compareIds(one.view.id, other.view.id),
});

export const changedSince = (since: number): Stretch => ({
  filter: { propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: String(since) },
  sort: { propertyName: 'hs_lastmodifieddate', direction: 'DESCENDING' },
  compare: (one, other) => Date.parse(other.view.updatedAt) - Date.parse(one.view.updatedAt),
});

@Injectable()
export class Engagements {
  constructor(
    private readonly queries: QueryBus,
    private readonly reader: AssociationReader,
    private readonly types: AssociationTypes,
  ) {}

  /** The live record with an id among the types of which the caller may do something. Refuses with `record-unknown`. */
  async named(id: string, caller: Caller, right: 'read' | 'write'): Promise<Activity> {
    const found = await Promise.all(
      typesFor(caller, right).map(async (objectType) => {
        const read = await this.queries.execute(new GetRecord(objectType, id, wanted(objectType, caller)));
        return read && { objectType, view: read.view };
      }),
    );
    const activity = found.find((one) => one !== undefined);
    if (!activity) throw new Refusal('record-unknown');
    return activity;
  }

  /** Those that the caller may read, after `skip` others, at most `limit`. */
  async stretch(stretch: Stretch, skip: number, limit: number, caller: Caller, fresh: Freshness) {
    const listed = typesFor(caller, 'read').map((type) => this.listed(type, stretch, caller, fresh));
    const heads = await Promise.all(listed.map((one) => one.next()));
    const found: Activity[] = [];
    for (let passed = 0; found.length < limit; passed++) {
      let first: number | undefined;
      for (const [i, head] of heads.entries())
        if (!head.done && (first === undefined || stretch.compare(head.value, heads[first]!.value!) < 0))
          first = i;
      if (first === undefined) break;
      if (passed >= skip) found.push(heads[first]!.value!);
      heads[first] = await listed[first]!.next();
    }
    return found;
  }

  async count({ filter }: Stretch, caller: Caller, fresh: Freshness): Promise<number> {
    const counts = await Promise.all(
      typesFor(caller, 'read').map(async (objectType) => {
        const search = { filterGroups: [{ filters: [filter] }], limit: 1 };
        const asked = new SearchRecords(objectType, search, wanted(objectType, caller), fresh);
        return (await this.queries.execute(asked)).total;
      }),
    );
    return counts.reduce((sum, one) => sum + one, 0);
  }

  private async *listed(objectType: string, { filter, sort }: Stretch, caller: Caller, fresh: Freshness) {
    for (let after: string | undefined; ;) {
      const search = {
        ...{ filterGroups: [{ filters: [filter] }], sorts: [sort], limit: STEP, counted: false },
        ...(after !== undefined && { after }),
      };
      const asked = new SearchRecords(objectType, search, wanted(objectType, caller), fresh);
      const { docs, next } = await this.queries.execute(asked);
      for (const view of docs) yield { objectType, view };
      if (next === undefined) return;
      after = next;
    }
  }

  /** Shows of what they are associated with only what the caller may read. */
  async shown(activities: readonly Activity[], caller: Caller, fresh?: Freshness): Promise<EngagementView[]> {
    const portalId = portalIdOf(await this.queries.execute(new GetAccount()));
    const ends = Object.entries(engagementEnds).filter(([, type]) => may(caller, type, 'read'));
    return mapConcurrently(activities, async (activity) => {
      const ids = await Promise.all(
        ends.map(async ([field, type]) => [field, await this.endsOf(activity, type, caller, fresh)] as const),
      );
      return presentEngagement(activity, Object.fromEntries(ids), portalId);
    });
  }

  private async endsOf(
    { objectType, view }: Activity,
    toType: string,
    caller: Caller,
    fresh?: Freshness,
  ): Promise<number[]> {
    const ids: number[] = [];
    for (let after: string | undefined; ;) {
      const from = { objectType, recordId: view.id };
      const page = await this.reader.associated(from, toType, { limit: ENDS, after }, caller, fresh);
      ids.push(...page.docs.map(({ recordId }) => Number(recordId)));
      if (page.next === undefined) return ids;
      after = page.next;
    }
  }

  /** The associations that a body asks for, each of the usual type. */
  async asked(
    objectType: string,
    given: Partial<Readonly<Record<EndsField, readonly string[] | null | undefined>>>,
  ): Promise<AskedAssociation[]> {
    const fields = Object.keys(engagementEnds) as EndsField[];
    const lists = await Promise.all(
      fields.map(async (field) => {
        const ids = [...new Set(given[field] ?? [])];
        if (ids.length === 0) return [];
        const { category, typeId } = await this.types.usual(objectType, engagementEnds[field]);
        return ids.map((id) => ({ to: { id }, types: [{ category, typeId }] }));
      }),
    );
    return lists.flat();
  }
}

const may = (caller: Caller, objectType: string, right: 'read' | 'write') =>
  hasScope(caller, `crm.objects.${objectType}.${right}`);
const typesFor = (caller: Caller, right: 'read' | 'write') =>
  engagementObjectTypes.filter((type) => may(caller, type, right));
const wanted = (objectType: string, viewer: Caller) => ({
  ...{ viewer, properties: engagementProperties(kindOf(objectType)), propertiesWithHistory: [] },
});
