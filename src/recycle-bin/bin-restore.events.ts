// Events of a restore from the recycle bin that runs as a job. Stream: `binrestore-<restoreId>`; `restoreId` is
// numeric.
import type { Reach } from '../identity/reach.vocabulary';
import type { FilterGroup } from '../crm/search/filter-groups';
import type { KeptList } from '../files/kept-list';

/** Selects the records of the bin that match all of these conditions. */
export interface BinSelection {
  /** HubSpot's search filter groups over the records' values; without any, all records match. */
  readonly filterGroups: readonly FilterGroup[];
  /** Id of a user, API key, import or restore. */
  readonly archivedBy?: string;
  /** ISO times, both inclusive. */
  readonly from?: string;
  readonly to?: string;
  /** Words in the searchable properties. */
  readonly q?: string;
  /** Whose records the requester may bring back, where that is not everybody's. */
  readonly reach?: Reach;
}

/** Numbers of records by what became of them. */
export interface BinOutcomes {
  readonly restored: number;
  /** Records that had been brought back before. */
  readonly live: number;
  readonly refused: number;
}

/** How a restore ended. */
export interface BinRestoreEnd {
  restoreId: string;
  outcomes: BinOutcomes;
  /** The list of refused records; absent where there are none, and on restores by older versions. */
  refused?: KeptList;
}

export type BinRestoreEvents = {
  /** The restore is about the records that are in the bin at the position of this event. */
  'binrestore.requested.v1': {
    restoreId: string;
    /** The plural name. */
    objectType: string;
    selection: BinSelection;
  };
  'binrestore.started.v1': { restoreId: string };
  /** The restore stops before its next records; what it brought back until then stays. */
  'binrestore.cancel-requested.v1': { restoreId: string };
  'binrestore.completed.v1': BinRestoreEnd;
  'binrestore.failed.v1': BinRestoreEnd & { reason: string };
  'binrestore.cancelled.v1': BinRestoreEnd;
};
