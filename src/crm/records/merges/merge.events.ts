// Events of merges that could not be finished; merges themselves are events of the two records. Stream: `merge-` and the
// merged record's stream.
export type MergeEvents = {
  /** The survivor has not taken over the merged record's values and associations, or not all of them. */
  'merge.failed.v1': { objectType: string; recordId: string; reason: string };
  'merge.reopened.v1': { objectType: string; recordId: string };
};
