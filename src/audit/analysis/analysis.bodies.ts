// Queries of the routes of the analysis, one schema each for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { actions, categories } from '../taxonomy';
import { several } from '../entry-filter';
import { intervalNames } from './intervals';

const COUNTED = ['category', 'action', 'userId', 'teamId'];

/** Refuses what else the list can be asked for, which no counter is kept by, and says where to ask for it. */
const countedOnly =
  (parameters: readonly string[]) =>
  (given: object, context: z.RefinementCtx): void => {
    for (const name of Object.keys(given))
      if (!parameters.includes(name))
        context.addIssue({
          code: 'custom',
          path: [name.slice(0, 100)],
          message: `is not counted by: counts are kept by ${COUNTED.join(', ')}; ask GET /audit/v1/entries`,
        });
  };

const known = (names: readonly string[]) =>
  several.refine(
    (asked) => asked.every((name) => names.includes(name)),
    `must be one of ${names.join(', ')}`,
  );

/** Not by an offset: one that is no whole number of quarters of an hour has no days to count by. */
const isZone = (name: string): boolean => {
  try {
    return (
      /^[a-z]/i.test(name) &&
      new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false;
  }
};

const timeZone = z
  .string()
  .max(100)
  .refine(isZone, 'must be a time zone by its IANA name, such as Europe/Berlin')
  .default('UTC')
  .describe('an IANA name, such as Europe/Berlin');
const time = z.iso.datetime({ offset: true, error: 'must be an ISO 8601 time' });

export const summaryQuery = z.looseObject({
  date: z.iso
    .date('must be a day, YYYY-MM-DD')
    .refine((date) => date >= '2000-01-01', 'must not be before 2000')
    .optional()
    .describe('today where left out'),
  timeZone,
});
export class SummaryQuery extends createZodDto(
  summaryQuery.superRefine(countedOnly(Object.keys(summaryQuery.shape))),
) {}

export const chartQuery = z.looseObject({
  from: time.optional().describe('30 days before `to` where left out'),
  to: time.optional().describe('now where left out'),
  interval: z.enum(intervalNames).default('day'),
  timeZone,
  category: known(categories.map(({ id }) => id)).optional(),
  action: known(actions).optional(),
  userId: several.optional(),
  teamId: several.optional().describe('teams, as they are now'),
  top: z.coerce.number().int().min(0).max(100).default(10).describe('how many people and addresses'),
});
export class ChartQuery extends createZodDto(
  chartQuery.superRefine(countedOnly(Object.keys(chartQuery.shape))),
) {}
export type ChartAsked = z.output<typeof chartQuery>;
