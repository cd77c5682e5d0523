// Events of the stream `account-ids`, which hands out the ids of records and of whatever else has a numeric id.
export type IdEvents = {
  /** Only the taker of the block gives the `size` ids from `first` on; some of them may stay unused. */
  'account.id-block-taken.v1': { first: string; size: number };
  /** No id up to `upTo` is given any more: records were brought in under ids of their own. */
  'account.ids-passed.v1': { upTo: string };
};
