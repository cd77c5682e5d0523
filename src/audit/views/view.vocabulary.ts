// The views that every account has, and how a view and what is asked for beside it make one query.
import type { SavedView, ViewContent } from './view.events';

export interface BuiltInView extends SavedView {
  readonly id: string;
}

const builtIn = (id: string, name: string, filter: ViewContent['filter']): BuiltInView => ({
  ...{ id, name, filter, lastDays: 30, sort: null, columns: null },
  visibility: 'everyone',
});

export const ALL_LOGS = 'all';
export const builtInViews: readonly BuiltInView[] = [
  builtIn(ALL_LOGS, 'All logs', {}),
  builtIn('logins', 'Login history', { category: 'LOGIN' }),
  builtIn('security', 'Security activity', { category: 'SECURITY_ACTIVITY' }),
];

export const findBuiltIn = (id: string): BuiltInView | undefined => builtInViews.find((one) => one.id === id);

/** Parameters of a query, as they are written. */
export type Parameters = Readonly<Record<string, string>>;

const DAY_MS = 24 * 3_600_000;

/** The parameters that a view stands for when it is looked at, at an ISO time. */
export function parametersOf({ filter, lastDays, sort }: ViewContent, now: string): Parameters {
  const from = lastDays !== null && new Date(Date.parse(now) - lastDays * DAY_MS).toISOString();
  return { ...filter, ...(from && { from }), ...(sort !== null && { sort }) };
}

/**
 * A parameter given beside a view stands in place of the view's, and so does a span of time as a whole: half of each
 * would be nobody's. A sub-category belongs to its category and goes with it.
 */
export function beside(view: Parameters, given: Parameters): Parameters {
  const { from, to, subCategory, ...rest } = view;
  const hasSpan = given.from !== undefined || given.to !== undefined;
  return {
    ...rest,
    ...(!hasSpan && { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }),
    ...(given.category === undefined && subCategory !== undefined && { subCategory }),
    ...given,
  };
}
