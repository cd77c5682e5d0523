// Bodies and queries of the routes of alerts, one schema each for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { receiverUrl } from '../../delivery/receiver.bodies';
import { text } from '../../http/validation';
import { keptFilter } from '../entry-filter';
import { alertKinds, alertPers, MOST_THRESHOLD, MOST_WINDOW_MINUTES } from './alert.vocabulary';

const LONGEST_NAME = 200;
/** What an alert looks at goes on: it has no time, and no pages. */
const filter = keptFilter(['limit', 'after', 'sort', 'from', 'to']);

const fields = {
  per: z.enum(alertPers).optional().describe('whose rows are counted together; of the kind FILTER'),
  threshold: z.int().min(1).max(MOST_THRESHOLD).nullish().describe('rows within the window'),
  windowMinutes: z.int().min(1).max(MOST_WINDOW_MINUTES).optional(),
  baseline: z
    .strictObject({
      factor: z.number().min(1.5).max(1_000),
      atLeast: z.int().min(1).max(MOST_THRESHOLD),
    })
    .nullish()
    .describe('so many times the most of such hours of the week; learned for four weeks'),
  enabled: z.boolean().optional(),
  snoozedUntil: z.iso
    .datetime({ offset: true, error: 'must be an ISO 8601 time' })
    .transform((given) => new Date(given).toISOString())
    .nullish()
    .describe('until then incidents are noted, and nobody is told'),
  webhook: receiverUrl.nullish().describe('an address that is told, too; its secret is answered once'),
};
const view = z
  .string()
  .min(1)
  .max(64)
  .optional()
  .describe('a view whose filter is copied, in place of filter');

const oneFilter = (
  { filter: given, view: named }: { filter?: unknown; view?: string | undefined },
  context: z.RefinementCtx,
) => {
  if (given !== undefined && named !== undefined)
    context.addIssue({ code: 'custom', path: ['view'], message: 'must be left out where there is a filter' });
};

export class CreateAlertBody extends createZodDto(
  z
    .strictObject({
      name: text({ least: 1, most: LONGEST_NAME }),
      kind: z.enum(alertKinds).default('FILTER'),
      filter: filter.optional(),
      ...{ view, ...fields },
    })
    .superRefine(oneFilter),
) {}

export class ChangeAlertBody extends createZodDto(
  z
    .strictObject({
      name: text({ least: 1, most: LONGEST_NAME }).optional(),
      filter: filter.optional(),
      ...{ view, ...fields },
    })
    .superRefine(oneFilter),
) {}
