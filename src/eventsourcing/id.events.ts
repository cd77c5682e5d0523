// Stream `account-ids`: hands out numbers, each once only.
export type IdEvents = {
  /** `size` ids from `first` on are the taker's alone; it may leave some of them unused. */
  'account.id-block-taken.v1': { first: string; size: number };
  /** Every id up to this one counts as given: records with such ids came from elsewhere. */
  'account.ids-passed.v1': { upTo: string };
};
