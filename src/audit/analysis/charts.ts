// What each chart and each total of the analysis counts, and the filter of the list that leads to the rows behind it. Pure.
import { actions, categories } from '../taxonomy';
import { partsOf, type Cell } from './counts.vocabulary';

/** Parameters of `GET /audit/v1/entries`. */
export type RowFilter = Readonly<Record<string, string>>;

export interface Line {
  readonly name: string;
  readonly label: string;
  readonly filter: RowFilter;
  readonly counts: (cell: Cell) => boolean;
}

const LOGINS: Line = {
  name: 'logins',
  label: 'Logins',
  filter: { category: 'LOGIN', subCategory: 'LOGIN_SUCCEEDED,EMPLOYEE_LOGIN', action: 'LOGIN' },
  counts: (cell) => isOf(cell, { category: 'LOGIN', action: 'LOGIN' }) && !partsOf(cell).failed,
};
const FAILED_LOGINS: Line = {
  name: 'failed',
  label: 'Failed logins',
  filter: { category: 'LOGIN', subCategory: 'LOGIN_FAILED' },
  counts: (cell) => isOf(cell, { category: 'LOGIN' }) && partsOf(cell).failed,
};

const isOf = (cell: Cell, wanted: { readonly category?: string; readonly action?: string }): boolean => {
  const { category, action } = partsOf(cell);
  return (
    (wanted.category === undefined || category === wanted.category) &&
    (wanted.action === undefined || action === wanted.action)
  );
};

const inWords = (name: string): string => name.charAt(0) + name.slice(1).toLowerCase().replaceAll('_', ' ');

const byAction = (category?: string): Line[] =>
  actions.map((action) => {
    const wanted = { ...(category !== undefined && { category }), action };
    return { name: action, label: inWords(action), filter: wanted, counts: (cell) => isOf(cell, wanted) };
  });

export const chartNames = ['by-category', 'by-action', 'login-trend', 'crm-records'] as const;
export type ChartName = (typeof chartNames)[number];

/** The lines of each chart: no row is counted in two of them. */
export const charts: Readonly<Record<ChartName, readonly Line[]>> = {
  'by-category': categories.map(({ id, label }) => ({
    ...{ name: id, label, filter: { category: id } },
    counts: (cell) => isOf(cell, { category: id }),
  })),
  'by-action': byAction(),
  'login-trend': [{ ...LOGINS, name: 'succeeded' }, FAILED_LOGINS],
  'crm-records': byAction('CRM_OBJECT'),
};

export const totals: readonly Line[] = [
  LOGINS,
  {
    name: 'deletions',
    label: 'Deletions of CRM objects',
    filter: { category: 'CRM_OBJECT', action: 'DELETE' },
    counts: (cell) => isOf(cell, { category: 'CRM_OBJECT', action: 'DELETE' }),
  },
  {
    ...{ name: 'exports', label: 'Exports', filter: { action: 'EXPORT' } },
    counts: (cell) => isOf(cell, { action: 'EXPORT' }),
  },
  {
    name: 'reports',
    label: 'Reports',
    filter: { category: 'SECURITY_ACTIVITY', subCategory: 'REPORT' },
    counts: (cell) => partsOf(cell).report,
  },
];

/** A test of cells that looks at each cell once: thousands are tested for a chart, of which few differ. */
export function byCell(test: (cell: Cell) => boolean): (cell: Cell) => boolean {
  const known = new Map<Cell, boolean>();
  return (cell) => {
    const found = known.get(cell) ?? test(cell);
    known.set(cell, found);
    return found;
  };
}

/** A filter with the time of an interval, `to` exclusive, and the address under which the list answers it. */
export function leadingTo(filter: RowFilter, from: number, to: number) {
  const timed = { ...filter, from: new Date(from).toISOString(), to: new Date(to - 1).toISOString() };
  return { filter: timed, link: `/audit/v1/entries?${new URLSearchParams(timed).toString()}` };
}
