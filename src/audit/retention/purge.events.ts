// Events of one purge of the audit log, slice by slice. Stream: `purge-<purgeId>`.
import type { LogPosition } from '../../eventsourcing/event';

export type PurgeEvents = {
  /** Rows that are no more, by the positions of their events: these stay in the log. Up to 1,000 of one category. */
  'purge.rows-removed.v1': {
    readonly purgeId: string;
    readonly category: string;
    /** ISO time of the cut-off. */
    readonly before: string;
    /** Ids of the holds that it kept to. */
    readonly holds: readonly string[];
    readonly rows: readonly LogPosition[];
  };
  /** No further row goes by this purge: it is done, or a policy or a hold has come that it does not know of. */
  'purge.closed.v1': { readonly purgeId: string; readonly isDone: boolean };
};
