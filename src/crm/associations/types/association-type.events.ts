// Association types made over the API: labels, and the default types of custom objects. All in one stream of the account,
// `association_types-account`. HubSpot's own are part of the build.
import type { AssociationCategory } from '../association.events';

export interface AssociationTypeDefinition {
  /** From `fromType` to `toType`, plural names. */
  readonly typeId: number;
  /** The way back; the same where both ends are of one type and the label is one for both. */
  readonly inverseTypeId: number;
  readonly fromType: string;
  readonly toType: string;
  readonly category: AssociationCategory;
  /** Unique per pair of object types. */
  readonly name: string;
  /** Null for the default type of a pair. */
  readonly label: string | null;
  readonly inverseLabel: string | null;
}

export interface Labels {
  readonly label: string | null;
  readonly inverseLabel: string | null;
}

export type AssociationTypeEvents = {
  'associationtype.defined.v1': AssociationTypeDefinition;
  'associationtype.relabelled.v1': { typeId: number; from: Labels; to: Labels };
  /** Links of this type are no longer shown; its numbers are never given again. */
  'associationtype.archived.v1': { typeId: number };
};
