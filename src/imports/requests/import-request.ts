// HubSpot's importRequest: its schema, which refuses by name what Strata does not import.
import { z } from 'zod';
import { parseBounded } from '../../bounded-json';
import type { FindType } from '../../crm/schemas/object-type.vocabulary';
import { Refusal } from '../../refusals';
import { tellingKnown, unknownField } from '../../supervision/unknown-fields';
import { columnMapping, type Fields } from './column-mapping';
import { encodings } from '../rows/csv-format';
import { delimiters } from '../rows/csv-parser';
import { dateFormats } from '../rows/import-dates';
import { numberFormats } from '../rows/import-numbers';

export const operations = ['CREATE', 'UPDATE', 'UPSERT'] as const;
export type Operation = (typeof operations)[number];

const requestFile = (find: FindType, fields: Fields) =>
  fields({
    fileName: z.string().min(1),
    fileFormat: z
      .string()
      .default('CSV')
      .refine((format) => format === 'CSV', 'must be CSV: spreadsheets are not read, save them as CSV'),
    /** Strata's own fields: how the file is written. Where they are left out it is found out. */
    encoding: z.enum(encodings).nullish(),
    delimiter: z.enum(delimiters).nullish(),
    /** Those of the whole import where they are left out. */
    dateFormat: z.enum(dateFormats).nullish(),
    numberFormat: z.enum(numberFormats).nullish(),
    formulaGuard: z.boolean().nullish(),
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
/** Makes schemas that refuse unknown fields by name. */
export const only: Fields = (shape) => z.strictObject(shape);

/** The schema of an importRequest. `find` resolves the names of object types. */
export const importRequest = (find: FindType, fields: Fields = known) =>
  fields({
    name: z.string().min(1).max(500),
    /** By any name of the object type; UPSERT where it is left out. */
    importOperations: z
      .record(z.string(), z.enum(operations))
      .default({})
      .transform((asked) =>
        Object.fromEntries(
          Object.entries(asked).map(([name, operation]) => [find(name)?.name ?? name, operation]),
        ),
      ),
    /** HubSpot's usual order, MONTH_DAY_YEAR, where it is left out; what is not clear is listed then. */
    dateFormat: z.enum(dateFormats).nullish(),
    /** Strata's own field: the sign before decimals. Plain numbers where it is left out. */
    numberFormat: z.enum(numberFormats).nullish(),
    /** Strata's own field: whether apostrophes before formulas are guards. Where it is left out, in our exports only. */
    formulaGuard: z.boolean().nullish(),
    /** Strata's own field: true to be told what the import would do, without anything being written. */
    dryRun: z.boolean().nullish(),
    /** Accepted and ignored: Strata has no marketing. */
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

/** The number of errors that a refusal names. */
const MOST_ERRORS = 100;

export const refused = (errors: readonly Problem[]): Refusal =>
  new Refusal('import-request-invalid', {
    ...(errors[0] && { message: `The import request is not valid: ${errors[0].in} ${errors[0].message}` }),
    errors: errors.slice(0, MOST_ERRORS).map(({ message, in: place }) => ({ message, in: place })),
  });

/** The multipart field as it was sent, and as it is understood. Refuses with `import-request-invalid`. */
export function parseImportRequest(
  field: string | undefined,
  find: FindType,
): { sent: unknown; request: ImportRequest } {
  if (field === undefined) throw refused([{ message: 'is missing', in: 'importRequest' }]);
  const sent = jsonOf(field);
  return { sent, request: checked(sent, find, only) };
}

/** What a multipart field says as JSON. Refuses with `import-request-invalid`. */
export function jsonOf(field: string): unknown {
  try {
    return parseBounded(Buffer.from(field));
  } catch (error) {
    if (error instanceof Refusal && error.code === 'body-too-complex') throw error;
    throw refused([{ message: 'is not JSON', in: 'importRequest' }]);
  }
}

/** Reads an importRequest, also one that was accepted before. Refuses with `import-request-invalid`. */
export const checked = (sent: unknown, find: FindType, fields?: Fields): ImportRequest => {
  const parsed = importRequest(find, fields).safeParse(sent, tellingKnown);
  if (parsed.success) return parsed.data;
  throw refused(
    parsed.error.issues.flatMap((issue) => {
      const place = ['importRequest', ...issue.path];
      if (issue.code !== 'unrecognized_keys') return [{ message: issue.message, in: place.join('.') }];
      return issue.keys
        .slice(0, MOST_ERRORS)
        .map((key) => ({ message: unknownField(key, issue.message), in: [...place, key].join('.') }));
    }),
  );
};

export const operationOf = (request: ImportRequest, objectType: string): Operation =>
  request.importOperations[objectType] ?? 'UPSERT';
