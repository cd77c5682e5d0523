// What a preview answers of a file.
import type { CsvFormat } from '../rows/csv-format';
import type { CsvRow } from '../rows/csv-parser';
import type { Problem } from '../requests/import-request';
import type { ObjectType } from '../../crm/schemas/object-type.vocabulary';
import type { HeldFile } from './held-upload';
import type { LeftOut, Suggestion } from './suggestions';

export interface ImportPreview {
  /** In the order of the request, or as they were sent. */
  readonly files: readonly PreviewedFile[];
  /** The import that is suggested: what was sent of it, completed. It can be sent as it stands where there are no problems. */
  readonly importRequest: object;
  /** What an import by this request would be refused for, each with its place in it. */
  readonly problems: readonly Problem[];
}

export interface PreviewedFile extends CsvFormat {
  readonly fileName: string;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Lines of the file: it has no more rows. */
  readonly lines: number;
  /** HubSpot's number of the type of the records that the rows are about: as was asked, or the one whose properties the header names most. */
  readonly columnObjectTypeId: string;
  /** The plural name of that type, or its own name where the account has defined it. */
  readonly objectType: string;
  readonly hasHeader: boolean;
  /** The number of columns; `header`, `columns` and the cells of rows stop at the thousandth. */
  readonly columnCount: number;
  /** The names of the columns; null in a file without a header. Of long names and cells the beginning is shown, and then `…`. */
  readonly header: readonly string[] | null;
  /** What would be done with each column. */
  readonly columns: readonly PreviewedColumn[];
  /** The first rows after the header, ten at most. */
  readonly rows: readonly PreviewedRow[];
  /** Whether there are rows after these. */
  readonly hasMore: boolean;
}

export interface PreviewedColumn {
  /** The number of the column, from 1, as the errors of imports have it. */
  readonly column: number;
  readonly columnName: string;
  readonly ignored: boolean;
  /** The property that the cells are values of, or by which they name the records that the row's record is associated with. */
  readonly propertyName: string | null;
  readonly propertyLabel: string | null;
  /** HUBSPOT_OBJECT_ID: record ids. HUBSPOT_ALTERNATE_ID: values of a unique property, by which records are found. */
  readonly columnType: string;
  /** For a column that names records of another type, HubSpot's number of that type. */
  readonly toColumnObjectTypeId?: string;
  /** Why the column is left out. */
  readonly reason?: LeftOut;
  /** The same in words. */
  readonly message?: string;
  /** The property whose name or label comes nearest to a name that no property has. */
  readonly nearest?: { readonly propertyName: string; readonly propertyLabel: string };
}

export interface PreviewedRow {
  /** The number of the row as a spreadsheet shows it. */
  readonly row: number;
  readonly cells: readonly string[];
  /** Why the row cannot be read; it has no cells then. */
  readonly problem?: string;
}

export const MOST_ROWS = 10;
export const MOST_COLUMNS = 1_000;
/** Characters of a cell that are shown. */
const LONGEST_CELL = 100;
const CUT = '…';

/** Cut between characters, never within one. */
const shown = (cell: string): string =>
  cell.length <= LONGEST_CELL ? cell : cell.slice(0, LONGEST_CELL).replace(/[\ud800-\udbff]$/, '') + CUT;
const shownCells = (cells: readonly string[]): string[] => cells.slice(0, MOST_COLUMNS).map(shown);

export interface Looked {
  readonly file: HeldFile;
  readonly readAs: CsvFormat;
  readonly type: ObjectType;
  readonly hasHeader: boolean;
  /** The first row. */
  readonly header: readonly string[];
  readonly columnCount: number;
  readonly suggestions: readonly Suggestion[];
  /** Those after the header, and one more than are shown. */
  readonly rows: readonly CsvRow[];
}

export function fileView(looked: Looked): PreviewedFile {
  const { file, readAs, type, hasHeader, header, columnCount, suggestions, rows } = looked;
  return {
    ...{ fileName: file.fileName, ...readAs, bytes: file.bytes, lines: file.lines },
    ...{ columnObjectTypeId: type.typeId, objectType: type.name, hasHeader, columnCount },
    header: hasHeader ? shownCells(header) : null,
    columns: suggestions.slice(0, MOST_COLUMNS).map((one, n) => columnView(one, n, type)),
    rows: rows.slice(0, MOST_ROWS).map(({ number, cells, broken }) => ({
      ...{ row: number, cells: shownCells(cells) },
      ...(broken !== undefined && { problem: broken }),
    })),
    hasMore: rows.length > MOST_ROWS,
  };
}

function columnView(suggestion: Suggestion, n: number, type: ObjectType): PreviewedColumn {
  const { column, mapping, meant, leftOut, nearest } = suggestion;
  const { toColumnObjectTypeId: to, columnType, idColumnType, propertyName } = mapping;
  const ofColumn = idColumnType ?? columnType;
  const property = meant?.kind === 'property' ? meant.property : meant?.kind === 'link' ? meant.by : 'id';
  return {
    ...{ column: n + 1, columnName: shown(column), ignored: leftOut !== undefined },
    propertyName: (propertyName as string | null | undefined) ?? null,
    propertyLabel: leftOut !== undefined || property === 'id' ? null : property.label,
    columnType: typeof ofColumn === 'string' ? ofColumn : 'STANDARD',
    ...(typeof to === 'string' && { toColumnObjectTypeId: to }),
    ...(leftOut && { reason: leftOut, message: reasons[leftOut](suggestion, type) }),
    ...(nearest && { nearest: { propertyName: nearest.name, propertyLabel: nearest.label } }),
  };
}

const named = ({ meant }: Suggestion): string =>
  meant?.kind === 'property' ? meant.property.name : meant?.kind === 'link' ? meant.toType.name : 'records';

const reasons: Readonly<Record<LeftOut, (suggestion: Suggestion, type: ObjectType) => string>> = {
  NO_NAME: () => 'The column has no name: nothing tells what it is about',
  MARK: () => 'It marks the file as an export of Strata, and holds nothing',
  NOT_FOUND: ({ nearest }, { name }) =>
    `No property of ${name} is called so${nearest ? `; the nearest is ${nearest.label} (${nearest.name})` : ''}`,
  SEVERAL_PROPERTIES: ({ meant }) =>
    `Several properties are called so: ${meant?.kind === 'several' ? namesOf(meant.properties) : ''}`,
  SET_BY_STRATA: (one) => `${named(one)} is set by Strata alone`,
  NOT_PERMITTED: (one) => `${named(one)} is sensitive: you may not write it`,
  TAKEN: (one) => `Another column is about ${named(one)} already`,
  ASKED: () => 'The request leaves it out',
};

const namesOf = (properties: readonly { readonly name: string }[]): string =>
  properties
    .slice(0, 5)
    .map(({ name }) => name)
    .join(', ');
