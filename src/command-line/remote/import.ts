// `strata import`: brings a CSV file into the records of an object type.
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { namesIds } from '../../imports/requests/column-mapping';
import { delimiterOf, EncodingLook, encodings, TELLING_CHARS } from '../../imports/rows/csv-format';
import { beginningOf } from '../../imports/rows/csv-rows';
import { CsvParser, delimiters } from '../../imports/rows/csv-parser';
import { nearest } from '../../supervision/nearest';
import { NotTrue, UsedWrongly, type Command, type Given, type Say } from '../command';
import { mustBeFile } from '../identity';
import { endedAs, followed, type Job } from '../client/following';
import { counted, first, type Page } from '../client/printing';
import { jsonHelp, jsonOptions, serverHelp, ServerClient, serverOptions } from '../client/server-client';

const IMPORTS = '/crm/v3/imports';
/** Where the header of a file is looked for. */
const HEADER_BYTES = 256 * 1024;
const SHOWN = 20;

interface Import {
  readonly id: string;
  readonly state: string;
  readonly metadata: { readonly counters: Readonly<Record<string, number>> };
  readonly error?: string;
}

interface Property {
  readonly name: string;
  readonly label: string;
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
    'dry-run': { type: 'boolean' },
    ...serverOptions,
    ...jsonOptions,
  },
  help: [
    'Brings the rows of a CSV file, whose first line names its columns, into the records of an object type, such as',
    'contacts. A column goes to the property that has its name or its label; the others are named, and left out.',
    '',
    '  --key-column NAME     the column by which records are found that are there: `Record ID`, or one whose property is',
    '                        unique, such as the e-mail address; left out, it is that address of contacts',
    '  --operation UPSERT    or CREATE, or UPDATE; left out, UPSERT where there is a key, and CREATE otherwise',
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
    const { results } = await server.get<Page<Property>>(`/crm/v3/properties/${encodeURIComponent(type!)}`);
    const { header, delimiter } = await headerOf(file!, results, given);
    const { request, leftOut } = requestOf(basename(file!), type!, header, results, { ...given, delimiter });
    if (leftOut.length > 0)
      say.error(`Left out, because no property is called so: ${leftOut.map(meant(results)).join(', ')}`);
    const { id } = await server.sendFile<Import>(
      ...([IMPORTS, { importRequest: JSON.stringify(request) }] as const),
      { part: 'files', path: file!, name: basename(file!), type: 'text/csv' },
    );
    const { made } = await followed(() => read(server, id), 'rows', say);
    await tell(server, made, given, say);
  },
};

/** The names of the columns, and what stands between them. Throws UsedWrongly. */
async function headerOf(file: string, properties: readonly Property[], given: Given) {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    const bytes = buffer.subarray(0, bytesRead);
    const look = new EncodingLook();
    look.look(bytes);
    const encoding = encodings.find((one) => one === (given.encoding ?? look.encoding));
    if (!encoding) throw new UsedWrongly(`--encoding: is one of ${encodings.join(', ')}`);
    const beginning = await beginningOf(Readable.from([bytes]), encoding, TELLING_CHARS);
    const names = properties.flatMap(({ name, label }) => [label, name]);
    const delimiter = delimiters.find((one) => one === given.delimiter) ?? delimiterOf(beginning, names);
    const [header] = new CsvParser(delimiter).rows(beginning, bytesRead < HEADER_BYTES);
    if (header && header.broken === undefined) return { header: header.cells, delimiter };
  } finally {
    await handle.close();
  }
  throw new UsedWrongly(`${file}: does not begin with a line that names its columns`);
}

/** The import of a file as the server is asked for it, and the columns that it leaves out. Throws UsedWrongly. */
export function requestOf(
  fileName: string,
  type: string,
  header: readonly string[],
  properties: readonly Property[],
  given: Given,
) {
  const named = new Map(
    properties.flatMap(({ name, label }) => [
      [small(label), name],
      [small(name), name],
    ]),
  );
  const propertyOf = (column: string) => named.get(small(column));
  const usual = header.find(namesIds) ?? header.find((column) => propertyOf(column) === 'email');
  const key = given['key-column'] ?? usual;
  if (key !== undefined && !header.includes(String(key)))
    throw new UsedWrongly(`--key-column: the file has no column ${key}`);
  const mapped = header.filter((column) => namesIds(column) || propertyOf(column) !== undefined);
  if (mapped.length === 0)
    throw new UsedWrongly(`${fileName}: no column is called as a property of ${type} is`);
  const operation = given.operation ?? (key === undefined ? 'CREATE' : 'UPSERT');
  const columnMappings = header.map((columnName) => {
    if (!mapped.includes(columnName)) return { columnName, ignored: true };
    const idOrKey = namesIds(columnName) ? 'HUBSPOT_OBJECT_ID' : 'HUBSPOT_ALTERNATE_ID';
    return {
      ...{
        columnObjectTypeId: type,
        columnName,
        propertyName: namesIds(columnName) ? null : propertyOf(columnName),
      },
      ...(columnName === key && { columnType: idOrKey }),
    };
  });
  const request = {
    ...{ name: fileName, importOperations: { [type]: operation } },
    ...(given['date-format'] !== undefined && { dateFormat: given['date-format'] }),
    ...(given['number-format'] !== undefined && { numberFormat: given['number-format'] }),
    ...(given['dry-run'] === true && { dryRun: true }),
    files: [
      {
        ...{ fileName, fileFormat: 'CSV' },
        ...(given.encoding !== undefined && { encoding: given.encoding }),
        ...(given.delimiter !== undefined && { delimiter: given.delimiter }),
        fileImportPage: { hasHeader: true, columnMappings },
      },
    ],
  };
  return { request, leftOut: header.filter((column) => !mapped.includes(column)) };
}

/** A column that is left out, with the label that may have been meant. */
const meant = (properties: readonly Property[]) => (column: string) => {
  const label = nearest(
    column,
    properties.map((one) => one.label),
  );
  return label === undefined ? column : `${column} (${label}?)`;
};

const small = (name: string): string => name.trim().toLowerCase();

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
