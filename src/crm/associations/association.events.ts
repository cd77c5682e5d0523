// Events of associations, one stream for each pair of records: `association-company-123-contact-456`. Its two records
// are ordered by type in byte order, then by id.

export type AssociationCategory = 'HUBSPOT_DEFINED' | 'USER_DEFINED' | 'INTEGRATOR_DEFINED';

/** One record; `objectType` is the plural name. */
export interface RecordRef {
  readonly objectType: string;
  readonly recordId: string;
}

/**
 * One association type between two records, seen from one of them: its number in this direction and in the opposite
 * one.
 */
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
  /** The record that comes first in the stream's name, whichever one the caller named first. */
  readonly from: RecordRef;
  readonly to: RecordRef;
  readonly links: LinksMoved;
}

export type AssociationEvents = {
  /** The pair had no link just before, though it may have had some in the past. */
  'association.created.v1': AssociationMoved;
  'association.changed.v1': AssociationMoved;
  /** The pair has no link left. */
  'association.removed.v1': AssociationMoved;
};
