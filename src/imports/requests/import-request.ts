// HubSpot's importRequest: its shape, and what of it is not taken, each refused by name.
import { z } from 'zod';
import { parseBounded } from '../../bounded-json';
import type { FindType } from '../../crm/schemas/object-types';
import { Refusal } from '../../refusals';
import { columnMapping, type Fields } from './column-mapping';
import { encodings } from '../rows/csv-rows';
import { dateFormats } from '../rows/import-dates';

export const operations = ['CREATE', 'UPDATE', 'UPSERT'] as const;
export type Operation = (typeof operations)[number];

const requestFile = (find: FindType, fields: Fields) =>
  fields({
    fileName: z.string().min(1),
    fileFormat: z
      .string()
      .default('CSV')
      .refine((format) => format === 'CSV', 'must be CSV: spreadsheets are not read, save them as CSV'),
    /** Not in HubSpot's shape: how the file's characters are written. */
    encoding: z.enum(encodings).default('UTF-8'),
    /** That of the whole import where it is left out. */
    dateFormat: z.enum(dateFormats).nullish(),
    fileImportPage: fields({
      hasHeader: z.boolean().default(true),
      columnMappings: z
        .array(columnMapping(find, fields))
        .min(1)
        .max(1000)
        .refine((columns) => columns.some(({ ignored }) => !ignored), 'must have one that is not ignored'),
    }),
  });

const known: Fields = (shape) => z.object(shape);
const only: Fields = (shape) => z.strictObject(shape);

/** Object types are understood by any of their names that `find` knows. */
export const importRequest = (find: FindType, fields: Fields = known) =>
  fields({
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
    /** There is no marketing. */
    marketableContactImport: z.boolean().nullish(),
    createContactListFromImport: z.literal(false, 'must be false or left out: there are no lists').nullish(),
    files: z
      .array(requestFile(find, fields))
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

/** What is wrong with the rest is told when these are right. */
const MOST_ERRORS = 100;

export const refused = (errors: readonly Problem[]): Refusal =>
  new Refusal('import-request-invalid', {
    ...(errors[0] && { message: `The import request is not valid: ${errors[0].in} ${errors[0].message}` }),
    errors: errors.slice(0, MOST_ERRORS).map(({ message, in: place }) => ({ message, in: place })),
  });

/** What the multipart field holds, as sent and as understood. Refuses with `import-request-invalid`. */
export function parseImportRequest(
  field: string | undefined,
  find: FindType,
): { sent: unknown; request: ImportRequest } {
  if (field === undefined) throw refused([{ message: 'is missing', in: 'importRequest' }]);
  const sent = parsed(field);
  return { sent, request: checked(sent, find, only) };
}

function parsed(field: string): unknown {
  try {
    return parseBounded(Buffer.from(field));
  } catch (error) {
    if (error instanceof Refusal && error.code === 'body-too-complex') throw error;
    throw refused([{ message: 'is not JSON', in: 'importRequest' }]);
  }
}

/** A request that was accepted before, read again. */
export const checked = (sent: unknown, find: FindType, fields?: Fields): ImportRequest => {
  const parsed = importRequest(find, fields).safeParse(sent);
  if (parsed.success) return parsed.data;
  throw refused(
    parsed.error.issues.flatMap((issue) => {
      const place = ['importRequest', ...issue.path];
      if (issue.code !== 'unrecognized_keys') return [{ message: issue.message, in: place.join('.') }];
      return issue.keys.map((key) => ({ message: 'is not known', in: [...place, key].join('.') }));
    }),
  );
};

export const operationOf = (request: ImportRequest, objectType: string): Operation =>
  request.importOperations[objectType] ?? 'UPSERT';
