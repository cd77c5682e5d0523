// Bodies of the restore routes, one schema each for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { filters, MOST_GROUPS } from '../crm/search/search.bodies';
import { text } from '../http/validation';
import { pageQuery } from '../http/answers/paging';

const MOST_OBJECTS = 50;
const MOST_NAMES = 1_000;
const MOST_IDS = 10_000;
const MOST_REASON = 2_000;
/** Reasons are given to be read: they lie in the log and the audit log for good, and no erasure finds them there. */
const READ_BY = 'it stands in the audit log for good: name no customer in it';

const source = z.union(
  [
    z.strictObject({ backupId: z.string().min(1).max(64) }),
    z.strictObject({
      asOf: z.union(
        [z.string().min(1).max(64), z.number().int().min(0, 'must not be negative').transform(String)],
        'must be a time (ISO 8601) or a position (a decimal number)',
      ),
    }),
  ],
  'must be either { backupId } or { asOf }, an ISO time or a position',
);

const filterGroup = z.strictObject({ filters: filters.min(1) });

const selection = z.strictObject({
  objectType: z.string().min(1).max(100),
  properties: z.union(
    [z.literal('*'), z.array(z.string().min(1).max(100)).min(1).max(MOST_NAMES)],
    'must be "*" or a list of names',
  ),
  recordIds: z
    .array(z.string().regex(/^\d{1,16}$/, 'must be record ids'))
    .min(1)
    .max(MOST_IDS)
    .optional(),
  filterGroups: z
    .array(filterGroup)
    .min(1)
    .max(MOST_GROUPS, `may hold at most ${MOST_GROUPS} groups`)
    .optional()
    .describe("HubSpot's search filter groups, judged on the records as they are now"),
});

export const modes = z.strictObject({
  recreateDeleted: z.boolean().default(false).describe('bring archived records back'),
  keepNonEmpty: z.boolean().default(false).describe('leave values alone that are not empty now'),
  restoreAssociations: z
    .boolean()
    .default(false)
    .describe('give the selected records the associations of then, labels included'),
  archiveCreatedSince: z
    .boolean()
    .default(false)
    .describe('put selected records into the recycle bin that were created since'),
});

export const planRequest = z.strictObject({
  source,
  objects: z.array(selection).min(1).max(MOST_OBJECTS),
  modes: modes.default({
    ...{ recreateDeleted: false, keepNonEmpty: false },
    ...{ restoreAssociations: false, archiveCreatedSince: false },
  }),
});
export class PlanRequest extends createZodDto(planRequest) {}

/** The command refuses unticked boxes, after it has found that the plan can be executed at all. */
export class ExecuteRequest extends createZodDto(
  z.strictObject({
    confirm: z
      .strictObject({
        changesData: z.boolean().default(false).describe('I know that this changes data'),
        overwritesValues: z
          .boolean()
          .default(false)
          .describe('I know that what it overwrites is only kept in the history'),
        reason: text({ most: MOST_REASON })
          .optional()
          .describe(
            `asked for above the threshold of the account where no second super admin can approve; ${READ_BY}`,
          ),
      })
      .default({ changesData: false, overwritesValues: false }),
    totp: z
      .string()
      .regex(/^\d{6}$/, 'must be six digits')
      .optional(),
  }),
) {}

export class JudgeRequest extends createZodDto(
  z.strictObject({
    reason: text({ most: MOST_REASON })
      .refine((given) => given.trim() !== '', 'must say why')
      .describe(`why; ${READ_BY}`),
  }),
) {}

export class ChangesQuery extends createZodDto(
  pageQuery.extend({
    objectType: z.string().min(1).max(100).optional(),
    kind: z.enum(['update', 'recreate', 'archive', 'associate', 'disassociate']).optional(),
    only: z
      .enum(['conflict', 'leftAlone'])
      .optional()
      .describe('rows with a conflict that the plan does not resolve, or of which something is left alone'),
  }),
) {}

export class RecordsQuery extends createZodDto(
  pageQuery.extend({
    outcome: z
      .enum(['drifted', 'refused', 'recreated', 'archived', 'associated', 'disassociated'])
      .optional(),
  }),
) {}
