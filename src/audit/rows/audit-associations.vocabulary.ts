// The wording of audit log rows about associations and their types.
import type { AssociationEvents, Link } from '../../crm/associations/association.events';
import type { AssociationTypeEvents } from '../../crm/associations/types/association-type.events';
import { findObjectType } from '../../crm/schemas/object-type.vocabulary';
import { changed, made, singular } from '../audit-wording.vocabulary';
import type { Described, Values } from '../audit-entry.vocabulary';

const typeIds = (links: readonly Link[]) => links.map(({ typeId }) => typeId);

export function association({ from, to, links }: AssociationEvents['association.created.v1']): Described {
  const sides = `a ${singular(from.objectType)} and a ${singular(to.objectType)}`;
  const standard = [from, to].every(({ objectType }) => findObjectType(objectType));
  return {
    category: standard ? 'CRM_OBJECT_ASSOCIATION' : 'CUSTOM_OBJECT_ASSOCIATION',
    subCategory: from.objectType,
    action: links.to.length > links.from.length ? 'ASSOCIATE' : 'DISASSOCIATE',
    target: { type: from.objectType, id: from.recordId },
    summary:
      links.from.length === 0
        ? `Associated ${sides}`
        : links.to.length === 0
          ? `Took ${sides} apart`
          : `Changed how ${sides} are associated`,
    changes: { [`${to.objectType}/${to.recordId}`]: { from: typeIds(links.from), to: typeIds(links.to) } },
  };
}

const associationType = (typeId: number, action: string, summary: string, changes?: Values): Described => ({
  category: 'CRM_OBJECT',
  subCategory: 'CUSTOM_OBJECT_DEFINITION',
  action,
  target: { type: 'association-types', id: String(typeId) },
  summary,
  ...(changes && { changes }),
});

export const typeDefined = (type: AssociationTypeEvents['associationtype.defined.v1']): Described => {
  const { typeId, fromType, toType, name, label, inverseLabel } = type;
  const summary = `Defined an association type between ${fromType} and ${toType}`;
  return associationType(typeId, 'CREATE', summary, made({ name, label, inverseLabel }));
};

export const typeRelabelled = (e: AssociationTypeEvents['associationtype.relabelled.v1']): Described =>
  associationType(e.typeId, 'UPDATE', 'Changed the labels of an association type', changed(e.from, e.to));

export const typeArchived = (e: AssociationTypeEvents['associationtype.archived.v1']): Described =>
  associationType(e.typeId, 'ARCHIVE', 'Archived an association type');
