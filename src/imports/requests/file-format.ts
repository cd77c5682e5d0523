// Finds out how an uploaded file is to be read: as the request says, and for the rest as the file looks.
import type { Readable } from 'node:stream';
import {
  betterDelimiter,
  delimiterOf,
  encodings,
  TELLING_CHARS,
  type CsvFormat,
  type Encoding,
} from '../rows/csv-format';
import { beginningOf } from '../rows/csv-rows';
import type { Delimiter } from '../rows/csv-parser';
import type { RequestFile } from './import-request';
import type { FileLook } from './import-upload';

/** What a request says of how a file is written, and the columns that the file's header is to have. */
export interface AskedFormat {
  readonly encoding?: Encoding | null | undefined;
  readonly delimiter?: Delimiter | null | undefined;
  readonly names: readonly string[];
}

/** Is told what is wrong with a file, and where below the file's place in the request. */
type Problem = (message: string, place?: string) => void;

export function askedFormat({ encoding, delimiter, fileImportPage }: RequestFile): AskedFormat {
  const { hasHeader, columnMappings } = fileImportPage;
  const names = columnMappings.flatMap(({ ignored, columnName }) => (ignored ? [] : [columnName]));
  return { encoding, delimiter, names: hasHeader ? names : [] };
}

/** The encoding of a file; undefined where there is a problem. */
export function encodingOf(
  asked: Pick<AskedFormat, 'encoding'>,
  look: FileLook,
  problem: Problem,
): Encoding | undefined {
  if (look.isSpreadsheet) return void problem('is a spreadsheet: save it as CSV');
  const encoding = asked.encoding ?? look.encoding;
  if (encoding === undefined)
    return void problem(`has an encoding that its characters do not tell: name it (${encodings.join(', ')})`);
  if (encoding === 'UTF-8' && !look.isUtf8)
    return void problem(`is not UTF-8: name its encoding (${encodings.join(', ')}), or leave it out`);
  return encoding;
}

/** The format of a file; undefined where its encoding is not known. */
export async function formatOf(
  asked: AskedFormat,
  look: FileLook,
  open: () => Readable,
  problem: Problem,
): Promise<CsvFormat | undefined> {
  const encoding = encodingOf(asked, look, problem);
  if (encoding === undefined) return undefined;
  const beginning = await beginningOf(open(), encoding, TELLING_CHARS);
  const delimiter = asked.delimiter ?? delimiterOf(beginning, asked.names);
  const better = betterDelimiter(beginning, asked.names, delimiter);
  if (better !== undefined)
    problem(`lets columns be missing: with ${JSON.stringify(better)} they are there`, '.delimiter');
  return { encoding, delimiter };
}
