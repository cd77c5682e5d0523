// One line of an import's error list, in HubSpot's shape.
import { findObjectType, type FindType } from '../crm/schemas/object-type.vocabulary';
import type { ErrorLine } from './passes/import-errors';
import type { ShownLine } from './import.queries';

export interface AskedErrors {
  readonly includeErrorMessage: 'true' | 'false';
  readonly includeRowData: 'true' | 'false';
}

export const errorView = (importId: string, line: ShownLine, asked: AskedErrors, find: FindType) => ({
  id: `${importId}-${line.file}-${line.row}-${line.column ?? 'row'}-${line.type}`,
  createdAt: Date.parse(line.at),
  errorType: line.type,
  ...(asked.includeErrorMessage === 'true' && { errorMessage: line.message }),
  ...(line.column !== undefined && { knownColumnNumber: line.column }),
  ...(line.property !== undefined && { extraContext: line.property }),
  ...typeOf(line, find),
  sourceData: {
    fileId: line.file,
    pageName: line.fileName,
    lineNumber: line.row,
    rowData: asked.includeRowData === 'true' ? line.cells : [],
    additionalRowData: [],
    containsEncryptedProperties: line.withheld,
  },
});

/** HubSpot has type names for standard types only; every type has a type id. */
function typeOf({ objectType }: ErrorLine, find: FindType) {
  const id = find(objectType)?.typeId;
  const standard = findObjectType(objectType);
  return {
    ...(standard && { objectType: standard.singular.toUpperCase() }),
    ...(id !== undefined && { objectTypeId: id }),
  };
}
