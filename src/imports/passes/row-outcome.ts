// What a row is carried out with, and what became of it.
import type { CommandIds } from '../../command-ids';
import type { Meta } from '../../eventsourcing/event';
import type { ReadValues, RowError } from '../rows/import-row';

export type Outcome =
  | { readonly kind: 'created' | 'updated' | 'unchanged'; readonly recordId: string }
  | { readonly kind: 'error'; readonly errors: readonly RowError[] };

/** What became of a row. */
export interface RowOutcome {
  /** Of each record of the plan, by its place there; undefined where the row says nothing of it. */
  readonly objects: readonly (Outcome | undefined)[];
  readonly links: LinkOutcome;
}

export interface LinkOutcome {
  /** Pairs that are associated now and were not before. */
  readonly associated: number;
  readonly errors: readonly RowError[];
}

export interface RowCommand {
  readonly read: ReadValues;
  readonly cells: readonly string[];
  /** Ids kept for the records of this row, by their place in the plan: the same ones when it is carried out again. */
  readonly ids: CommandIds;
  /** Its command ids are the row's own, too, one a part: carrying the row out again finds what it did. */
  meta(part?: string): Meta;
}
