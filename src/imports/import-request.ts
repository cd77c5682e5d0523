// HubSpot's importRequest: its shape, and what of it is not taken yet, each refused by name.
import { z } from 'zod';
import { findObjectType } from '../crm/object-types';
import { Refusal } from '../refusals';
import { encodings } from './csv-rows';
import { dateFormats } from './import-dates';

export const operations = ['CREATE', 'UPDATE', 'UPSERT'] as const;
export type Operation = (typeof operations)[number];

/** How a column names the record that a row is about. */
const keyTypes = ['HUBSPOT_OBJECT_ID', 'HUBSPOT_ALTERNATE_ID'] as const;

const objectTypeName = z
  .string()
  .refine((name) => findObjectType(name) !== undefined, 'is not an object type that can be imported')
  .transform((name) => findObjectType(name)!.name);

const columnMapping = z
  .looseObject({
    columnObjectTypeId: objectTypeName,
    columnName: z.string().min(1),
    /** Null or left out on a column of record ids. */
    propertyName: z.string().min(1).nullish(),
    columnType: z.enum([...keyTypes, 'STANDARD']).default('STANDARD'),
    /** The older name of `columnType`. */
    idColumnType: z.enum(keyTypes).nullish(),
  })
  .transform(({ columnName, columnObjectTypeId, propertyName, columnType, idColumnType }) => ({
    columnName,
    objectType: columnObjectTypeId,
    propertyName: propertyName ?? undefined,
    columnType: idColumnType ?? columnType,
  }))
  .refine(
    ({ propertyName, columnType }) => propertyName !== undefined || columnType === 'HUBSPOT_OBJECT_ID',
    { message: 'needs a propertyName', path: ['propertyName'] },
  );
export type ColumnMapping = z.output<typeof columnMapping>;

const requestFile = z.looseObject({
  fileName: z.string().min(1),
  fileFormat: z
    .string()
    .default('CSV')
    .refine((format) => format === 'CSV', 'must be CSV: spreadsheets are not read, save them as CSV'),
  /** Not in HubSpot's shape: how the file's characters are written. */
  encoding: z.enum(encodings).default('UTF-8'),
  fileImportPage: z.looseObject({
    hasHeader: z.boolean().default(true),
    columnMappings: z
      .array(columnMapping)
      .min(1)
      .max(1000)
      .refine(
        (columns) => new Set(columns.map(({ objectType }) => objectType)).size <= 1,
        'must all be of one object type: rows that hold several, and associations between them, are not read yet',
      ),
  }),
});

export const importRequest = z.looseObject({
  name: z.string().min(1).max(500),
  /** By object type, by any of its names; UPSERT where it is left out. */
  importOperations: z.record(z.string(), z.enum(operations)).default({}),
  dateFormat: z.enum(dateFormats).default('MONTH_DAY_YEAR'),
  files: z
    .array(requestFile)
    .min(1)
    .max(10)
    .refine(
      (files) => new Set(files.map(({ fileName }) => fileName)).size === files.length,
      'must have names of their own',
    ),
});
export type ImportRequest = z.output<typeof importRequest>;
export type RequestFile = ImportRequest['files'][number];

export interface Problem {
  readonly message: string;
  readonly in: string;
}

export const refused = (errors: readonly Problem[]): Refusal =>
  new Refusal('import-request-invalid', {
    ...(errors[0] && { message: `The import request is not valid: ${errors[0].in} ${errors[0].message}` }),
    errors: errors.map(({ message, in: place }) => ({ message, in: place })),
  });

/** What the multipart field holds, as sent and as understood. Refuses with `import-request-invalid`. */
export function parseImportRequest(field: unknown): { sent: unknown; request: ImportRequest } {
  if (field === undefined) throw refused([{ message: 'is missing', in: 'importRequest' }]);
  let sent: unknown = field;
  try {
    if (typeof field === 'string') sent = JSON.parse(field) as unknown;
  } catch {
    throw refused([{ message: 'is not JSON', in: 'importRequest' }]);
  }
  return { sent, request: checked(sent) };
}

/** A request that was accepted before, read again. */
export const checked = (sent: unknown): ImportRequest => {
  const parsed = importRequest.safeParse(sent);
  if (parsed.success) return parsed.data;
  throw refused(
    parsed.error.issues.map(({ path, message }) => ({
      message,
      in: ['importRequest', ...path].join('.'),
    })),
  );
};

export function operationOf(request: ImportRequest, objectType: string): Operation {
  const named = Object.entries(request.importOperations).find(
    ([name]) => findObjectType(name)?.name === objectType,
  );
  return named?.[1] ?? 'UPSERT';
}
