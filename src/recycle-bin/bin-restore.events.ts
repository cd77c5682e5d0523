// Events of a restore from the recycle bin that runs as a job. Stream: `binrestore-<restoreId>`; `restoreId` is numeric.
import type { FilterGroup } from '../crm/search/filter-groups';
import type { KeptList } from '../files/kept-list';

/** Which records of the bin: those that meet all of it. */
export interface BinSelection {
  /** HubSpot's search filter groups over the records' values; none means all records. */
  readonly filterGroups: readonly FilterGroup[];
  /** Id of a user, API key, import or restore. */
  readonly archivedBy?: string;
  /** ISO times, both inclusive. */
  readonly from?: string;
  readonly to?: string;
  /** Words in the searchable properties. */
  readonly q?: string;
}

/** Records by what became of them. */
export interface BinOutcomes {
  readonly restored: number;
  /** They had been brought back by then. */
  readonly live: number;
  readonly refused: number;
}

/** How it ended. */
export interface BinRestoreEnd {
  restoreId: string;
  outcomes: BinOutcomes;
  /** The records that were refused; absent where there is none, and on those of before. */
  refused?: KeptList;
}

export type BinRestoreEvents = {
  /** Its records are those that are in the bin at the position of this event. */
  'binrestore.requested.v1': {
    restoreId: string;
    /** Plural name. */
    objectType: string;
    selection: BinSelection;
  };
  'binrestore.started.v1': { restoreId: string };
  /** It stops before its next records; what was brought back until then stays. */
  'binrestore.cancel-requested.v1': { restoreId: string };
  'binrestore.completed.v1': BinRestoreEnd;
  'binrestore.failed.v1': BinRestoreEnd & { reason: string };
  'binrestore.cancelled.v1': BinRestoreEnd;
};
