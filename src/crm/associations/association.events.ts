// Events of associations: one stream per pair of records, `association-company-123-contact-456`, first the side that comes
// first: by type in byte order, then by id.

export type AssociationCategory = 'HUBSPOT_DEFINED' | 'USER_DEFINED' | 'INTEGRATOR_DEFINED';

/** One record; `objectType` is the plural name. */
export interface RecordRef {
  readonly objectType: string;
  readonly recordId: string;
}

/** One association type between two records, seen from one of them: its id in this direction and in the other. */
export interface Link {
  readonly category: AssociationCategory;
  readonly typeId: number;
  readonly inverseTypeId: number;
}

/** All links of a pair just before and just after an event, seen from the pair's `from`, in the order of type ids. */
export interface LinksMoved {
  readonly from: readonly Link[];
  readonly to: readonly Link[];
}

interface AssociationMoved {
  /** The side that comes first, whichever side was asked from. */
  readonly from: RecordRef;
  readonly to: RecordRef;
  readonly links: LinksMoved;
}

export type AssociationEvents = {
  /** The pair had no link before; perhaps it had some long ago. */
  'association.created.v1': AssociationMoved;
  'association.changed.v1': AssociationMoved;
  /** No link is left. */
  'association.removed.v1': AssociationMoved;
};

export const inverse = ({ category, typeId, inverseTypeId }: Link): Link => ({
  category,
  typeId: inverseTypeId,
  inverseTypeId: typeId,
});
