// Associations in the shapes of HubSpot's v4 and v3 API.
import type { Found } from '../../read/document-store';
import type { AssociatedIds } from '../records/record.view';
import type { Associated } from './association-reader';
import type { AssociationType, TypeSpec } from './types/association-types';
import type { AssociationWritten } from './association-writer';
import type { AssociationCategory, Link, RecordRef } from './association.events';

export interface TypeView {
  readonly category: AssociationCategory;
  readonly typeId: number;
  /** Absent for the default type: HubSpot's schema allows no null here. */
  readonly label?: string;
}

const typeView = ({ category, typeId, label }: AssociationType): TypeView => ({
  category,
  typeId,
  ...(label !== null && { label }),
});

/** A page of the records of a type that a record is associated with, in the v4 shape. */
export const associatedPage = (from: RecordRef, toType: string, { docs, next }: Found<Associated>) => ({
  results: docs.map(associatedView),
  ...nextOf(`/crm/v4/objects/${from.objectType}/${from.recordId}/associations/${toType}`, next),
});

/** The same in the v3 shape: an entry for each type of each association. */
export const associatedIds = (
  from: RecordRef,
  toType: string,
  { docs, next }: Found<Associated>,
): AssociatedIds => ({
  results: docs.flatMap(({ recordId, types }) => types.map(({ name }) => ({ id: recordId, type: name }))),
  ...nextOf(`/crm/v3/objects/${from.objectType}/${from.recordId}/associations/${toType}`, next),
});

const nextOf = (path: string, after: string | undefined) =>
  after !== undefined && { paging: { next: { after, link: `${path}?after=${after}` } } };

const associatedView = ({ recordId, types }: Associated) => ({
  toObjectId: recordId,
  associationTypes: types.map(typeView),
});

/**
 * The labels between the two records now. A caller who may not read them gives its own as `written`: only these are
 * shown.
 */
export const labelsView = (
  { from, to, links }: AssociationWritten,
  types: readonly AssociationType[],
  typeIds: { readonly from: string; readonly to: string },
  written?: readonly TypeSpec[],
) => ({
  fromObjectTypeId: typeIds.from,
  fromObjectId: from.recordId,
  toObjectTypeId: typeIds.to,
  toObjectId: to.recordId,
  labels: links
    .filter((link) => !written || written.some(({ typeId }) => typeId === link.typeId))
    .flatMap(({ typeId }) => types.find((type) => type.typeId === typeId)?.label ?? []),
});

/** The default link, seen from each of the two records. */
export const defaultViews = (
  { from, to }: Pick<AssociationWritten, 'from' | 'to'>,
  { category, typeId, inverseTypeId }: Link,
) => {
  const view = (a: string, b: string, associationTypeId: number) => ({
    from: { id: a },
    to: { id: b },
    associationSpec: { associationCategory: category, associationTypeId },
  });
  return [view(from.recordId, to.recordId, typeId), view(to.recordId, from.recordId, inverseTypeId)];
};
