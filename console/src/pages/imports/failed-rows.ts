// The failed rows of an import as a file that can be mended and imported again. Pure but for asking for the errors.
import { askErrors, type Import, type ImportError } from './imports.queries';
import { mappingsOf, type ImportRequest, type RequestFile } from './import-request';

/** The mark of the server's exports: by it an import takes the guards before formulas off again. */
const MARK = 'strata:export';
const PAGE = 100;

/**
 * The columns of a file, in their order, as far as its request tells them; undefined where it does not tell all. A request
 * made on these pages does; of another one it is asked whether its mappings stand where the errors say that columns are.
 */
export function columnsOf(file: RequestFile, errors: readonly ImportError[]): readonly string[] | undefined {
  const mappings = mappingsOf(file);
  const widths = new Set(errors.map(({ sourceData }) => sourceData.rowData.length));
  const isInOrder = errors.every(({ knownColumnNumber, extraContext }) => {
    const named = knownColumnNumber === undefined ? undefined : mappings[knownColumnNumber - 1]?.propertyName;
    return named == null || extraContext === undefined || named === extraContext;
  });
  return widths.has(mappings.length) && isInOrder ? mappings.map(({ columnName }) => columnName) : undefined;
}

const quoted = (cell: string, delimiter: string): string =>
  /["\r\n]/.test(cell) || cell.includes(delimiter) || cell !== cell.trim()
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
/** A spreadsheet takes such a cell for a formula. */
const guarded = (cell: string): string => (/^['\s]*[=+\-@]/.test(cell) ? `'${cell}` : cell);

export function failedRowsCsv(
  header: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
  delimiter: string,
): string {
  const line = (cells: readonly string[]) => cells.map((cell) => quoted(cell, delimiter)).join(delimiter);
  const lines = header
    ? [line([...header, MARK]), ...rows.map((cells) => line(cells.map(guarded)))]
    : rows.map(line);
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

/** A file for each file of the import that had failed rows; undefined where they cannot be put together. */
export async function failedRows(
  one: Import,
): Promise<readonly { readonly name: string; readonly csv: string }[] | undefined> {
  const errors: ImportError[] = [];
  for (let after: string | undefined; ;) {
    const page = await askErrors(one.id, { limit: PAGE, after, includeRowData: 'true' });
    errors.push(...page.results);
    after = page.paging?.next.after;
    if (after === undefined) break;
  }
  const request = one.importRequestJson as ImportRequest;
  const made: { name: string; csv: string }[] = [];
  for (const [n, file] of request.files.entries()) {
    // Of a row that was imported though an association failed there are no cells.
    const its = errors.filter(({ sourceData: { fileId, rowData } }) => fileId === n && rowData.length > 0);
    const rows = new Map(its.map(({ sourceData }) => [sourceData.lineNumber, sourceData.rowData]));
    if (rows.size === 0) continue;
    const columns = columnsOf(file, its);
    if (!columns) return undefined;
    const header = (file.fileImportPage?.hasHeader ?? true) ? columns : undefined;
    const delimiter = one.readAs?.find(({ fileName }) => fileName === file.fileName)?.delimiter ?? ',';
    const csv = failedRowsCsv(header, [...rows.values()], delimiter);
    made.push({ name: file.fileName.replace(/(\.[^.]*)?$/, '-failed-rows.csv'), csv });
  }
  return made;
}
