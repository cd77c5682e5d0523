// The body that asks for an export, in HubSpot's shape with its older spellings; what Strata does not export is
// refused.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { SearchSort } from '../crm/search/filter-groups';
import { searched } from '../crm/search/search.bodies';
import { Refusal } from '../refusals';

const MOST_PROPERTIES = 1_000;

const word = (values: readonly string[]) =>
  z
    .string()
    .transform((given) => given.toUpperCase())
    .refine((given) => values.includes(given), `must be one of ${values.join(', ')}`);

/** Described on the inner schema: otherwise a nullable without a description would be documented as a list. */
const flag = (says: string) => z.boolean().describe(says).nullish();

/** HubSpot's sort with its two spellings of the direction. */
const sort = z
  .strictObject({
    propertyName: z.string().min(1),
    order: z.enum(['ASC', 'DES', 'DESC']).optional(),
    direction: z.enum(['ASCENDING', 'DESCENDING']).optional(),
  })
  .transform(({ propertyName, order, direction }): SearchSort => ({
    propertyName,
    direction: direction ?? (order === undefined || order === 'ASC' ? 'ASCENDING' : 'DESCENDING'),
  }));

export class ExportBody extends createZodDto(
  z.strictObject({
    exportType: word(['VIEW', 'LIST']).default('VIEW'),
    format: word(['CSV', 'XLSX', 'XLS']).default('CSV'),
    exportName: z.string().max(500).default(''),
    objectType: z.string().min(1).max(100),
    objectProperties: z
      .array(z.string().min(1).max(100))
      .max(MOST_PROPERTIES)
      .default([])
      .describe('names; every property of the type where it is empty'),
    associatedObjectType: z
      .union([z.string(), z.array(z.string()).max(10)])
      .nullish()
      .transform((given) => (typeof given === 'string' ? [given] : (given ?? []))),
    language: z.string().max(10).nullish().describe('taken and left unused: labels are in one language'),
    exportInternalValuesOptions: z
      .array(word(['NAMES', 'VALUES']))
      .max(10)
      .nullish()
      .describe('NAMES: columns by internal name; VALUES: options by internal value; labels otherwise'),
    includeLabeledAssociations: flag('with the labels of the associations'),
    includePrimaryDisplayPropertyForAssociatedObjects: flag('with what the associated records are called'),
    overrideAssociatedObjectsPerDefinitionPerRowLimit: flag('with all associated records of a row'),
    listId: z
      .union([z.string().max(100), z.number()])
      .describe('refused: there are no lists')
      .nullish(),
    publicCrmSearchRequest: z.strictObject(searched(sort)).nullish(),
  }),
) {}

/** Refuses with `export-unsupported`, by name, what HubSpot's shape can ask for and Strata does not export. */
export function refuseUnmade({ exportType, format, listId }: ExportBody): void {
  const refused = (place: string, message: string) =>
    new Refusal('export-unsupported', { message, errors: [{ message, in: place }] });
  if (exportType === 'LIST' || (listId !== null && listId !== undefined))
    throw refused(
      'exportType',
      'exportType must be VIEW: there are no lists, filter by publicCrmSearchRequest',
    );
  if (format !== 'CSV') throw refused('format', `format must be CSV: ${format} is not made`);
}
