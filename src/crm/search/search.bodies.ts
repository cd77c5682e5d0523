// The body of a search in HubSpot's shape, and parts of it that other bodies use.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { listInTurns } from '../../http/validation';
import { Refusal } from '../../refusals';
import { ignored } from '../ignored-fields';
import { LONGEST_NAME, LONGEST_VALUE, MOST_NAMES, MOST_VALUES } from '../limits';
import { hasTooManyWords, TOO_MANY_WORDS } from './search-text';
import { searchOperators, type FilterGroup, type SearchSort } from './filter-groups';

/** Names of properties in a body. */
export const names = z
  .array(z.string().max(LONGEST_NAME, `may have at most ${LONGEST_NAME} characters`))
  .max(MOST_NAMES, `may name at most ${MOST_NAMES} properties`);

/** No stored value has half of a character. */
const wellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
const ILL_FORMED = 'must be well-formed Unicode';

/** May be as long as a stored value. */
const operandText = z
  .string()
  .max(LONGEST_VALUE, `may have at most ${LONGEST_VALUE} characters`)
  .refine(wellFormed, ILL_FORMED);
const operand = z.union([operandText, z.number(), z.boolean()], 'must be a string').transform(String);

const filter = z.strictObject({
  propertyName: z.string().min(1).max(LONGEST_NAME),
  operator: z.enum(searchOperators),
  value: operand.optional(),
  highValue: operand.optional(),
  values: z.array(operand).max(MOST_VALUES, `may list at most ${MOST_VALUES} values`).optional(),
});

/** Limits of HubSpot's API. */
export const MOST_GROUPS = 5;
const [MOST_FILTERS, LONGEST_TEXT] = [6, 3_000];
export const filters = z.array(filter).max(MOST_FILTERS, `may hold at most ${MOST_FILTERS} filters`);
export const filterGroups = listInTurns(z.strictObject({ filters }), {
  ...{ most: MOST_GROUPS, message: `may hold at most ${MOST_GROUPS} groups` },
});

/** The words that are looked for in the searchable properties. */
export const searchText = z
  .string()
  .max(LONGEST_TEXT, `may have at most ${LONGEST_TEXT} characters`)
  .refine((text) => !hasTooManyWords(text), TOO_MANY_WORDS)
  .refine(wellFormed, ILL_FORMED);

/** A sort by the name of a property: `name` ascending, `-name` descending. */
const sortByName = z
  .string()
  .min(1)
  .max(LONGEST_NAME + 1)
  .transform((text): SearchSort => {
    const down = text.startsWith('-');
    return { propertyName: down ? text.slice(1) : text, direction: down ? 'DESCENDING' : 'ASCENDING' };
  });

/**
 * The filters, sorts and text of a search. A sort is a property's name or an object, whose spelling differs between
 * bodies.
 */
export const searched = <S extends z.ZodType<SearchSort>>(sort: S) => ({
  filterGroups: filterGroups.nullish(),
  /** A short form for a single group; not allowed beside `filterGroups`. */
  filters: filters.nullish(),
  sorts: z
    .array(z.union([sortByName, sort]))
    .max(3)
    .nullish(),
  query: searchText.nullish(),
});

/**
 * A cursor holds the last record's values of the sorted properties: three of the longest values, escaped, as base64.
 */
const LONGEST_CURSOR = 1_600_000;

export class SearchBody extends createZodDto(
  z.strictObject({
    ...searched(
      z.strictObject({
        propertyName: z.string().min(1).max(LONGEST_NAME),
        direction: z.enum(['ASCENDING', 'DESCENDING']).default('ASCENDING'),
      }),
    ),
    ...ignored('search'),
    properties: names.nullish(),
    limit: z.number().int().min(1).max(200).nullish(),
    after: z
      .union([z.string().max(LONGEST_CURSOR), z.int().min(0)])
      .nullish()
      .describe(
        '`paging.next.after` of the page before, or how many records are passed over (at most 10,000)',
      ),
    asOf: z
      .string()
      .min(1)
      .max(64)
      .nullish()
      .describe('records as they were at a past time (ISO 8601 with its offset) or a position'),
  }),
) {}

interface Groups {
  readonly filters?: FilterGroup['filters'] | null | undefined;
  readonly filterGroups?: readonly FilterGroup[] | null | undefined;
}

/**
 * The filter groups of a body; `filters` stands for a single group. Refuses both together with `input-invalid`. `place`
 * is the field that the refusal names.
 */
export function groupsOf({ filters, filterGroups }: Groups, place = 'filters'): readonly FilterGroup[] {
  if (!filters || filters.length === 0) return filterGroups ?? [];
  if (!filterGroups || filterGroups.length === 0) return [{ filters }];
  const message = 'Give filters or filterGroups, not both';
  throw new Refusal('input-invalid', { message, errors: [{ message, in: place }] });
}
