// Bodies and queries of the record routes, in HubSpot's shapes.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { pageLimit } from '../../http/answers/paging';
import { flag, listInTurns, named } from '../../http/validation';
import { ignored } from '../ignored-fields';
import { MOST_ASSOCIATIONS, MOST_NAMES } from '../limits';
import { names as listed } from '../search/search.bodies';
import { associatedId, typeSpecs } from '../associations/association.bodies';

const MOST_INPUTS = 100;

/** The scopes that archiving a record needs; a key that may write has both. */
export const ARCHIVING = ['crm.objects.:objectType.write', 'crm.objects.:objectType.archive'];

/** A value may be a JSON number or boolean; it is kept as a string. */
const value = z
  .union([z.string(), z.number(), z.boolean(), z.null()], 'must be a string')
  .transform((given) => (given === null ? null : String(given)));
const values = named(value, { most: MOST_NAMES, message: `may name at most ${MOST_NAMES} properties` });

const MOST_OF_ONE = 500;
const associations = z
  .array(z.strictObject({ to: z.strictObject({ id: associatedId }), types: typeSpecs }))
  .max(MOST_OF_ONE, `may hold at most ${MOST_OF_ONE} associations`)
  .nullish()
  .transform((given) => given ?? []);

/** Names in a query: several parameters, or several names separated by commas. */
export const names = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((given) => namesIn(given))
  .pipe(listed);

function namesIn(given: string | readonly string[] | undefined): string[] {
  const listed = typeof given === 'string' ? [given] : (given ?? []);
  return listed
    .flatMap((part) => part.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

const wanted = { properties: names, propertiesWithHistory: names };

/** A past time or a position, judged where the log is known. */
export const asOf = z
  .string()
  .min(1)
  .max(64)
  .describe('records as they were at a past time (ISO 8601 with its offset) or a position');

/** What records of now alone can be asked for. */
const OF_NOW = ['propertiesWithHistory', 'associations', 'idProperty'] as const;

/** Refuses beside `asOf` what cannot be told of then. */
const thenOnly = <T extends object>(schema: z.ZodType<T>) =>
  schema.superRefine((given, context) => {
    const asked = given as Readonly<Record<string, unknown>>;
    if (asked['asOf'] === undefined) return;
    for (const name of OF_NOW)
      if (Array.isArray(asked[name]) ? asked[name].length > 0 : asked[name] !== undefined)
        context.addIssue({ code: 'custom', path: [name], message: 'cannot be asked for as of an instant' });
  });

export class CreateBody extends createZodDto(
  z.strictObject({ properties: values.default({}), associations, ...ignored('oneRecord') }),
) {}

export class UpdateBody extends createZodDto(
  z.strictObject({ properties: values, ...ignored('record'), ...ignored('oneRecord') }),
) {}

export class IdQuery extends createZodDto(z.object({ idProperty: z.string().max(100).optional() })) {}

export class GetQuery extends createZodDto(
  thenOnly(
    z.object({
      ...wanted,
      associations: names,
      archived: flag(),
      idProperty: z.string().max(100).optional(),
      asOf: asOf.optional(),
    }),
  ),
) {}

export class ListQuery extends createZodDto(
  thenOnly(
    z.object({
      ...wanted,
      associations: names,
      archived: flag(),
      limit: pageLimit({ most: 100, usual: 10 }),
      after: z.string().max(4096).optional(),
      asOf: asOf.optional(),
    }),
  ),
) {}

const batch = <T extends z.ZodType>(input: T) => ({
  inputs: listInTurns(input, { least: 1, most: MOST_INPUTS }),
});
const id = z.string().min(1).max(1_000);
const objectWriteTraceId = z
  .string()
  .max(1_000)
  .nullish()
  .describe(
    'names the input in the answer: where any has one, those that can be written are, whatever becomes of others',
  );
const identified = {
  ...ignored('record'),
  objectWriteTraceId,
  id,
  idProperty: z.string().max(100).optional(),
  properties: values,
};

export class BatchCreateBody extends createZodDto(
  z
    .strictObject(batch(z.strictObject({ properties: values.default({}), associations, objectWriteTraceId })))
    .refine(
      ({ inputs }) => inputs.reduce((sum, one) => sum + one.associations.length, 0) <= MOST_ASSOCIATIONS,
      {
        path: ['inputs'],
        message: `may hold at most ${MOST_ASSOCIATIONS} associations together`,
      },
    ),
) {}

export class BatchUpdateBody extends createZodDto(z.strictObject(batch(z.strictObject(identified)))) {}

export class BatchArchiveBody extends createZodDto(z.strictObject(batch(z.strictObject({ id })))) {}

export class BatchReadBody extends createZodDto(
  z.strictObject({
    ...batch(z.strictObject({ id })),
    idProperty: z.string().max(100).optional(),
    properties: listed.nullish(),
    propertiesWithHistory: listed.nullish(),
  }),
) {}

export class MergeBody extends createZodDto(z.strictObject({ primaryObjectId: id, objectIdToMerge: id })) {}

export class EraseBody extends createZodDto(
  z.strictObject({ objectId: id, idProperty: z.string().max(100).nullish() }),
) {}

export class BatchReadQuery extends createZodDto(z.object({ archived: flag(), asOf: asOf.optional() })) {}
