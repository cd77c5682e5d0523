// Pairs of records, the ids of their streams and documents, and how links compare and read in the opposite direction.
import { compareIds, idKey, idOfKey, recordStream } from '../records/record.vocabulary';
import type { Link, RecordRef } from './association.events';

/** Two records in the fixed order that names their stream. */
export interface Pair {
  readonly from: RecordRef;
  readonly to: RecordRef;
  /** True where the caller named the two in the opposite order: links must then be turned. */
  readonly turned: boolean;
}

export function pairOf(a: RecordRef, b: RecordRef): Pair {
  const turned =
    a.objectType === b.objectType ? compareIds(a.recordId, b.recordId) > 0 : a.objectType > b.objectType;
  return turned ? { from: b, to: a, turned } : { from: a, to: b, turned };
}

export const associationStream = ({ from, to }: Pair): string =>
  `association-${recordStream(from.objectType, from.recordId)}-${recordStream(to.objectType, to.recordId)}`;

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

/** The id of what tells that an event has moved a record's associations: in the order of the record, then of the log. */
export const associationStepId = ({ objectType, recordId }: RecordRef, paddedPosition: string): string =>
  `${objectType}/${idKey(recordId)}/${paddedPosition}`;

/** The same link, seen from the opposite side. */
export const inverse = ({ category, typeId, inverseTypeId }: Link): Link => ({
  category,
  typeId: inverseTypeId,
  inverseTypeId: typeId,
});

export const sameLink = (a: Link, b: Link): boolean => a.category === b.category && a.typeId === b.typeId;

/** Whether two records have the same links, in whatever order; each link is named once. */
export const sameLinks = (a: readonly Link[], b: readonly Link[]): boolean =>
  a.length === b.length && a.every((link) => b.some((other) => sameLink(link, other)));
