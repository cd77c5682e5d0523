// One line of an import's error list, in HubSpot's shape.
import { findObjectType, type FindType } from '../crm/schemas/object-type.vocabulary';
import { wrongCell, type ErrorLine } from './passes/import-errors';
import type { ShownLine } from './import.queries';

export interface AskedErrors {
  readonly includeErrorMessage: boolean;
  readonly includeRowData: boolean;
}

export const errorView = (importId: string, line: ShownLine, asked: AskedErrors, find: FindType) => ({
  id: `${importId}-${line.file}-${line.row}-${line.column === undefined ? 'row' : line.column + 1}-${line.type}`,
  createdAt: Date.parse(line.at),
  errorType: line.type,
  ...(asked.includeErrorMessage && { errorMessage: line.message }),
  ...(line.column !== undefined && { knownColumnNumber: line.column + 1 }),
  ...(line.property !== undefined && { extraContext: line.property }),
  ...invalidValue(line),
  ...(line.expected !== undefined && { expected: line.expected }),
  ...(line.options && { options: line.options }),
  ...typeOf(line, find),
  sourceData: {
    fileId: line.file,
    pageName: line.fileName,
    lineNumber: line.row,
    rowData: asked.includeRowData ? line.cells : [],
    additionalRowData: [],
    containsEncryptedProperties: line.withheld,
  },
});

/** HubSpot's names of types in an error are those of the singular, but for one. */
const OTHER_NAMES: Readonly<Record<string, string>> = { meetings: 'MEETING_EVENT' };

/** The cell that is wrong, where the list still has it and the viewer may see it. */
function invalidValue(line: ErrorLine) {
  const cell = wrongCell(line);
  return cell === undefined ? {} : { invalidValue: cell };
}

/** HubSpot has type names for standard types only; every type has a type id. */
function typeOf({ objectType }: ErrorLine, find: FindType) {
  const id = find(objectType)?.typeId;
  const standard = findObjectType(objectType);
  return {
    ...(standard && { objectType: OTHER_NAMES[standard.name] ?? standard.singular.toUpperCase() }),
    ...(id !== undefined && { objectTypeId: id }),
  };
}
