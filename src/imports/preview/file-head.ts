// Looks at the beginning of a file as an import would read it, and suggests what each of its columns is about.
import { Readable } from 'node:stream';
import type { Caller } from '../../caller';
import { mayWrite } from '../../crm/properties/values/sensitivity';
import type { ObjectType } from '../../crm/schemas/object-type.vocabulary';
import { encodingOf } from '../requests/file-format';
import { headOf, requireWriting } from '../requests/request-files';
import { TELLING_CHARS } from '../rows/csv-format';
import { CsvParser, delimiters, widthOf } from '../rows/csv-parser';
import { beginningOf, firstRows } from '../rows/csv-rows';
import type { NamedType } from './column-names';
import type { HeldFile } from './held-upload';
import type { Importable } from './importable';
import type { AskedFile } from './preview-request';
import { MOST_COLUMNS, MOST_ROWS, type Looked } from './preview.view';
import { asAsked, suggestionsFor } from './suggestions';

export interface Looking {
  readonly file: HeldFile;
  readonly asked: AskedFile;
  /** The type that the rows are about, where it is said. */
  readonly type: ObjectType | undefined;
  readonly importable: Importable;
  readonly caller: Caller;
}

/** Undefined where an import could not read the file: `problem` is told why. Refuses as an import of its type would be. */
export async function looked(
  { file, asked, type, importable, caller }: Looking,
  problem: (message: string, place?: string) => void,
): Promise<Looked | undefined> {
  const { hasHeader, columnMappings } = asked.fileImportPage;
  const encoding = encodingOf(asked, file.look, problem);
  if (encoding === undefined) return undefined;
  const open = () => Readable.from([file.beginning]);
  const text = await beginningOf(open(), encoding, Infinity);
  const isWhole = file.beginning.length === file.bytes;
  const heads = hasHeader ? headsOf(text, isWhole, asked) : [];
  const of = typeOf(type, importable, heads, caller);
  const names = importable.namesOf(of);
  const wanted = columnMappings.flatMap(({ ignored, columnName }) => (ignored ? [] : [columnName]));
  const known = heads.flat().filter((cell) => names.find(cell) !== undefined);
  const columns = hasHeader ? [...new Set([...wanted, ...known])] : [];
  const head = await headOf({ look: file.look, open }, { ...asked, encoding, names: columns }, problem);
  if (!head) return undefined;
  const { header, readAs } = head;
  const columnCount = hasHeader ? widthOf(header) : header.length;
  // One more than are shown tells whether there are more.
  const most = MOST_ROWS + (hasHeader ? 2 : 1);
  const rows = [...firstRows(text, isWhole, new CsvParser(readAs.delimiter, columnCount), most)];
  if (rows.length === 0) return void problem('has a first row that is too long for a preview');
  const suggesting = {
    ...of,
    names,
    mayWrite: (property: Parameters<typeof mayWrite>[2]) => mayWrite(caller, of.type.name, property),
    asked: columnMappings,
  };
  return {
    ...{ file, readAs, type: of.type, hasHeader, header, columnCount },
    suggestions: hasHeader
      ? suggestionsFor(header.slice(0, columnCount), suggesting)
      : asAsked(Math.min(columnCount, MOST_COLUMNS), columnMappings),
    rows: hasHeader ? rows.slice(1) : rows,
  };
}

/** The first row by each delimiter that there may be. */
function headsOf(text: string, isWhole: boolean, { delimiter }: AskedFile): (readonly string[])[] {
  const telling = text.slice(0, TELLING_CHARS);
  const isAll = isWhole && text.length < TELLING_CHARS;
  return (delimiter ? [delimiter] : delimiters).map((one) => {
    const [first] = firstRows(telling, isAll, new CsvParser(one), 1);
    return first?.cells ?? [];
  });
}

function typeOf(
  type: ObjectType | undefined,
  importable: Importable,
  heads: readonly (readonly string[])[],
  caller: Caller,
): NamedType {
  const found = type ? importable.of(type) : importable.likeliest(heads);
  if (found) return found;
  requireWriting(caller, [type?.name ?? 'contacts']);
  throw new Error('A type that may be written was not among those that may');
}
