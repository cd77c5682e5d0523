// Bodies and queries of the association routes, in HubSpot's shapes.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { pageLimit } from '../../http/answers/paging';

/** Limits of HubSpot's API. */
const MOST_PAIRS = 2_000;
const MOST_READ = 1_000;
const PAGE = 500;
const LONGEST_LABEL = 100;

/** An id as text or number: HubSpot's documentation shows both. */
export const associatedId = z.union([z.string().max(100), z.number().int()]).transform(String);
/** The id of the last record on the page before. */
const afterId = associatedId.nullish().transform((given) => given ?? undefined);
const ref = z.strictObject({ id: associatedId });

/**
 * An association type as a body names it. `WORK` is missing: it is a category of HubSpot's that no association type
 * here has.
 */
const typeSpec = z
  .strictObject({
    associationCategory: z.enum(['HUBSPOT_DEFINED', 'USER_DEFINED', 'INTEGRATOR_DEFINED']),
    associationTypeId: z.number().int().min(1).max(2_147_483_647),
  })
  .transform(({ associationCategory, associationTypeId }) => ({
    category: associationCategory,
    typeId: associationTypeId,
  }));
export const typeSpecs = z.array(typeSpec).max(100);

const batch = <T extends z.ZodType>(input: T, most = MOST_PAIRS) =>
  z.strictObject({ inputs: z.array(input).min(1).max(most) });

export class TypesBody extends createZodDto(typeSpecs) {}

export class AssociatedQuery extends createZodDto(
  z.object({ limit: pageLimit({ most: PAGE, usual: PAGE }), after: z.string().max(100).optional() }),
) {}

export class BatchAssociateBody extends createZodDto(
  batch(z.strictObject({ from: ref, to: ref, types: typeSpecs })),
) {}

export class BatchDefaultBody extends createZodDto(batch(z.strictObject({ from: ref, to: ref }))) {}

export class BatchDissociateBody extends createZodDto(
  batch(z.strictObject({ from: ref, to: z.array(ref).max(MOST_PAIRS) })).refine(
    ({ inputs }) => inputs.reduce((sum, { to }) => sum + to.length, 0) <= MOST_PAIRS,
    { path: ['inputs'], message: `must name at most ${MOST_PAIRS} pairs of records` },
  ),
) {}

export class BatchReadAssociatedBody extends createZodDto(
  batch(z.strictObject({ id: associatedId, after: afterId }), MOST_READ),
) {}

const label = z.string().trim().min(1).max(LONGEST_LABEL);

export class DefineLabelBody extends createZodDto(
  z.strictObject({
    name: z
      .string()
      .max(100)
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must consist of letters, digits and _, the first no digit'),
    label,
    inverseLabel: label.nullish(),
  }),
) {}

export class RelabelBody extends createZodDto(
  z.strictObject({ associationTypeId: z.number().int().min(1), label, inverseLabel: label.nullish() }),
) {}

/** A pair in HubSpot's v3 API, where a type is given by its name or, as text, its number. */
const namedPair = z.strictObject({ from: ref, to: ref, type: z.string().min(1).max(100) });

export class BatchNamedPairsBody extends createZodDto(batch(namedPair)) {}
