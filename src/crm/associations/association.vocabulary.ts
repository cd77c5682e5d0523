// Ids of the documents of associations, and how a link reads in the opposite direction.
import { idKey, idOfKey } from '../records/record.vocabulary';
import type { Link, RecordRef } from './association.events';

/** A document's id: in the order of the record `from`, then of the record `to`. */
export const associationDocumentId = (from: RecordRef, to: RecordRef): string =>
  `${from.objectType}/${idKey(from.recordId)}/${to.objectType}/${idKey(to.recordId)}`;

/** The two records of a document's id. */
export function pairOfDocument(id: string): { readonly from: RecordRef; readonly to: RecordRef } {
  const [fromType = '', fromKey = '', toType = '', toKey = ''] = id.split('/');
  return {
    from: { objectType: fromType, recordId: idOfKey(fromKey) },
    to: { objectType: toType, recordId: idOfKey(toKey) },
  };
}

/** Bounds of the ids of a record's associations, with records of one type or of all: `{ $gte, $lt }` over `id`. */
export function associationIdRange({ objectType, recordId }: RecordRef, toType?: string) {
  const prefix = `${objectType}/${idKey(recordId)}${toType === undefined ? '' : `/${toType}`}`;
  return { $gte: `${prefix}/`, $lt: `${prefix}0` };
}

/** The same link, seen from the opposite side. */
export const inverse = ({ category, typeId, inverseTypeId }: Link): Link => ({
  category,
  typeId: inverseTypeId,
  inverseTypeId: typeId,
});
