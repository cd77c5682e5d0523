// Bodies and queries of the routes of views, one schema each for type, validation and OpenAPI.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { flag, text } from '../../http/validation';
import { pageQuery } from '../../http/answers/paging';
import { keptFilter } from '../entry-filter';
import { LONGEST_NAME } from './view.decider';

/** What pages are made by is said beside the filter. */
export const filter = keptFilter(['limit', 'after', 'sort']);

const columns = [
  ...['occurredAt', 'actor', 'category', 'subCategory', 'action', 'target', 'summary', 'position'],
  ...[
    'client.ip',
    'client.country',
    'client.region',
    'client.device',
    'client.loginType',
    'source',
    'comments',
  ],
] as const;

const content = {
  lastDays: z
    .int()
    .min(1)
    .max(3_650)
    .nullish()
    .describe('the days up to when it is looked at, in place of from and to'),
  sort: z.enum(['position', '-position']).nullish(),
  columns: z
    .array(z.enum(columns))
    .min(1)
    .max(columns.length)
    .refine((all) => new Set(all).size === all.length, 'must not name a column twice')
    .nullish()
    .describe('columns in which it is shown, in their order'),
  visibility: z.enum(['private', 'everyone']).optional(),
};
const name = text({ least: 1, most: LONGEST_NAME });

export class SaveViewBody extends createZodDto(
  z.strictObject({ name, filter: filter.prefault({}), ...content }),
) {}

export class ChangeViewBody extends createZodDto(
  z.strictObject({ name: name.optional(), filter: filter.optional(), ...content }),
) {}

export class CloneViewBody extends createZodDto(
  z
    .strictObject({ name: name.optional().describe('`Copy of …` where it is left out') })
    .optional()
    .transform((body) => body ?? {}),
) {}

export class DefaultViewBody extends createZodDto(
  z.strictObject({ view: z.string().min(1).max(64).nullable().describe('null: none any more') }),
) {}

export class ViewsQuery extends createZodDto(
  pageQuery.extend({
    all: flag().describe("everybody's, private ones too: for super admins"),
  }),
) {}
