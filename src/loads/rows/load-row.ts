// Reads one row of a CSV of records by the plan of its file: the id that the record had, and its values.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { canonical } from '../../crm/properties/values/values';
import { LONGEST_VALUE } from '../../crm/limits';
import { SOURCE_LABEL, USER_STAMPS } from '../../crm/records/record-stamps.vocabulary';
import { createdNames, isRecordId, modifiedNames } from '../../crm/records/record.vocabulary';
import type { ColumnPlan, RecordsFile, ValueColumn } from '../plan/load-plan';

export interface RowProblem {
  /** The column's index, from 0; absent where it is about the row as a whole. */
  readonly column?: number;
  readonly property?: string;
  readonly type: string;
  /** Without the value. */
  readonly message: string;
}

export interface ReadRow {
  /** The id that the record had; undefined where the file has none of it. */
  readonly id: string | undefined;
  /** Values by property name, without empty ones; null for a time that Strata sets and that the record did not have. */
  readonly values: Readonly<Record<string, string | null>>;
  /** Cells that do not fit: the record comes without them. */
  readonly leftOut: readonly RowProblem[];
  /** Why the row is no record. */
  readonly refused?: RowProblem;
}

type Definitions = ReadonlyMap<string, PropertyDefinition>;

/** How a file's rows are read. */
export interface Reading {
  readonly file: RecordsFile;
  /** Of the object type, as they are when the file is read. */
  readonly definitions: Definitions;
  /** The owner here by an owner there. */
  readonly owners: Readonly<Record<string, string>>;
  /** The user here by a user there: who made a record, or changed it. */
  readonly users: Readonly<Record<string, string>>;
}

const PROBLEMS = {
  INVALID_LENGTH: ['COLUMN_TOO_LARGE', 'is too long'],
  INVALID_CHARACTERS: ['FAILED_VALIDATION', 'is not well-formed Unicode'],
  INVALID_NUMBER: ['COULD_NOT_PARSE_NUMBER', 'is not a number'],
  INVALID_DATE: ['COULD_NOT_PARSE_DATE', 'is not a date'],
  INVALID_DATETIME: ['COULD_NOT_PARSE_DATE', 'is not a time'],
  INVALID_OPTION: ['INVALID_ENUMERATION_OPTION', 'is not one of the options'],
  INVALID_BOOLEAN: ['FAILED_VALIDATION', 'is not true or false'],
  INVALID_PHONE_NUMBER: ['FAILED_VALIDATION', 'is not a phone number'],
  INVALID_JSON: ['FAILED_VALIDATION', 'is not JSON'],
  INVALID_EMAIL: ['INVALID_EMAIL', 'is not an e-mail address'],
  INVALID_DOMAIN: ['INVALID_DOMAIN', 'is not a domain'],
} as const;
const LONE_SURROGATE = /\p{Surrogate}/u;

const refused = (type: string, message: string, column?: number): ReadRow => ({
  ...{ id: undefined, values: {}, leftOut: [] },
  refused: { type, message, ...(column !== undefined && { column }) },
});

export class RowReader {
  private readonly width: number;
  private readonly idColumn: ColumnPlan | undefined;
  private readonly columns: readonly (readonly [ValueColumn, PropertyDefinition, Options | undefined])[];
  /** Properties whose values must be times, even where values are taken as they stand. */
  private readonly times: ReadonlySet<string>;

  constructor({ file, definitions, owners, users }: Reading) {
    this.width = file.columns.length;
    this.idColumn = file.columns.find(({ as }) => as === 'id');
    this.times = new Set([...createdNames(file.objectType), ...modifiedNames(file.objectType)]);
    this.columns = file.columns.flatMap((column) => {
      const definition = column.as === 'property' ? definitions.get(column.property) : undefined;
      if (column.as !== 'property' || !definition) return [];
      const known = USER_STAMPS.has(definition.name) ? users : owners;
      return [[column, definition, optionsOf(definition, known)] as const];
    });
  }

  read(cells: readonly string[]): ReadRow {
    if (cells.length !== this.width)
      return refused(
        'INCORRECT_NUMBER_OF_COLUMNS',
        `The row has ${cells.length} columns instead of ${this.width}`,
      );
    const id = this.idColumn && cells[this.idColumn.index]!.trim();
    if (id && !isRecordId(id))
      return refused(
        'INVALID_OBJECT_ID',
        'The record id is not a number of up to 16 digits',
        this.idColumn.index,
      );
    const values: Record<string, string | null> = {};
    const leftOut: RowProblem[] = [];
    for (const [column, definition, options] of this.columns) {
      const cell = cells[column.index]!;
      if (cell === '') {
        if (column.exact && this.times.has(definition.name)) values[definition.name] = null;
        continue;
      }
      const value = this.value(column, definition, options, cell);
      if (typeof value === 'string') values[definition.name] = value;
      else if (value) leftOut.push({ column: column.index, property: definition.name, ...value });
    }
    return { id: id === '' ? undefined : id, values, leftOut };
  }

  private value(
    { exact }: ValueColumn,
    definition: PropertyDefinition,
    options: Options | undefined,
    cell: string,
  ): string | null | Pick<RowProblem, 'type' | 'message'> {
    const { name } = definition;
    const meant = options && (options.people || !exact) ? options.of(cell) : cell;
    // Records have come to other products by ways that Strata has not.
    if ((exact && !this.times.has(name)) || name === SOURCE_LABEL) {
      if (LONE_SURROGATE.test(meant)) return problemOf(name, 'INVALID_CHARACTERS');
      // What Strata sets itself may be longer than what anybody writes.
      return meant.length > LONGEST_VALUE && !definition.readOnlyValue
        ? problemOf(name, 'INVALID_LENGTH')
        : meant;
    }
    const found = canonical(definition, meant);
    return found.ok ? found.value : problemOf(name, found.code);
  }
}

const problemOf = (name: string, code: keyof typeof PROBLEMS) => {
  const [type, what] = PROBLEMS[code];
  return { type, message: `The value of ${name} ${what}` };
};

interface Options {
  readonly people: boolean;
  /** The value that a cell means: of each of its parts where it may hold several. */
  of(cell: string): string;
}

/** Cells may hold the labels of options, and people of another account. */
function optionsOf(
  definition: PropertyDefinition,
  people: Readonly<Record<string, string>>,
): Options | undefined {
  const { name, type, options, fieldType, referencedObjectType } = definition;
  const several = fieldType === 'checkbox';
  if (referencedObjectType === 'OWNER' || USER_STAMPS.has(name))
    return {
      people: true,
      of: eachPart(several, (part) => (Object.hasOwn(people, part) ? people[part]! : part)),
    };
  if (type !== 'enumeration' && type !== 'bool') return undefined;
  const values = new Set(options.map(({ value }) => value));
  const labels = new Map(options.map(({ label, value }) => [label.trim().toLowerCase(), value]));
  const one = (part: string) => (values.has(part) ? part : (labels.get(part.toLowerCase()) ?? part));
  return { people: false, of: eachPart(several, one) };
}

/** A cell of which no part means anything else stays as it is, blanks included. */
const eachPart =
  (several: boolean, one: (part: string) => string) =>
  (cell: string): string => {
    const parts = (several ? cell.split(';') : [cell]).map((part) => part.trim());
    const meant = parts.map(one);
    return meant.every((part, n) => part === parts[n]) ? cell : meant.join(';');
  };
