// What a preview may be told of an import that is still to be asked for: any part of its request.
import { z } from 'zod';
import { jsonOf, refused } from '../requests/import-request';
import { encodings } from '../rows/csv-format';
import { delimiters } from '../rows/csv-parser';

export const MOST_MAPPINGS = 1_000;

/** Only what a preview goes by: the whole is checked as an import checks it, once it has been completed. */
const mapping = z.looseObject({
  columnName: z.string().min(1),
  ignored: z.boolean().nullish(),
  columnObjectTypeId: z.string().nullish(),
  columnObjectType: z.string().nullish(),
  propertyName: z.string().nullish(),
  columnType: z.string().nullish(),
  idColumnType: z.string().nullish(),
});
const file = z.looseObject({
  fileName: z.string().min(1),
  encoding: z.enum(encodings).nullish(),
  delimiter: z.enum(delimiters).nullish(),
  fileImportPage: z
    .looseObject({
      hasHeader: z.boolean().default(true),
      columnMappings: z.array(mapping).max(MOST_MAPPINGS).default([]),
    })
    .default({ hasHeader: true, columnMappings: [] }),
});
const partOfRequest = z.looseObject({
  importOperations: z.record(z.string(), z.unknown()).default({}),
  files: z.array(file).min(1).max(10).optional(),
});

export type AskedMapping = z.output<typeof mapping>;
export type AskedFile = z.output<typeof file>;
export type PartOfRequest = z.output<typeof partOfRequest>;

/** Refuses with `import-request-invalid`. */
export function partOf(field: string | undefined): PartOfRequest {
  const parsed = partOfRequest.safeParse(field === undefined ? {} : jsonOf(field));
  if (parsed.success) return parsed.data;
  throw refused(
    parsed.error.issues.map(({ message, path }) => ({ message, in: ['importRequest', ...path].join('.') })),
  );
}

export const askedOf = (fileName: string): AskedFile => file.parse({ fileName });
