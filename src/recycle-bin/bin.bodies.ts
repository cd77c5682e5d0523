// Queries and bodies of the recycle bin's routes.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { names } from '../crm/records/record.bodies';
import { filterGroups, searchText } from '../crm/search/search.bodies';
import { pageQuery } from '../http/answers/paging';

const MOST_IDS = 100;

const time = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time' })
  .transform((given) => new Date(given).toISOString());

const selection = {
  archivedBy: z
    .string()
    .min(1)
    .max(320)
    .optional()
    .describe('id of the user, API key, import or restore that archived them, or the e-mail of the user'),
  from: time.optional().describe('archived at this time or later'),
  to: time.optional().describe('archived at this time or earlier'),
  q: z.string().trim().min(1).pipe(searchText).optional().describe('words in the searchable properties'),
};

interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
const inOrder = ({ from, to }: Span): boolean => from === undefined || to === undefined || from <= to;
const order = { path: ['to'], error: 'must not be before from' };

export class BinQuery extends createZodDto(
  z.strictObject({ properties: names, ...selection, ...pageQuery.shape }).refine(inOrder, order),
) {}

const id = z
  .union([z.string(), z.number().int()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,16}$/, 'must be a record id'));

export class RestoreFromBinBody extends createZodDto(
  z
    .strictObject({
      ids: z.array(id).min(1).max(MOST_IDS).optional().describe('these records, answered at once'),
      filterGroups: filterGroups
        .optional()
        .describe('all records in the bin that match, as a job; an empty list means all of them'),
      ...selection,
    })
    .refine(inOrder, order)
    .superRefine(({ ids, filterGroups: groups, ...more }, context) => {
      const problem = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message });
      if ((ids === undefined) === (groups === undefined))
        problem(
          'ids',
          'give either ids or filterGroups; an empty filterGroups restores all that match the rest',
        );
      const other = Object.entries(more).find(([, value]) => value !== undefined)?.[0];
      if (ids && other) problem(other, 'goes with filterGroups only');
      // A group without filters would match everything, which is easily sent by mistake.
      groups?.forEach(({ filters }, index) => {
        if (filters.length === 0) problem(`filterGroups.${index}`, 'must have a filter');
      });
    }),
) {}
