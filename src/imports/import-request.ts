// HubSpot's importRequest: its shape, and what of it is not taken yet, each refused by name.
import { z } from 'zod';
import type { FindType } from '../crm/object-types';
import { Refusal } from '../refusals';
import { encodings } from './csv-rows';
import { dateFormats } from './import-dates';

export const operations = ['CREATE', 'UPDATE', 'UPSERT'] as const;
export type Operation = (typeof operations)[number];

/** How a column names the record that a row is about. */
const keyTypes = ['HUBSPOT_OBJECT_ID', 'HUBSPOT_ALTERNATE_ID'] as const;

const objectTypeName = (find: FindType) =>
  z
    .string()
    .refine((name) => find(name) !== undefined, 'is not an object type that can be imported')
    .transform((name) => find(name)!.name);

const columnMapping = (find: FindType) =>
  z
    .looseObject({
      columnObjectTypeId: objectTypeName(find),
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
export type ColumnMapping = z.output<ReturnType<typeof columnMapping>>;

const requestFile = (find: FindType) =>
  z.looseObject({
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
        .array(columnMapping(find))
        .min(1)
        .max(1000)
        .refine(
          (columns) => new Set(columns.map(({ objectType }) => objectType)).size <= 1,
          'must all be of one object type: rows that hold several, and associations between them, are not read yet',
        ),
    }),
  });

/** Object types are understood by any of their names that `find` knows. */
export const importRequest = (find: FindType) =>
  z.looseObject({
    name: z.string().min(1).max(500),
    /** By object type, by any of its names; UPSERT where it is left out. */
    importOperations: z
      .record(z.string(), z.enum(operations))
      .default({})
      .transform((asked) =>
        Object.fromEntries(
          Object.entries(asked).map(([name, operation]) => [find(name)?.name ?? name, operation]),
        ),
      ),
    dateFormat: z.enum(dateFormats).default('MONTH_DAY_YEAR'),
    files: z
      .array(requestFile(find))
      .min(1)
      .max(10)
      .refine(
        (files) => new Set(files.map(({ fileName }) => fileName)).size === files.length,
        'must have names of their own',
      ),
  });
export type ImportRequest = z.output<ReturnType<typeof importRequest>>;
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
export function parseImportRequest(
  field: unknown,
  find: FindType,
): { sent: unknown; request: ImportRequest } {
  if (field === undefined) throw refused([{ message: 'is missing', in: 'importRequest' }]);
  let sent: unknown = field;
  try {
    if (typeof field === 'string') sent = JSON.parse(field) as unknown;
  } catch {
    throw refused([{ message: 'is not JSON', in: 'importRequest' }]);
  }
  return { sent, request: checked(sent, find) };
}

/** A request that was accepted before, read again. */
export const checked = (sent: unknown, find: FindType): ImportRequest => {
  const parsed = importRequest(find).safeParse(sent);
  if (parsed.success) return parsed.data;
  throw refused(
    parsed.error.issues.map(({ path, message }) => ({
      message,
      in: ['importRequest', ...path].join('.'),
    })),
  );
};

export const operationOf = (request: ImportRequest, objectType: string): Operation =>
  request.importOperations[objectType] ?? 'UPSERT';
