// Events of merges that could not be finished, beside those of the records. Stream: `merge-<stream of the record that ended>`.
export type MergeEvents = {
  /** The survivor has not taken over what the other left, or not all of it. */
  'merge.failed.v1': { objectType: string; recordId: string; reason: string };
  'merge.reopened.v1': { objectType: string; recordId: string };
};
