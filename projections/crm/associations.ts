// Associations as each of the two records sees them: two documents for each pair of records, one for each direction.
import {
  inverse,
  type AssociationEvents,
  type Link,
  type LinksMoved,
  type RecordRef,
} from '../../src/crm/associations/association.events';
import { idKey, idOfKey } from '../../src/crm/schemas/object-types';
import type { Doc } from '../../src/read/document-store';
import type { Op, Projection } from '../projection';

export interface AssociationDocument extends Doc {
  /** The plural name. */
  readonly fromType: string;
  readonly fromId: string;
  readonly toType: string;
  readonly toId: string;
  /** The links seen from `from`; at least one. */
  readonly links: readonly Link[];
}

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

interface Moved {
  readonly from: RecordRef;
  readonly to: RecordRef;
  readonly links: LinksMoved;
}

const put = (from: RecordRef, to: RecordRef, links: readonly Link[]): Op<AssociationDocument> => ({
  id: associationDocumentId(from, to),
  put: {
    ...{ fromType: from.objectType, fromId: from.recordId },
    ...{ toType: to.objectType, toId: to.recordId },
    links,
  },
});

const bothSides = ({ from, to, links }: Moved) => [
  put(from, to, links.to),
  put(to, from, links.to.map(inverse)),
];

export const associations: Projection<AssociationDocument, AssociationEvents> = {
  name: 'associations',
  version: 2,
  on: {
    'association.created.v1': bothSides,
    'association.changed.v1': bothSides,
    'association.removed.v1': ({ from, to }) => [
      { id: associationDocumentId(from, to), remove: true },
      { id: associationDocumentId(to, from), remove: true },
    ],
  },
};
