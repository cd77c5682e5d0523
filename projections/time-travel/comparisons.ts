// Comparisons of two instants: what was asked for, and what came out. The rows themselves are in a file.
import type { Doc } from '../../src/read/document-store';
import type {
  ComparisonEvents,
  ComparisonSummary,
} from '../../src/time-travel/comparisons/comparison.events';
import type { Projection } from '../projection';

/** EXPIRED is missing here: no event says it, it is judged by time when a comparison is read. */
export type ComparisonStatus = 'RUNNING' | 'READY' | 'FAILED' | 'CANCELLED';

export interface ComparisonDocument extends Doc {
  readonly status: ComparisonStatus;
  /** Decimal strings, as `madeAt` and `position` are. */
  readonly from: string;
  readonly to: string;
  readonly madeAt: string;
  /** The first position whose state is compared. */
  readonly position: string;
  readonly objectTypes: readonly string[] | null;
  readonly properties: readonly string[] | null;
  readonly requestedAt: string;
  readonly requestedBy: string | null;
  readonly summary?: ComparisonSummary;
  readonly file?: string;
  readonly bytes?: number;
  readonly rows?: number;
  readonly sha256?: string;
  readonly expiresAt?: string;
  /** True where a record in the rows has been erased: it counts as EXPIRED. */
  readonly withdrawn?: true;
  readonly error?: string;
}

export const comparisons: Projection<ComparisonDocument, ComparisonEvents> = {
  name: 'comparisons',
  version: 1,
  indexes: [['status'], ['requestedAt']],
  on: {
    'comparison.requested.v1': ({ comparisonId, ...requested }, { meta }) => ({
      id: comparisonId,
      put: {
        status: 'RUNNING',
        ...requested,
        position: requested.from,
        requestedAt: meta.at,
        requestedBy: meta.actor.userId ?? null,
      },
    }),
    'comparison.ready.v1': ({ comparisonId, ...ready }) => ({
      id: comparisonId,
      patch: { status: 'READY', ...ready },
    }),
    'comparison.failed.v1': ({ comparisonId, reason }) => ({
      id: comparisonId,
      patch: { status: 'FAILED', error: reason },
    }),
    'comparison.cancelled.v1': ({ comparisonId }) => ({ id: comparisonId, patch: { status: 'CANCELLED' } }),
    'comparison.withdrawn.v1': ({ comparisonId }) => ({ id: comparisonId, patch: { withdrawn: true } }),
  },
};
