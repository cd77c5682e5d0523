// `strata import`: brings a CSV file into the records of an object type.
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportPreview, PreviewedColumn, PreviewedFile } from '../../imports/preview/preview.view';
import { NotTrue, UsedWrongly, type Command, type Given, type Say } from '../command';
import { mustBeFile } from '../identity';
import { endedAs, followed, type Job } from '../client/following';
import { counted, first, printed } from '../client/printing';
import { jsonHelp, jsonOptions, serverHelp, ServerClient, serverOptions } from '../client/server-client';

const IMPORTS = '/crm/v3/imports';
/** Bytes of a file that a preview is made of. */
const BEGINNING = 256 * 1024;
const SHOWN = 20;
const SHOWN_COLUMNS = 200;

interface Mapping {
  readonly columnName: string;
  readonly ignored?: boolean;
  readonly propertyName?: string | null;
  readonly columnType?: string;
  readonly toColumnObjectTypeId?: string;
}

interface Preview extends ImportPreview {
  readonly importRequest: {
    readonly files: readonly { readonly fileImportPage: { readonly columnMappings: readonly Mapping[] } }[];
  };
}

interface Import {
  readonly id: string;
  readonly state: string;
  readonly metadata: { readonly counters: Readonly<Record<string, number>> };
  readonly error?: string;
}

interface RowError {
  readonly errorMessage?: string;
  readonly errorType: string;
  /** The cell that is wrong, where the caller may see it. */
  readonly invalidValue?: string;
  readonly sourceData: { readonly lineNumber: number };
}

export const command: Command = {
  operands: ['FILE', 'TYPE'],
  options: {
    'key-column': { type: 'string' },
    operation: { type: 'string' },
    'date-format': { type: 'string' },
    'number-format': { type: 'string' },
    encoding: { type: 'string' },
    delimiter: { type: 'string' },
    preview: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    ...serverOptions,
    ...jsonOptions,
  },
  help: [
    'Brings the rows of a CSV file, whose first line names its columns, into the records of an object type, such as',
    'contacts. A column goes to the property that has its name or its label, `Company ID` and the like to associations;',
    'the others are named, and left out.',
    '',
    '  --key-column NAME     the column by which records are found that are there: `Record ID`, or one whose property is',
    '                        unique, such as the e-mail address; left out, it is that address of contacts',
    '  --operation UPSERT    or CREATE, or UPDATE; left out, UPSERT where there is a key, and CREATE otherwise',
    '  --preview             show how the file is read, and what would be done with its columns, and import nothing',
    '  --dry-run             tell what would be brought in, and what not, and write nothing',
    '  --date-format FORMAT  MONTH_DAY_YEAR (the default), DAY_MONTH_YEAR or YEAR_MONTH_DAY',
    '  --number-format NAME  DECIMAL_POINT (1,234.5) or DECIMAL_COMMA (1.234,5); left out, numbers are plain: 1234.5',
    '  --encoding NAME       UTF-8, UTF-16, ISO-8859-1 or WINDOWS-1252; left out, it is found out',
    '  --delimiter SIGN      what stands between cells: a comma, a semicolon, a tab or |; left out, it is found out',
    '',
    ...serverHelp,
    jsonHelp,
    '',
    'Exit codes: 0 all rows were brought in, 1 refused or not all of them, 2 used wrongly.',
  ],
  async run([file, type], given, say, ask) {
    const server = ServerClient.of(given, ask);
    await mustBeFile(file!);
    const preview = await previewOf(server, file!, type!, given);
    if (given.preview === true) return tellPreview(preview, given, say);
    const request = requestOf(preview, given);
    tellLeftOut(preview.files[0]!, say);
    const { id } = await server.sendFile<Import>(
      ...([IMPORTS, { importRequest: JSON.stringify(request) }] as const),
      { part: 'files', path: file!, name: basename(file!), type: 'text/csv' },
    );
    const { made } = await followed(() => read(server, id), 'rows', say);
    await tell(server, made, given, say);
  },
};

/** How the server would read a file, by its beginning. */
async function previewOf(server: ServerClient, path: string, objectType: string, given: Given) {
  const name = basename(path);
  const { 'date-format': dateFormat, 'number-format': numberFormat, encoding, delimiter } = given;
  const importRequest = {
    ...(dateFormat !== undefined && { dateFormat }),
    ...(numberFormat !== undefined && { numberFormat }),
    files: [
      {
        fileName: name,
        ...(encoding !== undefined && { encoding }),
        ...(delimiter !== undefined && { delimiter }),
      },
    ],
  };
  return server.sendFile<Preview>(
    ...(['/imports/v1/preview', { objectType, importRequest: JSON.stringify(importRequest) }] as const),
    { part: 'files', path, name, type: 'text/csv', bytes: await beginningOf(path) },
  );
}

/** Bytes of the beginning of a file, which ends with a line where the file does not end there. */
async function beginningOf(path: string): Promise<number> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0);
    const isWhole = (await handle.stat()).size <= bytesRead;
    return isWhole ? bytesRead : buffer.lastIndexOf('\n', bytesRead - 1) + 1 || bytesRead;
  } finally {
    await handle.close();
  }
}

/** The import that is suggested, with what was asked for besides. Throws UsedWrongly. */
function requestOf({ importRequest, files: [file] }: Preview, given: Given) {
  const { columns, columnObjectTypeId, fileName, objectType } = file!;
  const key = given['key-column'];
  const keyed = columns.find(({ columnName }) => columnName === key);
  if (key !== undefined && (!keyed || keyed.ignored))
    throw new UsedWrongly(`--key-column: the file has no column ${key} that can be imported`);
  if (columns.every(({ ignored }) => ignored))
    throw new UsedWrongly(`${fileName}: no column is called as a property of ${objectType} is`);
  const operation = given.operation ?? (keyed && 'UPSERT');
  return {
    ...importRequest,
    ...(operation !== undefined && { importOperations: { [columnObjectTypeId]: operation } }),
    ...(given['dry-run'] === true && { dryRun: true }),
    files: importRequest.files.map((one) => {
      const { fileImportPage } = one;
      const columnMappings = fileImportPage.columnMappings.map((column) => keyedBy(keyed, column));
      return { ...one, fileImportPage: { ...fileImportPage, columnMappings } };
    }),
  };
}

/** A column where records are found by one that was named: no other is a key. */
function keyedBy(keyed: PreviewedColumn | undefined, mapping: Mapping): Mapping {
  const { columnName, columnType, toColumnObjectTypeId, propertyName } = mapping;
  const isOther = mapping.ignored || toColumnObjectTypeId !== undefined;
  if (!keyed || isOther) return mapping;
  if (columnName === keyed.columnName)
    return propertyName === null ? mapping : { ...mapping, columnType: 'HUBSPOT_ALTERNATE_ID' };
  if (columnType === 'HUBSPOT_OBJECT_ID') return { columnName, ignored: true };
  return { ...mapping, columnType: 'STANDARD' };
}

/** The columns that are left out, and why. */
function tellLeftOut({ columns }: PreviewedFile, say: Say): void {
  const leftOut = columns.filter(({ ignored, reason }) => ignored && reason !== 'MARK');
  for (const { columnName, column, message } of leftOut.slice(0, SHOWN))
    say.error(`Left out: ${columnName === '' ? `column ${column}` : printed(columnName)}: ${message}`);
  if (leftOut.length > SHOWN) say.error(`Left out: ${leftOut.length - SHOWN} columns more`);
}

function tellPreview({ files: [file], problems }: Preview, { json }: Given, say: Say): void {
  const { fileName, encoding, delimiter, objectType, columns, rows, hasMore } = file!;
  if (json !== true) {
    say.out(`${fileName}: ${objectType}, ${encoding}, ${printed(delimiter)} between cells`);
    for (const { columnName, ignored, ...of } of columns.slice(0, SHOWN_COLUMNS))
      if (!ignored) say.out(`  ${printed(columnName)} → ${aboutOf(of)}`);
    for (const { row, cells, problem } of rows)
      say.out(`row ${row}: ${problem ?? cells.map(printed).join(', ')}`);
    if (hasMore) say.out('and more rows');
    tellLeftOut(file!, say);
  }
  for (const { message, in: place } of problems) say.error(`${place} ${message}`);
  if (problems.length > 0) throw new NotTrue(`${fileName}: an import of it would be refused`);
}

function aboutOf({
  propertyName,
  propertyLabel,
  columnType,
  toColumnObjectTypeId: to,
}: Omit<PreviewedColumn, 'columnName' | 'ignored'>): string {
  const what = propertyName === null ? 'record ids' : `${propertyName} (${propertyLabel ?? propertyName})`;
  if (to !== undefined) return `${what} of records of type ${to} that are associated`;
  return columnType === 'STANDARD' ? what : `${what}, by which records are found that are there`;
}

async function read(server: ServerClient, id: string): Promise<Job & { readonly made: Import }> {
  const made = await server.get<Import>(`${IMPORTS}/${id}`);
  const { TOTAL_ROWS: done = 0 } = made.metadata.counters;
  const isGoing = ['STARTED', 'PROCESSING', 'DEFERRED'].includes(made.state);
  return { status: isGoing ? 'RUNNING' : made.state, progress: { done, total: 0 }, made };
}

async function tell(server: ServerClient, made: Import, given: Given, say: Say): Promise<void> {
  const { id, state, metadata, error } = made;
  const { counters } = metadata;
  const { TOTAL_ROWS: rows = 0, CREATED_OBJECTS: created = 0, UPDATED_OBJECTS: updated = 0 } = counters;
  const { found, more } = await first<RowError>(server, `${IMPORTS}/${id}/errors`, SHOWN);
  if (given.json === true) say.out(JSON.stringify(made));
  else {
    const isTried = given['dry-run'] === true;
    const what = isTried ? 'Dry run' : 'Import';
    say.out(`${what} ${id}: ${counted(rows, 'row')}, ${created} created, ${updated} updated`);
    for (const { sourceData, errorMessage, errorType, invalidValue } of found) {
      const cell = invalidValue === undefined ? '' : `, and is ${JSON.stringify(invalidValue)}`;
      say.error(`row ${sourceData.lineNumber}: ${errorMessage ?? errorType}${cell}`);
    }
    if (more) say.error(`and more: GET ${IMPORTS}/${id}/errors/file`);
    if (isTried) say.out('Nothing was written');
    else if (created + updated > 0) say.out(`Take it back: strata undo import ${id}`);
  }
  if (state !== 'DONE') throw endedAs(`Import ${id}`, state, error);
  if (found.length > 0) throw new NotTrue(`Import ${id}: not every row fitted`);
}
