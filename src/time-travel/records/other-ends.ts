// The records at the other ends of a record's associations, as far as somebody may know of them.
import { Injectable } from '@nestjs/common';
import { records } from '../../../projections/crm/records';
import type { AssociationEvents, RecordRef } from '../../crm/associations/association.events';
import { AssociationTypes, type AssociationType } from '../../crm/associations/types/association-types';
import type { Viewer } from '../../crm/properties/values/sensitivity';
import { reaches } from '../../crm/records/reach';
import { recordDocumentId } from '../../crm/records/record.vocabulary';
import { scopeNameOf } from '../../crm/schemas/object-type.vocabulary';
import type { RecordedOf } from '../../eventsourcing/event';
import { hasScope } from '../../identity/api-keys/scopes';
import { ReadModels, type Freshness } from '../../read/read-models';
import type { OtherEnd } from './step';

type Moved = RecordedOf<AssociationEvents>;

@Injectable()
export class OtherEnds {
  constructor(
    private readonly readModels: ReadModels,
    private readonly types: AssociationTypes,
  ) {}

  /** Of each event the end that is not `record`. */
  async of(
    record: RecordRef,
    events: readonly Moved[],
    viewer: Viewer,
    fresh: Freshness | undefined,
  ): Promise<(event: Moved) => OtherEnd> {
    const ids = events.map((event) => documentOf(otherOf(record, event)));
    const found = await this.readModels.getMany(records, [...new Set(ids)], fresh);
    const types = new Map<string, readonly AssociationType[]>();
    for (const { objectType } of events.map((event) => otherOf(record, event)))
      if (!types.has(objectType))
        types.set(objectType, await this.types.between(record.objectType, objectType));
    return (event) => {
      const other = otherOf(record, event);
      const { objectType, recordId } = other;
      const doc = found.get(documentOf(other));
      const mayView =
        hasScope(viewer, `crm.objects.${scopeNameOf(objectType)}.read`) &&
        (!viewer.reach || (doc !== undefined && reaches(viewer, objectType, 'view', doc.values)));
      return {
        shown: { objectType, ...(mayView && { recordId }) },
        live: mayView && doc?.archived === false,
        types: types.get(objectType)!,
      };
    };
  }
}

const otherOf = (record: RecordRef, { data: { from, to } }: Moved): RecordRef =>
  from.objectType === record.objectType && from.recordId === record.recordId ? to : from;

const documentOf = ({ objectType, recordId }: RecordRef): string => recordDocumentId(objectType, recordId);
