// Events of CRM records. A stream is named by the singular of the object type and the record's id:
// `contact-1234567890123456`.

/** The value of a property, verbatim, before and after an event; null where there is none. */
export interface Change {
  readonly from: string | null;
  readonly to: string | null;
}
export type Changes = Readonly<Record<string, Change>>;

/** The state of a record just before an event, besides its values. */
export interface Before {
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt: string | null;
  readonly revision: number;
  /** The user who had changed it last; absent where nobody had, and in events that were written before this was told. */
  readonly updatedBy?: string;
}

/**
 * What an event says for whoever looks for it later, beside what was decided; absent in events that were written before
 * this was told.
 */
interface Told {
  /** The record's name: the value that shows it, where that is there and not sensitive, by its beginning. */
  name?: string;
  /** Names of the sensitive properties among the changes. */
  sensitive?: readonly string[];
}

/** `objectType` is the plural name (`contacts`). `changes` holds automatic values too (`hs_lastmodifieddate`, …). */
export type RecordEvents = {
  /** A record that was brought from elsewhere has the creation time that it had there among its changes. */
  'record.created.v1': { objectType: string; recordId: string; changes: Changes; before: null } & Told;
  'record.values-changed.v1': {
    objectType: string;
    recordId: string;
    changes: Changes;
    before: Before;
  } & Told;
  'record.archived.v1': { objectType: string; recordId: string; before: Before } & Told;
  'record.unarchived.v1': { objectType: string; recordId: string; before: Before } & Told;
  /**
   * Moves the stream on, so that an append under way must decide again: written by whoever takes over a unique value
   * that its holder never came to have. The record stays as it is. `before` is null where there is no record.
   */
  'record.fenced.v1': { objectType: string; recordId: string; before: Before | null };
  /** An event of the survivor: another record was merged into it, and `changes` came from there. */
  'record.merged.v1': {
    objectType: string;
    recordId: string;
    mergedId: string;
    changes: Changes;
    before: Before;
  } & Told;
  /** An event of the merged record: it has ended, and its id stands for `intoId` from now on. */
  'record.merged-into.v1': { objectType: string; recordId: string; intoId: string; before: Before } & Told;
  /**
   * The record is to be erased when its cooling-off ends at `dueAt` (ISO time), and reads as erased from now on. `of`
   * is its survivor, where the erasure is that of the survivor. `before` is null where the record had ended already.
   */
  'record.erasure-requested.v1': {
    objectType: string;
    recordId: string;
    dueAt: string;
    of?: string;
    before: Before | null;
  };
  /** The record is again what it was before `record.erasure-requested.v1`. */
  'record.erasure-cancelled.v1': { objectType: string; recordId: string; before: null };
  /**
   * The record's values are shown nowhere any more, at no position. `before` is null where the record had ended
   * already.
   */
  'record.erased.v1': { objectType: string; recordId: string; before: Before | null };
  /**
   * The record has left the recycle bin for good, its time being over. `before` is null where it was merged into a
   * purged record.
   */
  'record.purged.v1': { objectType: string; recordId: string; before: Before | null } & Told;
  /** A purged record is back under its id; `changes` holds its original creation time. */
  'record.recreated.v1': { objectType: string; recordId: string; changes: Changes; before: null } & Told;
};
