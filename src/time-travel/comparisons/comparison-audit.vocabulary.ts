// What the audit log says of comparisons of two instants.
import type { ComparisonEvents } from './comparison.events';
import type { Described } from '../../audit/audit-entry.vocabulary';
import { bookkeeping, security, type NoRow } from '../../audit/audit-wording.vocabulary';

type Rows = {
  readonly [K in keyof ComparisonEvents]: ((data: ComparisonEvents[K]) => Described) | NoRow;
};

const comparison =
  (action: string, summary: string) =>
  ({ comparisonId }: { readonly comparisonId: string }) =>
    security('RESTORE', action, summary, { type: 'comparisons', id: comparisonId });

export const comparisonRows: Rows = {
  'comparison.requested.v1': comparison('CREATE', 'Asked what has changed between two instants'),
  'comparison.ready.v1': bookkeeping('what the request leads to; the request has its row'),
  'comparison.failed.v1': comparison('UPDATE', 'A comparison of two instants failed'),
  'comparison.cancelled.v1': comparison('UPDATE', 'Cancelled a comparison of two instants'),
  'comparison.withdrawn.v1': comparison('DELETE', 'Withdrew a comparison: a record in it has been erased'),
};
