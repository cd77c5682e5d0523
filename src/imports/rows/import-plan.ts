// The plan of a file: what an import does with each of its columns.
import type { AssociationType, TypeSpec } from '../../crm/associations/types/association-types';
import type { PropertyDefinition } from '../../crm/properties/property.events';
import type { NamedOwner } from '../../owners/owners';
import type { ColumnMapping } from '../requests/column-mapping';
import type { ReadCell } from './cell-values';
import type { Operation } from '../requests/import-request';

export interface Column {
  /** The column's index in the file, from 0. */
  readonly index: number;
  readonly name: string;
  readonly property: PropertyDefinition;
  readonly read: ReadCell;
}

/** The column that identifies the record of a row: by its id, or by a property that tells records apart. */
export type Key =
  | { readonly by: 'id'; readonly index: number; readonly name: string }
  | { readonly by: 'property'; readonly column: Column };

/** What the rows of a file say of their records of one type. */
export interface ObjectPlan {
  /** The plural name. */
  readonly objectType: string;
  readonly operation: Operation;
  readonly columns: readonly Column[];
  readonly key?: Key;
}

/** Association labels by their text in lower case. Column `index` holds those of a row. */
export interface Labels {
  readonly index: number;
  readonly types: ReadonlyMap<string, TypeSpec>;
}

/** An association that each row asks for. */
export interface LinkPlan {
  /** Which of the row's records, from 0. */
  readonly from: number;
  readonly toType: string;
  /** Association types besides the default one. */
  readonly types: readonly TypeSpec[];
  readonly labels?: Labels;
  /** The other end: another record of the row, or a record that a cell names by its id or by a property. */
  readonly to:
    | { readonly object: number }
    | { readonly index: number; readonly name: string; readonly by: 'id' | PropertyDefinition };
}

export interface FilePlan {
  readonly fileName: string;
  /** At least one; each row may have a record for each of them. */
  readonly objects: readonly ObjectPlan[];
  readonly links: readonly LinkPlan[];
  /** Columns whose ids a spreadsheet has rounded: found once the rows are read. */
  readonly rounded?: ReadonlySet<number>;
  /** The number of columns. A row may have more cells, all empty. */
  readonly width: number;
  /** The least number of cells in a row: all columns that are imported lie among them. */
  readonly needs: number;
  readonly hasHeader: boolean;
  /** Whether the file is an export, and so has guards before what looks like formulas. */
  readonly guarded: boolean;
  /** Whether the import says in which order day, month and year stand. */
  readonly hasDateFormat: boolean;
  /** Columns of dates in several orders: found once the rows are read. */
  readonly unsure?: ReadonlySet<number>;
}

/** The most records that the rows of all files can be about: as many ids are reserved for an import. */
export const recordsAtMost = (
  files: readonly { readonly rowsAtMost: number }[],
  plans: readonly FilePlan[],
): number => files.reduce((sum, { rowsAtMost }, n) => sum + rowsAtMost * plans[n]!.objects.length, 0);

export type Definitions = ReadonlyMap<string, PropertyDefinition>;

/** The account's definitions, by which a plan is made. */
export interface Known {
  /** Definitions by property name; the object type is a plural name. */
  definitions(objectType: string): Definitions;
  /** Association types from one object type to another, the default type first. */
  associationTypes(fromType: string, toType: string): readonly AssociationType[];
  readonly objectTypes: readonly string[];
  /** Those who can own records; none where no column is about owners. */
  readonly owners: readonly NamedOwner[];
  /** Whether records of a type can be told apart, and found, by this property. */
  identifies(objectType: string, property: PropertyDefinition): boolean;
}

/** A mapping with its column's index in the file and its own place in the request. */
export interface Placed extends ColumnMapping {
  readonly index: number;
  readonly at: string;
}
