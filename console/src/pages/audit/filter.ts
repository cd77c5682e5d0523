// What rows are asked for: read from the address and the view that it names, and written back. A view that nobody has
// changed is named alone; once it is changed, the address holds the whole filter, and `changed` says so.
import type { Schemas } from '../../api/client';

export const FIELDS = [
  ...(['category', 'subCategory', 'action', 'actor', 'userId', 'teamId', 'targetType', 'targetId'] as const),
  ...(['property', 'value', 'ip', 'source', 'correlationId', 'q', 'includeNonUser', 'from', 'to'] as const),
] as const;
export type Field = (typeof FIELDS)[number];
export type Filter = Readonly<Partial<Record<Field, string>>>;
export type View = Schemas['ShownView'];

export const SORTS = ['-occurredAt', 'occurredAt', '-position', 'position'] as const;
export type Sort = (typeof SORTS)[number];

export type Search = Readonly<
  Partial<
    Record<
      | (Field | 'view' | 'changed' | 'last' | 'sort' | 'columns' | 'entry' | 'comment' | 'tab')
      | ('pane' | 'state' | 'mentioned'),
      string
    >
  >
>;

export interface Asked {
  readonly filter: Filter;
  /** The last so many days, in place of `from` and `to`. */
  readonly last?: number | undefined;
  readonly sort: Sort;
  readonly columns?: readonly string[] | undefined;
}

const given = (search: Search | Readonly<Record<string, string>>): Filter =>
  Object.fromEntries(
    FIELDS.flatMap((field) => (search[field] === undefined ? [] : [[field, search[field]]])),
  );

const DAYS = /^[1-9]\d{0,3}$/;
const days = (text: string | undefined) => (text !== undefined && DAYS.test(text) ? Number(text) : undefined);
const sortOf = (text: string | null | undefined): Sort =>
  SORTS.find((sort) => sort === text) ?? '-occurredAt';

/** Whether an address says itself what is looked for. */
export const saysFilter = (search: Search): boolean =>
  search.changed !== undefined ||
  search.last !== undefined ||
  FIELDS.some((field) => search[field] !== undefined);

export function askedOf(search: Search, view: View | undefined): Asked {
  const own = given(search);
  const columns = search.columns?.split(',') ?? view?.columns ?? undefined;
  const sort = sortOf(search.sort ?? view?.sort);
  if (!view || search.changed !== undefined) return { filter: own, last: days(search.last), sort, columns };
  // As the API has it: what is given stands in place of the view's own; a span replaces a span, a category its sub-category.
  const ofView = { ...given(view.filter) } as Record<string, string>;
  const hasSpan = search.from !== undefined || search.to !== undefined || search.last !== undefined;
  if (hasSpan) for (const field of ['from', 'to']) delete ofView[field];
  if (own.category !== undefined) delete ofView.subCategory;
  const last = hasSpan ? days(search.last) : (view.lastDays ?? undefined);
  return { filter: { ...ofView, ...own }, last, sort, columns };
}

/** The address of a filter: beside what else it says, which view it began with. */
export function searchOf(asked: Asked, view: string | undefined): Search {
  const { filter, last, sort } = asked;
  return {
    ...(view !== undefined && { view }),
    changed: '1',
    ...filter,
    ...(last !== undefined && { last: String(last) }),
    ...(sort !== '-occurredAt' && { sort }),
    ...(asked.columns && { columns: asked.columns.join(',') }),
  };
}

/** Without what a filter cannot hold any more: a sub-category stands below a category only. */
export function changed(
  filter: Filter,
  change: Readonly<Partial<Record<Field, string | undefined>>>,
): Filter {
  const merged = { ...filter, ...change };
  if ('category' in change && change.category !== filter.category && !('subCategory' in change))
    delete merged.subCategory;
  if (merged.category === undefined) delete merged.subCategory;
  return given(merged);
}

export const listOf = (text: string | undefined): readonly string[] =>
  text === undefined || text === '' ? [] : text.split(',').map((one) => one.trim());
export const textOf = (list: readonly string[]): string | undefined =>
  list.length === 0 ? undefined : list.join(',');

const DAY = 86_400_000;

/** Parameters of the list: a span of days up to `now` has become a time. */
export function parametersOf({ filter, last, sort }: Asked, now: number, timeZone: string) {
  const { from, to, ...others } = filter;
  const span =
    last === undefined
      ? { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
      : { from: new Date(now - last * DAY).toISOString() };
  return {
    ...others,
    ...span,
    ...(filter.q !== undefined && { timeZone }),
    ...(sort !== '-occurredAt' && { sort }),
  };
}

/** What a view keeps of it. */
export function savedOf({ filter, last, sort, columns }: Asked, timeZone: string) {
  return {
    filter: { ...filter, ...(filter.q !== undefined && { timeZone }) },
    lastDays: last ?? null,
    sort: sort === 'position' || sort === '-position' ? sort : null,
    columns: (columns ?? null) as Schemas['SaveViewBody']['columns'],
  };
}

/** The parameters of a link of the API to the list, as an address of this page has them. */
export function searchOfLink(link: string): Filter {
  const parameters = Object.fromEntries(new URL(link, 'http://here').searchParams);
  return given(parameters);
}
