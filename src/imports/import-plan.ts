// What an import does with each column of a file, worked out from the request, the header and the definitions.
import type { PropertyDefinition } from '../crm/property.events';
import type { Encoding } from './csv-rows';
import type { DateFormat } from './import-dates';
import {
  operationOf,
  type ColumnMapping,
  type ImportRequest,
  type Operation,
  type Problem,
  type RequestFile,
} from './import-request';

export interface Column {
  /** From 0. */
  readonly index: number;
  readonly name: string;
  readonly property: PropertyDefinition;
}

/** Which column names the record of a row: by its id, or by a unique property. */
export type Key =
  | { readonly by: 'id'; readonly index: number; readonly name: string }
  | { readonly by: 'property'; readonly column: Column };

export interface FilePlan {
  readonly fileName: string;
  /** Plural. */
  readonly objectType: string;
  readonly operation: Operation;
  readonly columns: readonly Column[];
  readonly key?: Key;
  /** Cells of every row. */
  readonly width: number;
  readonly hasHeader: boolean;
  readonly encoding: Encoding;
  readonly dateFormat: DateFormat;
}

export type Definitions = ReadonlyMap<string, PropertyDefinition>;

/** Where each mapped column stands in the file. Without a header they stand in the order of the mappings. */
function placed(file: RequestFile, header: readonly string[], at: string, problems: Problem[]): number[] {
  const { columnMappings, hasHeader } = file.fileImportPage;
  if (!hasHeader) {
    if (header.length < columnMappings.length)
      problems.push({ message: `maps more columns than the file ${file.fileName} has`, in: at });
    return columnMappings.map((_, index) => index);
  }
  return columnMappings.map(({ columnName }, n) => {
    const index = header.indexOf(columnName);
    const place = `${at}.${n}.columnName`;
    if (index < 0) problems.push({ message: 'is not in the header of the file', in: place });
    else if (header.lastIndexOf(columnName) !== index)
      problems.push({ message: 'stands more than once in the header of the file', in: place });
    return index;
  });
}

function propertyOf(
  mapping: ColumnMapping,
  definitions: Definitions,
  place: string,
  problems: Problem[],
): PropertyDefinition | undefined {
  if (mapping.columnType === 'HUBSPOT_OBJECT_ID') return undefined;
  const property = definitions.get(mapping.propertyName ?? '');
  const problem = (message: string) => problems.push({ message, in: `${place}.propertyName` });
  if (!property) problem(`is not a property of ${mapping.objectType}`);
  else if (property.readOnlyValue) problem('is set by Strata alone');
  else if (mapping.columnType === 'HUBSPOT_ALTERNATE_ID' && !property.hasUniqueValue)
    problem('is not unique, so it cannot name a record');
  else return property;
  return undefined;
}

function keyOf(mappings: readonly ColumnMapping[], columns: readonly Column[], places: readonly number[]) {
  const ids = mappings.findIndex(({ columnType }) => columnType === 'HUBSPOT_OBJECT_ID');
  if (ids >= 0) return { by: 'id', index: places[ids]!, name: mappings[ids]!.columnName } as const;
  const marked = mappings.findIndex(({ columnType }) => columnType === 'HUBSPOT_ALTERNATE_ID');
  // A contact's e-mail names it even where nobody says so.
  const column =
    marked >= 0
      ? columns.find(({ index }) => index === places[marked])
      : columns.find(({ property }) => property.name === 'email' && property.hasUniqueValue);
  return column && ({ by: 'property', column } as const);
}

/** The plan of one file. What is wrong is added to `problems`, each named by its place in the request. */
export function planFile(
  request: ImportRequest,
  file: RequestFile,
  header: readonly string[],
  definitions: Definitions,
  problems: Problem[],
): FilePlan {
  const at = `importRequest.files.${request.files.indexOf(file)}.fileImportPage.columnMappings`;
  const { columnMappings, hasHeader } = file.fileImportPage;
  const objectType = columnMappings[0]!.objectType;
  const operation = operationOf(request, objectType);
  const places = placed(file, header, at, problems);
  const columns = columnMappings.flatMap((mapping, n): Column[] => {
    const property = propertyOf(mapping, definitions, `${at}.${n}`, problems);
    return property ? [{ index: places[n]!, name: mapping.columnName, property }] : [];
  });
  const names = columns.map(({ property }) => property.name);
  if (new Set(names).size < names.length) problems.push({ message: 'map one property twice', in: at });
  if (columnMappings.filter(({ columnType }) => columnType !== 'STANDARD').length > 1)
    problems.push({ message: 'name more than one column of record keys', in: at });
  const key = operation === 'CREATE' ? undefined : keyOf(columnMappings, columns, places);
  if (operation === 'UPDATE' && !key)
    problems.push({ message: 'need a column that names the records to update', in: at });
  return {
    ...{ fileName: file.fileName, objectType, operation, columns, hasHeader },
    ...(key && { key }),
    width: header.length,
    encoding: file.encoding,
    dateFormat: request.dateFormat,
  };
}
