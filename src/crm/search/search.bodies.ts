// The body of a search in HubSpot's shape, and the parts of it that other bodies take.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { Refusal } from '../../refusals';
import { searchOperators, type FilterGroup, type SearchSort } from './search';

const MOST_VALUES = 1_000;

const operand = z.union([z.string(), z.number(), z.boolean()], 'must be a string').transform(String);

export const filter = z.object({
  propertyName: z.string().min(1).max(100),
  operator: z.enum(searchOperators),
  value: operand.optional(),
  highValue: operand.optional(),
  values: z.array(operand).max(MOST_VALUES).optional(),
});

const filters = z.array(filter).max(6);
export const filterGroups = z.array(z.object({ filters })).max(5);

/** `name` and `-name`. */
const sortByName = z
  .string()
  .min(1)
  .transform((text): SearchSort => {
    const down = text.startsWith('-');
    return { propertyName: down ? text.slice(1) : text, direction: down ? 'DESCENDING' : 'ASCENDING' };
  });

/** What is searched for: by name, or by an object, of which there are several spellings. */
export const searched = <S extends z.ZodType<SearchSort>>(sort: S) => ({
  filterGroups: filterGroups.nullish(),
  /** Short for one group; beside groups there is no saying how they would go together. */
  filters: filters.nullish(),
  sorts: z
    .array(z.union([sortByName, sort]))
    .max(3)
    .nullish(),
  query: z.string().max(3_000).nullish(),
});

export class SearchBody extends createZodDto(
  z.object({
    ...searched(
      z.object({
        propertyName: z.string().min(1),
        direction: z.enum(['ASCENDING', 'DESCENDING']).default('ASCENDING'),
      }),
    ),
    properties: z.array(z.string()).nullish(),
    limit: z.number().int().min(1).max(200).nullish(),
    after: z.union([z.string().max(4096), z.number()]).nullish(),
  }),
) {}

interface Groups {
  readonly filters?: FilterGroup['filters'] | null | undefined;
  readonly filterGroups?: readonly FilterGroup[] | null | undefined;
}

/** Filters beside the groups are one more way to say a single group. `place` names the field in a refusal. */
export function groupsOf({ filters, filterGroups }: Groups, place = 'filters'): readonly FilterGroup[] {
  if (!filters || filters.length === 0) return filterGroups ?? [];
  if (!filterGroups || filterGroups.length === 0) return [{ filters }];
  const message = 'Give filters or filterGroups, not both';
  throw new Refusal('input-invalid', { message, errors: [{ message, in: place }] });
}
