// The input of carrying out a row of an import, and its outcome.
import type { Viewer } from '../../crm/properties/values/sensitivity';
import type { CommandIds } from '../../command-ids';
import type { Meta } from '../../eventsourcing/event';
import type { ReadValues, RowError } from '../rows/import-row';
import type { ImportTrial } from './import-trial';

export type Outcome =
  | { readonly kind: 'created' | 'updated' | 'unchanged'; readonly recordId: string }
  | { readonly kind: 'error'; readonly errors: readonly RowError[] };

/** The record that an outcome is about; null where there is none. */
export const recordIdOf = (outcome: Outcome | undefined): string | null =>
  outcome && 'recordId' in outcome ? outcome.recordId : null;

/** What became of a row. */
export interface RowOutcome {
  /** What became of each record, by its place in the plan; undefined where the row says nothing of that record. */
  readonly objects: readonly (Outcome | undefined)[];
  readonly links: LinkOutcome;
}

/** The type of the error of a cell that names no record because it is empty. */
export const NAMES_NONE = 'NO_OBJECT_ID_FROM_ASSOCIATION_IDENTIFIER';

export interface LinkOutcome {
  /** Pairs of records that are associated now and were not before. */
  readonly associated: number;
  readonly errors: readonly RowError[];
}

export interface RowCommand {
  readonly read: ReadValues;
  readonly cells: readonly string[];
  /** Who asked for the import, as far as it matters whose records they may edit. */
  readonly viewer: Viewer;
  /** Of a dry run: nothing is written. */
  readonly trial?: ImportTrial;
  /**
   * The ids reserved for the records of this row, by their places in the plan: the same ones when the row is carried
   * out again.
   */
  readonly ids: CommandIds;
  /**
   * The metadata of a part of the row. Its command id is the same when the row is carried out again, so that what the
   * row did before is found.
   */
  meta(part?: string): Meta;
}
