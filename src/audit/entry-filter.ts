// Says what may be asked of the audit log, and makes of a query the filter over entries that it means.
import { z } from 'zod';
import type { FindType } from '../crm/schemas/object-type.vocabulary';
import { pageQuery } from '../http/answers/paging';
import { yesNo } from '../supervision/yes-no';
import type { Filter } from '../read/document-store';
import { Refusal } from '../refusals';
import { addressRange } from '../origin/address-range.vocabulary';
import { padded } from '../read/time-index.vocabulary';
import { QueryError } from './query/query-error';
import { check, sources } from './query/query-fields';
import { allOf, among, facet, ipFilter } from './query/query-filter';
import { MOST_CHARACTERS, parsed } from './query/query-syntax';
import { actions, categories, findSubCategory } from './taxonomy';

/** Several values between commas. */
export const several = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().min(1, 'must not hold an empty value')).max(100));

const oneOf = (known: readonly string[]) =>
  several.superRefine((asked, context) => {
    // The message does not repeat the value: the caller chose it, and it may be anything.
    if (asked.some((value) => !known.includes(value)))
      context.addIssue({ code: 'custom', message: `must be one of ${known.join(', ')}` });
  });

/** A query is refused where it is written, be it asked at once or kept for later; the place is told beside the problem. */
const queryText = z
  .string()
  .max(MOST_CHARACTERS)
  .superRefine((text, context) => {
    try {
      const node = parsed(text);
      if (node) check(node);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      const { message, place, meant } = error;
      context.addIssue({ code: 'custom', message, params: { ...place, meant } });
    }
  })
  .describe('the query language, see docs/audit-queries.md');

const addresses = several.refine((asked) => asked.every((text) => addressRange(text)), {
  message: 'must be addresses, networks (10.0.0.0/8) or ranges (10.0.0.1..10.0.0.9)',
});

const timeZone = z.string().max(100).refine(isTimeZone, 'must be an IANA name, such as Europe/Berlin or UTC');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

const time = z.iso.datetime({ offset: true, error: 'must be an ISO 8601 time' });

export const entryQuery = z
  .strictObject({
    category: oneOf(categories.map(({ id }) => id)).optional(),
    subCategory: several.optional(),
    action: oneOf(actions).optional(),
    userId: several.optional(),
    teamId: several.optional(),
    actor: several.optional(),
    from: time.optional(),
    to: time.optional(),
    targetType: several.optional(),
    targetId: several.optional(),
    ip: addresses.optional(),
    source: oneOf(sources).optional(),
    property: several.optional(),
    value: z.string().min(1).max(1_000).optional(),
    q: queryText.optional(),
    /** In which days begin that `q` names; UTC where it is left out. */
    timeZone: timeZone.optional(),
    /** All that one request has led to, jobs that it asked for included. */
    correlationId: several.optional(),
    /** Left out, it is true where an actor or a request is named: what Strata did for a person or a key is theirs. */
    includeNonUser: yesNo.optional(),
    // By `position` whoever follows the log misses nothing, whatever the clocks say and however late acts are reported.
    sort: z.enum(['position', '-position', 'occurredAt', '-occurredAt']).default('-occurredAt'),
    /** Also old and new values, as far as the viewer may see them. */
    include: z.enum(['changes'], 'must be changes').optional(),
    limit: pageQuery.shape.limit,
    after: z
      .string()
      .regex(/^[\w-]{1,400}$/, 'must be the `after` of a page, or the id of an entry')
      .optional(),
  })
  .superRefine(({ category, subCategory, from, to, sort, after }, context) => {
    const problem = (parameter: string, message: string) =>
      context.addIssue({ code: 'custom', path: [parameter], message });
    if (from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to))
      problem('to', 'must not be before from');
    if (subCategory && !category) problem('subCategory', 'needs a category');
    if (after !== undefined && isByPosition({ sort }) && entryIdOf(after) === undefined)
      problem('after', 'must be the id or the position of an entry');
  });

export type EntryQuery = z.output<typeof entryQuery>;

function subCategoriesOf(ids: readonly string[], name: string, find: FindType): string[] {
  const found = categories
    .filter(({ id }) => ids.includes(id))
    .map((category) => findSubCategory(category, name, find))
    .filter((one) => one !== undefined);
  if (found.length > 0) return found;
  const message = 'subCategory must be a sub-category of the category';
  throw new Refusal('input-invalid', { message, errors: [{ message, in: 'subCategory' }] });
}

/**
 * The filter for the entries asked for by what the parameters say themselves, of categories that may be seen. Refuses
 * sub-categories of none of these.
 */
export function entryFilter(
  query: EntryQuery,
  visible: readonly string[],
  find: FindType,
  actorNamed = query.actor !== undefined,
): Filter {
  const asked = query.category ?? (visible.length < categories.length ? visible : undefined);
  const subCategories = query.subCategory?.flatMap((name) =>
    subCategoriesOf(query.category ?? [], name, find),
  );
  const types = query.targetType?.map((name) => find(name)?.name ?? name);
  return allOf([
    {
      ...(asked && { category: among(asked) }),
      ...(subCategories && { subCategory: among(subCategories) }),
      ...(query.action && { action: among(query.action) }),
      ...(query.userId && { 'actor.userId': among(query.userId) }),
      ...(types && { 'target.type': among(types) }),
      ...(query.targetId && { 'target.id': among(query.targetId) }),
      ...(query.correlationId && { 'causes.correlationId': among(query.correlationId) }),
      ...((query.includeNonUser ?? String(actorNamed)) === 'false' && { nonUser: false }),
      ...((query.from !== undefined || query.to !== undefined) && {
        occurredAt: {
          ...(query.from !== undefined && { $gte: Date.parse(query.from) }),
          ...(query.to !== undefined && { $lte: Date.parse(query.to) }),
        },
      }),
    },
    query.source ? facet('source.type', query.source) : {},
    query.ip ? ipFilter(query.ip) : {},
  ]);
}

export const isUpwards = ({ sort }: Pick<EntryQuery, 'sort'>): boolean => !sort.startsWith('-');

/** Whether entries are asked for in the order of the log. */
export const isByPosition = ({ sort }: Pick<EntryQuery, 'sort'>): boolean => sort.endsWith('position');

/** The id of an entry that an id or a position stands for; undefined where the text is neither. */
export const entryIdOf = (after: string): string | undefined =>
  /^\d{1,20}$/.test(after) ? padded(BigInt(after)) : undefined;

export const entrySort = (query: Pick<EntryQuery, 'sort'>): string[] => {
  const down = isUpwards(query) ? '' : '-';
  return isByPosition(query) ? [`${down}id`] : [`${down}occurredAt`, `${down}id`];
};

const LONGEST_PARAMETER = 10_000;

/**
 * Parameters that say which entries are meant, in bodies that have them kept: as they are written in a query, but for
 * some that are said apart.
 */
export function keptFilter(apart: readonly string[]) {
  const names = Object.keys(entryQuery.shape).filter((name) => !apart.includes(name));
  return z
    .strictObject(
      Object.fromEntries(names.map((name) => [name, z.string().max(LONGEST_PARAMETER).optional()])),
    )
    .superRefine((given, context) => {
      for (const { path, message } of entryQuery.safeParse(given).error?.issues ?? [])
        context.addIssue({ code: 'custom', path: [...path], message });
    })
    .transform((given) =>
      Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    )
    .pipe(z.custom<Readonly<Record<string, string>>>())
    .describe('parameters of GET /audit/v1/entries, as they are written there');
}
