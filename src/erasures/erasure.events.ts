// Events of erasures, beside the events of the erased records. Stream: `erasure-<stream of the record>`.
export type ErasureEvents = {
  /** Nothing that Strata stores shows the record's values any more. */
  'erasure.completed.v1': {
    objectType: string;
    recordId: string;
    /** Ids of the backups whose file was deleted, and of the restore plans that were withdrawn. */
    backups: readonly string[];
    plans: readonly string[];
  };
  /** The erasure is due, and waits: legal holds cover the record. */
  'erasure.held.v1': {
    objectType: string;
    recordId: string;
    dueAt: string;
    /** Ids of the holds. */
    holds: readonly string[];
  };
  /** The record is erased, but what follows from its erasure could not be done, or not all of it. */
  'erasure.failed.v1': { objectType: string; recordId: string; reason: string };
  /** Somebody asked once more to erase the record: the erasure that was given up is tried again. */
  'erasure.reopened.v1': { objectType: string; recordId: string };
};
