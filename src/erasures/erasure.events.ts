// Events of erasures, beside those of the records that are erased. Stream: `erasure-<stream of the record>`.
export type ErasureEvents = {
  /** Nothing that Strata stores shows the record's values any more. */
  'erasure.completed.v1': {
    objectType: string;
    recordId: string;
    /** Ids of the backups whose file was deleted, and of the restore plans that were withdrawn. */
    backups: readonly string[];
    plans: readonly string[];
  };
  /** The record is erased; what follows from it could not be done, or not all of it. */
  'erasure.failed.v1': { objectType: string; recordId: string; reason: string };
  /** The record was asked to be erased once more: what was given up is tried again. */
  'erasure.reopened.v1': { objectType: string; recordId: string };
};
