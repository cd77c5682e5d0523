// Events of the views on the audit log that one person has saved. Stream: `auditview-<ownerId>`.

/** What a view shows. */
export interface ViewContent {
  /** Parameters of `GET /audit/v1/entries`, as they are written there. */
  readonly filter: Readonly<Record<string, string>>;
  /** Days up to the moment at which it is looked at; null where it names no such span. */
  readonly lastDays: number | null;
  readonly sort: string | null;
  /** Columns in which it is shown, in their order; null where nothing was said. */
  readonly columns: readonly string[] | null;
}

export interface SavedView extends ViewContent {
  readonly name: string;
  readonly visibility: 'private' | 'everyone';
}

export type AuditViewEvents = {
  'auditview.saved.v1': SavedView & {
    viewId: string;
    ownerId: string;
    /** The view that it began as a copy of. */
    clonedFrom: string | null;
  };
  /** `name` is the one before. `from` and `to` have what is another. */
  'auditview.changed.v1': {
    viewId: string;
    ownerId: string;
    name: string;
    from: Partial<SavedView>;
    to: Partial<SavedView>;
  };
  'auditview.deleted.v1': { viewId: string; ownerId: string; name: string };
  /** The view that the person wants to see first, whoever's it is; null: none any more. */
  'auditview.default-chosen.v1': { ownerId: string; viewId: string | null };
};
