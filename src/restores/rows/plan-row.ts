// One row of a restore plan: the change to one record, judged from its state then (at the position to go back to) and
// now. Pure.
import type { Ended, RecordAt } from '../../point-in-time/record-at';
import type { LinksMoved, RecordRef } from '../../crm/associations/association.events';
import type { Changes } from '../../crm/records/record.events';
import type { RestoreModes } from '../restore.events';

/** What an undo leaves as it is, because others have gone on from what the cause left. */
export type LeftAlone =
  | {
      /** Properties that somebody else has changed after the cause. */
      readonly properties: readonly string[];
    }
  | {
      /** Of the record as a whole: it was created or brought back and changed since, or merged. */
      readonly because: 'CHANGED_SINCE' | 'MERGED';
    };

/** The change to one record. */
export type RecordRow = RecordRef & {
  /**
   * `recreate`: the record was archived or purged since, and would be brought back under its id. `archive`: it would be
   * put into the recycle bin, once its changes are made, if it has any.
   */
  readonly kind: 'update' | 'recreate' | 'archive';
  /** True where the record is no longer in the recycle bin: it would come back with all its values of then. */
  readonly purged?: true;
  /** Revision of the record's stream when the plan was made. */
  readonly revision: number;
  /** From the value now to the value then, null where there is none; by property in byte order. */
  readonly changes: Changes;
  /** A unique value of then that another record holds now, or gets by an earlier row of this plan. */
  readonly conflict?: {
    readonly property: string;
    /** Id of the other record. */
    readonly heldBy: string;
    /** The other record gives the value up by this plan, too: the row is not refused because of it. */
    readonly resolved?: true;
  };
  /**
   * Unique properties whose value now another row of the plan needs, though this row has to wait for one itself: they
   * are cleared before any value is taken, so that values can go round.
   */
  readonly givesWay?: readonly string[];
  /** What an undo leaves as it is, because others have gone on from what the cause left. */
  readonly leftAlone?: LeftAlone;
};

/** The change to the links between a record and another one. Comes after all rows of records. */
export type PairRow = RecordRef & {
  /** `associate` where a link comes back, whether others go or not; `disassociate` where links only go. */
  readonly kind: 'associate' | 'disassociate';
  /** The record at the other end. */
  readonly to: RecordRef;
  /** Revision of the pair's stream when the plan was made. */
  readonly revision: number;
  readonly changes: Record<string, never>;
  /** From the links now to the links then, seen from the record. */
  readonly links: LinksMoved;
};

export type Row = RecordRow | PairRow;

export const isPair = (row: Row): row is PairRow => row.kind === 'associate' || row.kind === 'disassociate';

/** The records and properties of one object type that a plan restores; properties in byte order. */
export interface Scope {
  readonly objectType: string;
  readonly properties: readonly string[];
  /** All properties that can be restored, selected or not: a purged record would come back with them. */
  readonly restorable: readonly string[];
  /** Whether the plan is about a record, by its id and its state now; `now` is undefined where it no longer exists. */
  readonly picks: (recordId: string, now: RecordAt | undefined) => boolean;
}

export type Verdict = RecordRow | 'same' | 'missing' | 'createdSince' | Ended['how'];

const was = (record: RecordAt | undefined): record is RecordAt => record !== undefined && !record.archived;

/**
 * Judges a record. At least one of `then` and `now` is given; `ended` is given where the record does not exist now. A
 * merged record is part of its survivor, which is left alone. `isNew`: the record was created after the position.
 */
export function judge(
  then: RecordAt | undefined,
  now: RecordAt | undefined,
  scope: Scope,
  modes: RestoreModes,
  ended?: Ended,
  isNew = false,
): Verdict {
  const { objectType, recordId } = (now ?? then)!;
  if (!scope.picks(recordId, now)) return 'same';
  // A record that was archived then and is back now was not among the live records of the position.
  if (!was(then)) {
    if (!was(now)) return 'same';
    if (!isNew || !modes.archiveCreatedSince) return 'createdSince';
    return { objectType, recordId, kind: 'archive', revision: now.revision, changes: {} };
  }
  if (!now && ended?.how === 'purged' && modes.recreateDeleted) {
    const changes = changesBetween({}, then.values, scope.restorable, false);
    return { objectType, recordId, kind: 'recreate', purged: true, revision: ended.revision, changes };
  }
  if (!now) return ended?.how ?? 'missing';
  if (now.archived && !modes.recreateDeleted) return 'missing';
  const changes = changesBetween(now.values, then.values, scope.properties, modes.keepNonEmpty);
  const kind = now.archived ? 'recreate' : 'update';
  if (kind === 'update' && Object.keys(changes).length === 0) return 'same';
  return { objectType, recordId, kind, revision: now.revision, changes };
}

function changesBetween(
  now: RecordAt['values'],
  then: RecordAt['values'],
  properties: readonly string[],
  keepNonEmpty: boolean,
): Changes {
  const changes: Record<string, Changes[string]> = {};
  for (const property of properties) {
    const from = now[property] ?? null;
    const to = then[property] ?? null;
    if (from !== to && !(keepNonEmpty && from !== null)) changes[property] = { from, to };
  }
  return changes;
}
