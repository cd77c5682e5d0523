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
};
