// Associations as each of the two records sees them: two documents for each pair of records, one for each direction.
import type {
  AssociationEvents,
  Link,
  LinksMoved,
  RecordRef,
} from '../../src/crm/associations/association.events';
import { associationDocumentId, inverse } from '../../src/crm/associations/association.vocabulary';
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
