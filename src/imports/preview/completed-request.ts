// Completes what a request says of an import by what was found in its files. Pure.
import type { FindType } from '../../crm/schemas/object-type.vocabulary';
import { LONGEST_NAME } from './column-names';
import { MOST_MAPPINGS, type AskedFile, type PartOfRequest } from './preview-request';
import type { Looked } from './preview.view';
import { isKey, type Mapping } from './suggestions';

/** The request for an import that is suggested: what was asked, and for the rest what was found. */
export function completed(
  part: PartOfRequest,
  asked: readonly AskedFile[],
  looked: readonly Looked[],
  find: FindType,
) {
  const operations = Object.keys(part.importOperations).map((name) => find(name)?.typeId);
  const suggested = looked
    .filter(({ type }) => !operations.includes(type.typeId))
    .map(({ type, suggestions }) => {
      const hasKey = suggestions.some(({ leftOut, mapping }) => !leftOut && isKey(mapping));
      return [type.typeId, hasKey ? 'UPSERT' : 'CREATE'] as const;
    })
    // Of several files of one type, one whose records can be found decides.
    .sort(([, a], [, b]) => (a < b ? -1 : 1));
  return {
    name: looked[0]!.file.fileName,
    ...part,
    importOperations: { ...part.importOperations, ...Object.fromEntries(suggested) },
    files: looked.map((one, n) => ({
      fileFormat: 'CSV',
      ...asked[n]!,
      fileName: one.file.fileName,
      delimiter: one.readAs.delimiter,
      fileImportPage: { ...asked[n]!.fileImportPage, columnMappings: mappingsOf(one, asked[n]!) },
    })),
  };
}

function mappingsOf({ suggestions, hasHeader }: Looked, { fileImportPage }: AskedFile): Mapping[] {
  const used = new Set<Mapping>(suggestions.map(({ mapping }) => mapping));
  const found = suggestions.map(({ mapping }) => mapping);
  // What is asked of columns that there are not: it is refused, and told with the nearest name.
  const all = [...found, ...fileImportPage.columnMappings.filter((one) => !used.has(one))];
  // Without a header a column is where its mapping stands; otherwise one without a name cannot be named.
  const named = all.filter(({ columnName }) => columnName !== '' && columnName.length <= LONGEST_NAME);
  if (!hasHeader || named.length <= MOST_MAPPINGS) return hasHeader ? named : all.slice(0, MOST_MAPPINGS);
  const names = new Set(named.flatMap(({ ignored, columnName }) => (ignored ? [] : [columnName])));
  return named.filter(({ columnName }) => names.has(columnName)).slice(0, MOST_MAPPINGS);
}
