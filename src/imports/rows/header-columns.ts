// Finds the columns of a request in a file's header, and says what stands there in place of one that is not. Pure.
import { nearest } from '../../supervision/nearest';
import type { Problem, RequestFile } from '../requests/import-request';

/** Columns whose absence is explained: comparing names takes its time. */
const MOST_TOLD = 5;
/** Names of a header that are shown and looked at, and characters of each: a file can have any header. */
const MOST_SHOWN = 30;
const MOST_COMPARED = 100;
const LONGEST_NAME = 60;

/** The index in the file of each mapped column. Without a header, columns are in the order of the mappings. */
export function placed(
  file: RequestFile,
  header: readonly string[],
  at: string,
  problems: Problem[],
): number[] {
  const { columnMappings, hasHeader } = file.fileImportPage;
  if (!hasHeader) {
    if (header.length < columnMappings.length)
      problems.push({ message: `maps more columns than the file ${file.fileName} has`, in: at });
    return columnMappings.map((_, index) => index);
  }
  const places = placesOf(header);
  const mappings = new Map<string, number>();
  for (const { columnName } of columnMappings) mappings.set(columnName, (mappings.get(columnName) ?? 0) + 1);
  const seen = new Map<string, number>();
  let told = 0;
  return columnMappings.map(({ columnName, ignored }, n) => {
    const found = places.get(columnName) ?? [];
    const nth = seen.get(columnName) ?? 0;
    seen.set(columnName, nth + 1);
    const problem = (message: string) => problems.push({ message, in: `${at}.${n}.columnName` });
    const index = (found.length === 1 ? found[0] : found[nth]) ?? -1;
    if (ignored) return index;
    if (found.length === 0)
      problem(++told > MOST_TOLD ? 'is not in the header of the file' : notInHeader(columnName, header));
    // Columns of one name are told apart by their order, where each of them has a mapping.
    else if (found.length > 1 && found.length !== mappings.get(columnName))
      problem(`stands ${found.length} times in the header of the file: map each of them, in their order`);
    return index;
  });
}

function placesOf(header: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [index, name] of header.entries()) {
    const found = places.get(name);
    if (found) found.push(index);
    else places.set(name, [index]);
  }
  return places;
}

const shortened = (name: string): string =>
  name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
/** In quotes, so that blanks around a name are seen. */
const quoted = (name: string): string => JSON.stringify(shortened(name));

/** The message for a column that the header lacks: the header as it stands, and the name that may have been meant. */
function notInHeader(columnName: string, header: readonly string[]): string {
  const shown = header.slice(0, MOST_SHOWN).map(quoted);
  const more = header.length > MOST_SHOWN ? ` and ${header.length - MOST_SHOWN} more` : '';
  const meant = nearestName(columnName, header);
  const hint = meant === undefined ? '' : `; the nearest is ${quoted(meant)}`;
  return `is not in the header of the file, which reads ${shown.join(', ')}${more}${hint}`;
}

/** As they would be written without blanks around them and between words. */
const bare = (name: string): string =>
  name
    .slice(0, LONGEST_NAME)
    .normalize('NFKC')
    .trim()
    .replace(/[\s_-]+/g, ' ');

function nearestName(columnName: string, header: readonly string[]): string | undefined {
  const names = header.slice(0, MOST_COMPARED).filter((name) => name.trim() !== '');
  const found = nearest(bare(columnName), names.map(bare));
  return names.find((name) => bare(name) === found);
}
