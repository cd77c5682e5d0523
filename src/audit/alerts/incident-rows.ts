// What leads from an incident to the rows of the audit log that it was found in. Pure.
import type { IncidentEvents, RowParameters } from './alert.events';

type Rows = Pick<IncidentEvents['incident.opened.v1'], 'rows' | 'first' | 'last'>;

/** The alert's own filter, whose rows of one actor, address or target are meant, and their time. */
export function leadingToRows({ rows, first, last }: Rows, filter: RowParameters | null) {
  // Two queries hold both at once.
  const q = [filter?.q, rows.q].filter((one) => one !== undefined);
  const all = {
    ...filter,
    ...rows,
    ...(q.length > 0 && { q: q.length > 1 ? q.map((one) => `(${one})`).join(' ') : q[0]! }),
    ...{ from: first, to: last },
  };
  return { filter: all, link: `/audit/v1/entries?${new URLSearchParams(all).toString()}` };
}

export const incidentPath = (alertId: string, incidentId: string): string =>
  `/audit/v1/alerts/${alertId}/incidents/${incidentId}`;
