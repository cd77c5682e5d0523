// Bodies and queries of /engagements/v1, in HubSpot's shapes.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { named } from '../../http/validation';
import { ignored } from '../ignored-fields';
import { engagementEnds, engagementTypes } from './engagement-metadata';

const MOST_ENDS = 500;
const MOST_FIELDS = 50;

const number = z
  .union([z.number().int(), z.string().regex(/^\d{1,16}$/, 'must be a number')])
  .transform(String);
const instant = z.union([z.number().int(), z.string().max(64)]).transform(String);
const ids = z.array(number).max(MOST_ENDS, `may hold at most ${MOST_ENDS} ids`).nullish();
const type = z.enum(engagementTypes);

const engagement = { ...ignored('engagement'), ownerId: number.nullish(), timestamp: instant.nullish() };

const associations = z
  .strictObject({
    ...(Object.fromEntries(Object.keys(engagementEnds).map((field) => [field, ids])) as Record<
      keyof typeof engagementEnds,
      typeof ids
    >),
    ownerIds: ids,
    workflowIds: z.array(number).max(0, 'must be empty: workflows are not part of Strata').nullish(),
  })
  .nullish()
  .transform((given) => given ?? {});

const rest = {
  attachments: z
    .array(z.strictObject({ id: number }))
    .max(MOST_FIELDS)
    .nullish(),
  metadata: named(z.unknown(), { most: MOST_FIELDS, message: `may have at most ${MOST_FIELDS} fields` })
    .nullish()
    .describe('by the type of the engagement: `body` of a note, `subject`, `status` and others of a task'),
  scheduledTasks: z.array(z.unknown()).max(0).nullish(),
};

export class CreateEngagementBody extends createZodDto(
  z.strictObject({ engagement: z.strictObject({ type, ...engagement }), associations, ...rest }),
) {}

export class PatchEngagementBody extends createZodDto(
  z.strictObject({
    engagement: z.strictObject({ type: type.optional(), ...engagement }).nullish(),
    associations: associations.describe('must be empty: they are changed through /crm/v4/associations'),
    ...rest,
  }),
) {}

const count = (most: number) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .transform((given) => Math.min(given, most))
    .optional();
const whole = (most: number) => z.coerce.number().int().min(0).max(most).default(0);

/** HubSpot's documentation says `limit`, connectors say `count`. */
export class EngagementsQuery extends createZodDto(
  z.object({
    limit: count(250),
    count: count(250),
    offset: whole(Number.MAX_SAFE_INTEGER).describe('the `offset` of the page before'),
  }),
) {}

export class RecentEngagementsQuery extends createZodDto(
  z.object({
    limit: count(100),
    count: count(100),
    offset: whole(10_000).describe('how many to pass over'),
    since: whole(8_640_000_000_000_000).describe('milliseconds since 1970'),
  }),
) {}
