// Events of the association types that an account defines: labels, and the default types of custom objects. All are in
// one stream, `association_types-account`. HubSpot's own types are part of the build and have no events.
import type { AssociationCategory } from '../association.events';

export interface AssociationTypeDefinition {
  /** The number in the direction from `fromType` to `toType` (plural names). */
  readonly typeId: number;
  /**
   * The number in the opposite direction; equal to `typeId` where both object types are the same and one label serves
   * for both directions.
   */
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
  /** Links of this type are no longer shown. Its numbers are never given again. */
  'associationtype.archived.v1': { typeId: number };
};
