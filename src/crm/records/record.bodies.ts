// Bodies and queries of the record routes, in HubSpot's shapes.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { pageLimit } from '../../http/paging';
import { flag } from '../../http/validation';
import { associatedId, typeSpecs } from '../associations/association.bodies';

const MOST_INPUTS = 100;

/** Values may come as JSON numbers and booleans; kept are strings. */
const value = z
  .union([z.string(), z.number(), z.boolean(), z.null()], 'must be a string')
  .transform((given) => (given === null ? null : String(given)));
const values = z.record(z.string(), value);

const MOST_ASSOCIATIONS = 500;
const associations = z
  .array(z.object({ to: z.object({ id: associatedId }), types: typeSpecs }))
  .max(MOST_ASSOCIATIONS)
  .nullish()
  .transform((given) => given ?? []);

export const names = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((given) => namesIn(given));

function namesIn(given: string | readonly string[] | undefined): string[] {
  const listed = typeof given === 'string' ? [given] : (given ?? []);
  return listed
    .flatMap((part) => part.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

const wanted = { properties: names, propertiesWithHistory: names };

export class CreateBody extends createZodDto(z.object({ properties: values.default({}), associations })) {}

export class UpdateBody extends createZodDto(z.object({ properties: values })) {}

export class IdQuery extends createZodDto(z.object({ idProperty: z.string().max(100).optional() })) {}

export class GetQuery extends createZodDto(
  z.object({
    ...wanted,
    associations: names,
    archived: flag(),
    idProperty: z.string().max(100).optional(),
  }),
) {}

export class ListQuery extends createZodDto(
  z.object({
    ...wanted,
    associations: names,
    archived: flag(),
    limit: pageLimit({ most: 100, usual: 10 }),
    after: z.string().max(4096).optional(),
  }),
) {}

const batch = <T extends z.ZodType>(input: T) => ({ inputs: z.array(input).min(1).max(MOST_INPUTS) });
const id = z.string().min(1).max(1_000);
const identified = { id, idProperty: z.string().max(100).optional(), properties: values };

export class BatchCreateBody extends createZodDto(
  z.object(batch(z.object({ properties: values.default({}), associations }))),
) {}

export class BatchUpdateBody extends createZodDto(z.object(batch(z.object(identified)))) {}

export class BatchArchiveBody extends createZodDto(z.object(batch(z.object({ id })))) {}

export class BatchReadBody extends createZodDto(
  z.object({
    ...batch(z.object({ id })),
    idProperty: z.string().max(100).optional(),
    properties: z.array(z.string()).nullish(),
    propertiesWithHistory: z.array(z.string()).nullish(),
  }),
) {}

export class MergeBody extends createZodDto(z.object({ primaryObjectId: id, objectIdToMerge: id })) {}

export class EraseBody extends createZodDto(
  z.object({ objectId: id, idProperty: z.string().max(100).nullish() }),
) {}

export class ArchivedQuery extends createZodDto(z.object({ archived: flag() })) {}
