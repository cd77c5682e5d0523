// Says what is wrong in a query, at which place, and which word may have been meant.

/** A stretch of a query's text, in UTF-16 units from 0. */
export interface Place {
  readonly at: number;
  readonly length: number;
}

export class QueryError extends Error {
  readonly place: Place;

  /** `problem` never repeats what the caller wrote. `meant` is a word that is known and near to it. */
  constructor(
    readonly problem: string,
    { at, length }: Place,
    readonly meant?: string,
  ) {
    super(`${problem}, at character ${at + 1}${meant === undefined ? '' : `; did you mean ${meant}?`}`);
    this.place = { at, length };
  }
}
