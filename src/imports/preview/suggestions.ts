// Suggests what an import could do with each column of a file, and says why with some of them nothing. Pure.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import type { ObjectType } from '../../crm/schemas/object-type.vocabulary';
import { EXPORT_MARK } from '../../files/csv-cells';
import { nearest } from '../../supervision/nearest';
import type { Definitions } from '../rows/import-plan';
import type { ColumnNames, Found, Meant } from './column-names';
import type { AskedMapping } from './preview-request';

/** A column mapping as an importRequest has it. */
export type Mapping = Readonly<Record<string, unknown>> & { readonly columnName: string };

/** Why a column would not be imported. */
export type LeftOut =
  | 'NO_NAME'
  | 'MARK'
  | 'NOT_FOUND'
  | 'SEVERAL_PROPERTIES'
  | 'SET_BY_STRATA'
  | 'NOT_PERMITTED'
  | 'TAKEN'
  | 'ASKED';

export interface Suggestion {
  readonly column: string;
  readonly mapping: Mapping;
  /** What the column is about, as far as its name tells. */
  readonly meant?: Meant;
  readonly leftOut?: LeftOut;
  /** The property whose name or label is nearest, where the column's is not known. */
  readonly nearest?: PropertyDefinition;
}

export interface Suggesting {
  readonly type: ObjectType;
  readonly definitions: Definitions;
  readonly names: ColumnNames;
  readonly mayWrite: (property: PropertyDefinition) => boolean;
  /** What the request says of columns already, by which no more is asked. */
  readonly asked: readonly AskedMapping[];
}

/** Columns whose nearest property is told: comparing names takes its time. */
const MOST_NEAREST = 20;
const KEYS = new Set<unknown>(['HUBSPOT_OBJECT_ID', 'HUBSPOT_ALTERNATE_ID']);

/** Whether a mapping names the records that the rows are about. */
export const isKey = (mapping: Readonly<Record<string, unknown>>): boolean =>
  KEYS.has(mapping['idColumnType'] ?? mapping['columnType']) && mapping['toColumnObjectTypeId'] == null;

/** What a request says of the columns of a file without a header, in their order, and nothing of those after them. */
export const asAsked = (width: number, asked: readonly AskedMapping[]): Suggestion[] =>
  Array.from({ length: width }, (_, n): Suggestion => {
    const column = `Column ${n + 1}`;
    const given = asked[n];
    if (given) return { column, mapping: given, ...(given.ignored && { leftOut: 'ASKED' }) };
    return { column, mapping: { columnName: column, ignored: true }, leftOut: 'NO_NAME' };
  });

/** A suggestion for each column of a header, in its order. */
export function suggestionsFor(header: readonly string[], of: Suggesting): Suggestion[] {
  const { type, names, mayWrite } = of;
  const asked = askedOf(of.asked);
  const found = header.map((column) => (asked.has(column) ? undefined : names.find(column)));
  const isKeyed = of.asked.some(isKey);
  const taken = of.asked.map(({ propertyName }) => `property ${propertyName}`);
  const first = firstOf(found, new Set([...taken, ...(isKeyed ? ['id'] : [])]));
  const key = isKeyed ? -1 : keyOf(found, first);
  const nearestTo = nearestIn(of.definitions);
  return header.map((column, n): Suggestion => {
    const ignored = { columnName: column, ignored: true };
    const given = asked.get(column)?.shift();
    if (given) return { column, mapping: given, ...(given.ignored && { leftOut: 'ASKED' }) };
    const meant = found[n];
    if (column.trim() === '') return { column, mapping: ignored, leftOut: 'NO_NAME' };
    if (column === EXPORT_MARK) return { column, mapping: ignored, leftOut: 'MARK' };
    if (!meant) {
      const near = nearestTo(column);
      return { column, mapping: ignored, leftOut: 'NOT_FOUND', ...(near && { nearest: near }) };
    }
    const leftOut = !first.has(n) ? 'TAKEN' : reasonAgainst(meant, mayWrite);
    if (leftOut) return { column, mapping: ignored, meant, leftOut };
    return { column, mapping: mappingOf(column, type, meant, n === key), meant };
  });
}

/** What is asked of columns of each name, in their order. */
function askedOf(mappings: readonly AskedMapping[]): Map<string, AskedMapping[]> {
  const asked = new Map<string, AskedMapping[]>();
  for (const one of mappings) asked.set(one.columnName, [...(asked.get(one.columnName) ?? []), one]);
  return asked;
}

/** What only one column can be about. */
function subjectOf(meant: Meant, n: number): string {
  switch (meant.kind) {
    case 'id':
      return 'id';
    case 'property':
      return `property ${meant.property.name}`;
    case 'link':
      return `link ${meant.toType.name} ${meant.by === 'id' ? '' : meant.by.name}`;
    case 'several':
      return `column ${n}`;
  }
}

/** The columns that have their subject for themselves: of several about one, that whose name was read least freely. */
function firstOf(found: readonly (Found | undefined)[], taken: ReadonlySet<string>): ReadonlySet<number> {
  const first = new Map<string, number>();
  for (const [n, meant] of found.entries()) {
    if (!meant || taken.has(subjectOf(meant, n))) continue;
    const subject = subjectOf(meant, n);
    const other = first.get(subject);
    if (other === undefined || found[other]!.rank > meant.rank) first.set(subject, n);
  }
  return new Set(first.values());
}

/** The column by which records are found that are there: of their ids, of the e-mail address, or of what else is unique. */
function keyOf(found: readonly (Found | undefined)[], first: ReadonlySet<number>): number {
  const where = (is: (meant: Found) => boolean) =>
    found.findIndex((meant, n) => meant !== undefined && first.has(n) && is(meant));
  const unique = (meant: Found) => meant.kind === 'property' && meant.property.hasUniqueValue;
  const ways = [
    (meant: Found) => meant.kind === 'id',
    (meant: Found) => unique(meant) && meant.kind === 'property' && meant.property.name === 'email',
    unique,
  ];
  return ways.map(where).find((n) => n >= 0) ?? -1;
}

function reasonAgainst(meant: Meant, mayWrite: Suggesting['mayWrite']): LeftOut | undefined {
  if (meant.kind === 'several') return 'SEVERAL_PROPERTIES';
  if (meant.kind !== 'property') return undefined;
  if (meant.property.readOnlyValue) return 'SET_BY_STRATA';
  return mayWrite(meant.property) ? undefined : 'NOT_PERMITTED';
}

function mappingOf(columnName: string, type: ObjectType, meant: Meant, isKey: boolean): Mapping {
  const column = { columnObjectTypeId: type.typeId, columnName };
  switch (meant.kind) {
    case 'id':
      return { ...column, propertyName: null, columnType: 'HUBSPOT_OBJECT_ID' };
    case 'property':
      return {
        ...{ ...column, propertyName: meant.property.name },
        ...(isKey && { columnType: 'HUBSPOT_ALTERNATE_ID' }),
      };
    case 'link':
      return {
        ...{ ...column, toColumnObjectTypeId: meant.toType.typeId },
        ...(meant.by === 'id' ? { columnType: 'HUBSPOT_OBJECT_ID' } : { propertyName: meant.by.name }),
      };
    case 'several':
      return { columnName, ignored: true };
  }
}

/** Answers a function that finds the property that was meant, for the first names that it is asked. */
function nearestIn(definitions: Definitions): (column: string) => PropertyDefinition | undefined {
  const named = new Map<string, PropertyDefinition>();
  for (const property of definitions.values())
    if (!property.readOnlyValue)
      for (const name of [property.label, property.name]) if (!named.has(name)) named.set(name, property);
  let asked = 0;
  return (column) => {
    const name = ++asked > MOST_NEAREST ? undefined : nearest(column.trim(), [...named.keys()]);
    return name === undefined ? undefined : named.get(name);
  };
}
