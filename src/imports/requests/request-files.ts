// What a request and its files say together: whose records they write, which file is which, how each is read and what
// is done with its columns. An import and its preview judge alike.
import type { Readable } from 'node:stream';
import type { Caller } from '../../caller';
import { scopeNameOf } from '../../crm/schemas/object-type.vocabulary';
import { requireScope } from '../../identity/api-keys/scopes';
import type { CsvFormat } from '../rows/csv-format';
import { CsvBroken, firstRow } from '../rows/csv-rows';
import { formatOf, type AskedFormat } from './file-format';
import type { ImportRequest, Problem } from './import-request';
import type { FileLook } from './import-upload';

/** An import must not write what its caller may not write record by record. */
export function requireWriting(caller: Caller, objectTypes: readonly string[]): void {
  for (const type of objectTypes) requireScope(caller, writeScopeOf(type));
}

export const writeScopeOf = (objectType: string): string => `crm.objects.${scopeNameOf(objectType)}.write`;

/** The object types that the columns name, of records that the files write or associate. */
export const typesOf = ({ files }: ImportRequest): string[] => [
  ...new Set(
    files
      .flatMap(({ fileImportPage }) => fileImportPage.columnMappings)
      .filter(({ ignored }) => !ignored)
      .flatMap(({ objectType, toType }) => (toType === undefined ? [objectType] : [objectType, toType])),
  ),
];

/** The uploaded files, in the order of the request and under its names; none where there are problems. */
export function inOrder<F extends { readonly fileName: string }>(
  request: { readonly files: readonly { readonly fileName: string }[] },
  uploaded: readonly F[],
  problems: Problem[],
): F[] {
  const found = request.files.flatMap(({ fileName }, n) => {
    const matching = uploaded.filter((file) => file.fileName === fileName);
    // With one file in the request and one uploaded they belong together, whatever a client made of the file's name.
    const [file] = request.files.length === 1 && uploaded.length === 1 ? uploaded : matching;
    if (!file)
      problems.push({ message: 'was not uploaded under its fileName', in: `importRequest.files.${n}` });
    return file ? [{ ...file, fileName }] : [];
  });
  if (uploaded.length > request.files.length)
    problems.push({ message: 'holds files that importRequest does not name', in: 'files' });
  return problems.length > 0 ? [] : found;
}

/** Notes problems of the file with this number (from 0) in a request. */
export const problemsOf =
  (n: number, problems: Problem[]) =>
  (message: string, place = ''): void => {
    problems.push({ message, in: `importRequest.files.${n}${place}` });
  };

/**
 * How a file is read, and its first row. Undefined where it cannot be read: `problem` is told why, and where below the
 * file's place in the request.
 */
export async function headOf(
  { look, open }: { readonly look: FileLook; readonly open: () => Readable },
  asked: AskedFormat,
  problem: (message: string, place?: string) => void,
): Promise<{ readonly header: readonly string[]; readonly readAs: CsvFormat } | undefined> {
  const readAs = await formatOf(asked, look, open, problem);
  if (!readAs) return undefined;
  try {
    const header = await firstRow(open(), readAs);
    return header ? { header, readAs } : void problem('is empty');
  } catch (error) {
    if (!(error instanceof CsvBroken)) throw error;
    return void problem(`is not CSV: in row ${error.row} ${error.message}`);
  }
}
