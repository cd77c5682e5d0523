// Events of CRM records. Streams are named by the singular of the object type and the record id: `contact-1234567890123456`.

/** A value is the verbatim string, or null where there is none. */
export interface Change {
  readonly from: string | null;
  readonly to: string | null;
}
export type Changes = Readonly<Record<string, Change>>;

/** Read-only, of every type: ids of the records that were merged into it, directly or through another. */
export const MERGED_IDS = 'hs_merged_object_ids';

/** The items of a value that holds several. */
export const itemsOf = (value: string | null | undefined): string[] => value?.split(';') ?? [];

/** Values after an event, those that are not empty: what deciders and the fold of a stream up to a position share. */
export function valuesAfter(
  values: Readonly<Record<string, string>>,
  changes: Changes,
): Record<string, string> {
  const next = { ...values };
  for (const [name, { to }] of Object.entries(changes)) {
    if (to === null) delete next[name];
    else next[name] = to;
  }
  return next;
}

/** What the event moved besides values: the record as it was just before. */
export interface Before {
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt: string | null;
  readonly revision: number;
}

/** `objectType` is the plural name (`contacts`). `changes` holds automatic values too (`hs_lastmodifieddate`, …). */
export type RecordEvents = {
  'record.created.v1': { objectType: string; recordId: string; changes: Changes; before: null };
  'record.values-changed.v1': {
    objectType: string;
    recordId: string;
    changes: Changes;
    before: Before;
    /** Names of the properties among the changes whose values are sensitive; absent where there are none. */
    sensitive?: readonly string[];
  };
  'record.archived.v1': { objectType: string; recordId: string; before: Before };
  'record.unarchived.v1': { objectType: string; recordId: string; before: Before };
  /**
   * Moves the stream on so that an append that is still under way must decide again; written by whoever takes over a
   * unique value whose holder never came to hold it. Changes nothing of the record. `before` is null if there is none.
   */
  'record.fenced.v1': { objectType: string; recordId: string; before: Before | null };
  /** Of the survivor: another record was merged into it, and these values came from there. */
  'record.merged.v1': {
    objectType: string;
    recordId: string;
    mergedId: string;
    changes: Changes;
    before: Before;
  };
  /** Of the other: it is gone, and its id stands for `intoId` from now on. */
  'record.merged-into.v1': { objectType: string; recordId: string; intoId: string; before: Before };
  /**
   * It is to be erased when its cooling-off is over (ISO time), and reads as erased from now on. `of`: the record that it
   * was merged into, where that is the one to be erased. `before` is null if it was gone already.
   */
  'record.erasure-requested.v1': {
    objectType: string;
    recordId: string;
    dueAt: string;
    of?: string;
    before: Before | null;
  };
  /** It is again what it was before that. */
  'record.erasure-cancelled.v1': { objectType: string; recordId: string; before: null };
  /** Its values are to be shown nowhere again, at no position. `before` is null if it was gone already. */
  'record.erased.v1': { objectType: string; recordId: string; before: Before | null };
  /** Out of the recycle bin for good, its time being over. `before` is null if it was merged into one that is purged. */
  'record.purged.v1': { objectType: string; recordId: string; before: Before | null };
  /** A purged one is back under its id; `changes` holds its creation date, the old one. */
  'record.recreated.v1': { objectType: string; recordId: string; changes: Changes; before: null };
};
