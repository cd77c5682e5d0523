// Reads a CSV file as an import does, from its bytes to the values of its rows, without a server.
import { Readable } from 'node:stream';
import { directionsOf } from '../../../src/crm/associations/types/association-types';
import type { PropertyDefinition } from '../../../src/crm/properties/property.events';
import { findObjectType, objectTypes } from '../../../src/crm/schemas/object-type.vocabulary';
import { identifies } from '../../../src/imports/passes/record-finder';
import { askedFormat, formatOf } from '../../../src/imports/requests/file-format';
import { checked, type Problem } from '../../../src/imports/requests/import-request';
import { FileLooking } from '../../../src/imports/requests/import-upload';
import type { CsvFormat } from '../../../src/imports/rows/csv-format';
import { CsvBroken, csvRows, firstRow } from '../../../src/imports/rows/csv-rows';
import { unsureColumns } from '../../../src/imports/rows/date-orders';
import { planFile } from '../../../src/imports/rows/file-plan';
import type { FilePlan, Known } from '../../../src/imports/rows/import-plan';
import { asMeant, readRow, type ReadValues } from '../../../src/imports/rows/import-row';
import type { csvCases } from './csv-cases';

export const define = (name: string, part: Partial<PropertyDefinition> = {}): PropertyDefinition => ({
  ...{ name, label: name, type: 'string', fieldType: 'text', groupName: 'g', description: '', options: [] },
  ...{ displayOrder: -1, hasUniqueValue: false, hidden: false, formField: false },
  ...{ dataSensitivity: 'non_sensitive', readOnlyValue: false },
  ...part,
});

const associations = directionsOf([]);
export const knownBy = (definitions: Known['definitions'], owners: Known['owners'] = []): Known => ({
  definitions,
  owners,
  associationTypes: (from, to) => associations.get(`${from}/${to}`) ?? [],
  objectTypes: objectTypes.map(({ name }) => name),
  identifies,
});

/** A file's bytes, and what the request says of it but for its name. */
export function fileOf({ file, columns, asked, hasHeader }: (typeof csvCases)[number]) {
  const columnMappings = Object.entries(columns).map(([columnName, propertyName]) => ({
    ...{ columnObjectTypeId: '0-1', columnName, propertyName },
  }));
  const { columnMappings: mapped = columnMappings, ...more } = (asked ?? {}) as { columnMappings?: object[] };
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  return {
    bytes,
    page: { ...more, fileImportPage: { hasHeader: hasHeader ?? true, columnMappings: mapped } },
  };
}

export interface ReadCsv {
  readonly problems: readonly Problem[];
  readonly format?: CsvFormat;
  readonly plan?: FilePlan;
  /** By the row's number. */
  readonly rows: ReadonlyMap<number, ReadValues>;
}

/** `asked`: the request's file but for its name; in pieces of `chunk` bytes. */
export async function readCsv(
  bytes: Buffer,
  asked: { readonly fileImportPage: object } & Record<string, unknown>,
  known: Known,
  chunk = 7,
): Promise<ReadCsv> {
  const request = checked(
    { name: 'x', files: [{ fileName: 'x.csv', fileFormat: 'CSV', ...asked }] },
    findObjectType,
  );
  const file = request.files[0]!;
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunk) pieces.push(bytes.subarray(at, at + chunk));
  const open = () => Readable.from(pieces, { objectMode: false });
  const looking = new FileLooking();
  for await (const _ of looking.at(open() as AsyncIterable<Uint8Array>));
  const problems: Problem[] = [];
  const problem = (message: string, place = '') => problems.push({ message, in: place });
  const rows = new Map<number, ReadValues>();
  const format = await formatOf(askedFormat(file), looking.seen.look, open, problem);
  if (!format) return { problems, rows };
  try {
    const header = await firstRow(open(), format);
    if (!header) problem('is empty');
    const plan = planFile(request, file, header ?? [], known, problems);
    if (problems.length > 0) return { problems, format, plan, rows };
    const all = () => csvRows(open(), format, plan.width);
    const whole = { ...plan, unsure: await unsureColumns(plan, all) };
    let isHeader = plan.hasHeader;
    for await (const row of all()) {
      if (!isHeader) rows.set(row.number, readRow(whole, asMeant(whole, row)));
      isHeader = false;
    }
    return { problems, format, plan: whole, rows };
  } catch (error) {
    if (!(error instanceof CsvBroken)) throw error;
    problem(`is not CSV: in row ${error.row} ${error.message}`);
    return { problems, format, rows };
  }
}
