// Events of how long rows of the audit log are kept, what is held, and each purge. Stream: `retention-account`.

/** What a legal hold covers: rows of a user, rows about a target, or rows that a query means. */
export type HoldScope =
  | { readonly userId: string }
  | { readonly target: { readonly type: string; readonly id: string } }
  /** Parameters of a query of entries, as they were given. */
  | { readonly query: Readonly<Record<string, string>> };

export interface CutOff {
  readonly category: string;
  /** ISO time: rows of what happened before it go. */
  readonly before: string;
}

/** How many rows of each category. */
export type RowCounts = Readonly<Record<string, number>>;

export type RetentionEvents = {
  /** Days by category; null: for good. */
  'retention.policies-changed.v1': {
    readonly changes: Readonly<Record<string, { readonly from: number | null; readonly to: number | null }>>;
  };
  'retention.hold-placed.v1': {
    readonly holdId: string;
    readonly name: string;
    readonly reason: string;
    readonly scope: HoldScope;
  };
  'retention.hold-released.v1': { readonly holdId: string; readonly name: string };
  /** Goes by the policies and the holds of this moment. */
  'retention.purge-begun.v1': {
    readonly purgeId: string;
    readonly cutOffs: readonly CutOff[];
    /** Ids of the holds. */
    readonly holds: readonly string[];
  };
  'retention.purge-ended.v1': {
    readonly purgeId: string;
    /** `stopped`: a policy or a hold came that it did not know of. */
    readonly outcome: 'completed' | 'stopped' | 'failed';
    readonly reason: string | null;
    readonly removed: RowCounts;
    /** Rows before the cut-offs that holds have kept, where it came to its end. */
    readonly held: number | null;
  };
};
