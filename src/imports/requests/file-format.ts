// Finds out how an uploaded file is to be read: as the request says, and for the rest as the file looks.
import type { Readable } from 'node:stream';
import { betterDelimiter, delimiterOf, encodings, TELLING_CHARS, type CsvFormat } from '../rows/csv-format';
import { beginningOf } from '../rows/csv-rows';
import type { RequestFile } from './import-request';
import type { FileLook } from './import-upload';

/** The columns that a file's header is to have. */
const namesIn = ({ fileImportPage: { hasHeader, columnMappings } }: RequestFile): string[] =>
  hasHeader ? columnMappings.flatMap(({ ignored, columnName }) => (ignored ? [] : [columnName])) : [];

/** The format of a file. `problem` is told what is wrong with the request, and where below the file's place in it. */
export async function formatOf(
  file: RequestFile,
  look: FileLook,
  open: () => Readable,
  problem: (message: string, place?: string) => void,
): Promise<CsvFormat | undefined> {
  if (look.isSpreadsheet) return void problem('is a spreadsheet: save it as CSV');
  const encoding = file.encoding ?? look.encoding;
  if (encoding === undefined)
    return void problem(`has an encoding that its characters do not tell: name it (${encodings.join(', ')})`);
  if (encoding === 'UTF-8' && !look.isUtf8)
    return void problem(`is not UTF-8: name its encoding (${encodings.join(', ')}), or leave it out`);
  const beginning = await beginningOf(open(), encoding, TELLING_CHARS);
  const names = namesIn(file);
  const delimiter = file.delimiter ?? delimiterOf(beginning, names);
  const better = betterDelimiter(beginning, names, delimiter);
  if (better !== undefined)
    problem(`lets columns be missing: with ${JSON.stringify(better)} they are there`, '.delimiter');
  return { encoding, delimiter };
}
