// Says what may be asked of the audit log, and makes of a query the filter over entries that it means.
import { z } from 'zod';
import type { FindType } from '../crm/schemas/object-type.vocabulary';
import { pageQuery } from '../http/answers/paging';
import type { Filter } from '../read/document-store';
import { Refusal } from '../refusals';
import { padded } from '../read/time-index.vocabulary';
import { actions, categories, findSubCategory } from './taxonomy';

const sources = ['CRM_UI', 'API', 'IMPORT', 'LOAD', 'RESTORE', 'SYSTEM'] as const;

/** Several values between commas. */
const several = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().min(1, 'must not hold an empty value')).max(100));

const oneOf = (known: readonly string[]) =>
  several.superRefine((asked, context) => {
    // The message does not repeat the value: the caller chose it, and it may be anything.
    if (asked.some((value) => !known.includes(value)))
      context.addIssue({ code: 'custom', message: `must be one of ${known.join(', ')}` });
  });

const time = z.iso.datetime({ offset: true, error: 'must be an ISO 8601 time' });

export const entryQuery = z
  .strictObject({
    category: oneOf(categories.map(({ id }) => id)).optional(),
    subCategory: several.optional(),
    action: oneOf(actions).optional(),
    userId: several.optional(),
    actor: several.optional(),
    from: time.optional(),
    to: time.optional(),
    targetType: several.optional(),
    targetId: several.optional(),
    ip: several.optional(),
    source: oneOf(sources).optional(),
    /** Left out, it is true where an actor is named: what Strata did for a person or a key is theirs. */
    includeNonUser: z.enum(['true', 'false']).optional(),
    // The order is that of the log; `occurredAt` is an older name for that order.
    sort: z.enum(['position', '-position', 'occurredAt', '-occurredAt']).default('-position'),
    limit: pageQuery.shape.limit,
    after: z
      .string()
      .regex(/^\d{1,20}$/, 'must be the id or the position of an entry')
      .transform((position) => padded(BigInt(position)))
      .optional(),
  })
  .superRefine(({ category, subCategory, from, to }, context) => {
    const problem = (parameter: string, message: string) =>
      context.addIssue({ code: 'custom', path: [parameter], message });
    if (from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to))
      problem('to', 'must not be before from');
    if (subCategory && !category) problem('subCategory', 'needs a category');
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

export const among = (values: readonly string[]) => (values.length === 1 ? values[0]! : { $in: values });

/** The filter for the entries asked for, of categories that may be seen. Refuses sub-categories of none of these. */
export function entryFilter(query: EntryQuery, visible: readonly string[], find: FindType): Filter {
  const asked = query.category ?? (visible.length < categories.length ? visible : undefined);
  const subCategories = query.subCategory?.flatMap((name) =>
    subCategoriesOf(query.category ?? [], name, find),
  );
  const types = query.targetType?.map((name) => find(name)?.name ?? name);
  return {
    ...(asked && { category: among(asked) }),
    ...(subCategories && { subCategory: among(subCategories) }),
    ...(query.action && { action: among(query.action) }),
    ...(query.userId && { 'actor.userId': among(query.userId) }),
    ...(types && { 'target.type': among(types) }),
    ...(query.targetId && { 'target.id': among(query.targetId) }),
    ...(query.ip && { 'client.ip': among(query.ip) }),
    ...(query.source && { 'source.type': among(query.source) }),
    ...((query.includeNonUser ?? String(query.actor !== undefined)) === 'false' && { nonUser: false }),
    ...((query.from !== undefined || query.to !== undefined) && {
      occurredAt: {
        ...(query.from !== undefined && { $gte: Date.parse(query.from) }),
        ...(query.to !== undefined && { $lte: Date.parse(query.to) }),
      },
    }),
  };
}

export const isUpwards = ({ sort }: EntryQuery): boolean => !sort.startsWith('-');

/** Ids are positions: whoever asks for what follows the last entry they saw misses none, whatever the clocks say. */
export const entrySort = (query: EntryQuery) => [isUpwards(query) ? 'id' : '-id'];
