// The plan of a file: what an import does with each of its columns.
import type { AssociationType, TypeSpec } from '../../crm/associations/types/association-types';
import type { PropertyDefinition } from '../../crm/properties/property.events';
import type { ColumnMapping } from '../requests/column-mapping';
import type { Encoding } from './csv-rows';
import type { DateFormat } from './import-dates';
import type { Operation } from '../requests/import-request';

export interface Column {
  /** From 0. */
  readonly index: number;
  readonly name: string;
  readonly property: PropertyDefinition;
}

/** Which column names the record of a row: by its id, or by a property that tells records apart. */
export type Key =
  | { readonly by: 'id'; readonly index: number; readonly name: string }
  | { readonly by: 'property'; readonly column: Column };

/** What the rows of a file say of records of one type. */
export interface ObjectPlan {
  /** Plural. */
  readonly objectType: string;
  readonly operation: Operation;
  readonly columns: readonly Column[];
  readonly key?: Key;
}

/** Labels by their text in lower case; those of a row stand in one of its cells. */
export interface Labels {
  readonly index: number;
  readonly types: ReadonlyMap<string, TypeSpec>;
}

/** An association that each row stands for. */
export interface LinkPlan {
  /** Which of the row's records, from 0. */
  readonly from: number;
  readonly toType: string;
  /** Besides the default one. */
  readonly types: readonly TypeSpec[];
  readonly labels?: Labels;
  /** The other end: another record of the row, or what a cell names, by id or by a property. */
  readonly to:
    | { readonly object: number }
    | { readonly index: number; readonly name: string; readonly by: 'id' | PropertyDefinition };
}

export interface FilePlan {
  readonly fileName: string;
  /** At least one; each row may have a record of each. */
  readonly objects: readonly ObjectPlan[];
  readonly links: readonly LinkPlan[];
  /** Columns of ids that a spreadsheet has rounded: found when its rows are read. */
  readonly rounded?: ReadonlySet<number>;
  /** Cells of every row. */
  readonly width: number;
  readonly hasHeader: boolean;
  readonly encoding: Encoding;
  readonly dateFormat: DateFormat;
}

/** Records that the rows of the files can be about: so many ids are kept for an import. */
export const recordsAtMost = (
  files: readonly { readonly rowsAtMost: number }[],
  plans: readonly FilePlan[],
): number => files.reduce((sum, { rowsAtMost }, n) => sum + rowsAtMost * plans[n]!.objects.length, 0);

export type Definitions = ReadonlyMap<string, PropertyDefinition>;

/** What a plan is made by. */
export interface Known {
  /** By object type, plural. */
  definitions(objectType: string): Definitions;
  /** From one type to another, the default type first. */
  associationTypes(fromType: string, toType: string): readonly AssociationType[];
  readonly objectTypes: readonly string[];
  /** Can records be told apart, and found, by this property of a type? */
  identifies(objectType: string, property: PropertyDefinition): boolean;
}

/** A mapping with the places of its column in the file and in the request. */
export interface Placed extends ColumnMapping {
  readonly index: number;
  readonly at: string;
}
