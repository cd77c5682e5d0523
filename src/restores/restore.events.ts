// Events of restore plans and restores.
import type { FilterGroup } from '../crm/search/filter-groups';
import type { KeptList } from '../files/kept-list';

export interface RestoreSelection {
  readonly objectType: string;
  readonly properties: readonly string[] | '*';
  readonly recordIds?: readonly string[];
  /** Judged on the state of now. */
  readonly filterGroups?: readonly FilterGroup[];
}

export interface RestoreModes {
  readonly recreateDeleted: boolean;
  readonly keepNonEmpty: boolean;
}

export interface PlanSummary {
  /** Records that would change or come back. */
  readonly records: number;
  /** Property values that would change. */
  readonly changes: number;
  readonly cleared: number;
  readonly recreated: number;
  /** Records of then that no longer exist and would not be brought back. */
  readonly missing: number;
  /** Why, of those that are not in the recycle bin; plans made before it was told have none. */
  readonly gone?: { readonly merged: number; readonly purged: number; readonly erased: number };
  readonly createdSince: number;
  readonly conflicts: number;
  readonly byObject: Readonly<Record<string, number>>;
  readonly byProperty: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Properties asked for that had values then but are not defined any more, by object type. */
  readonly notDefinedAnyMore: Readonly<Record<string, readonly string[]>>;
}

/** Stream `restoreplan-<planId>`. Positions are decimal strings. */
export type RestorePlanEvents = {
  'restoreplan.requested.v1': {
    planId: string;
    source: { backupId?: string; asOf?: string };
    /** The state to go back to. */
    position: string;
    /** The state the plan is made against. */
    madeAt: string;
    objects: readonly RestoreSelection[];
    modes: RestoreModes;
  };
  'restoreplan.ready.v1': {
    planId: string;
    file: string;
    rows: number;
    sha256: string;
    summary: PlanSummary;
    expiresAt: string;
  };
  'restoreplan.failed.v1': { planId: string; reason: string };
  'restoreplan.cancelled.v1': { planId: string };
  /** A record in it has been erased: it cannot be executed any more, and its rows are deleted. */
  'restoreplan.withdrawn.v1': { planId: string };
  'restoreplan.executed.v1': { planId: string; restoreId: string };
};

/** Records by what became of them. */
export interface RestoreOutcomes {
  readonly changed: number;
  readonly unchanged: number;
  readonly drifted: number;
  readonly refused: number;
  readonly recreated: number;
}

/** How a restore ended. */
export interface RestoreEnd {
  restoreId: string;
  outcomes: RestoreOutcomes;
  /** The records kept one by one; absent where there is none, and on restores of before. */
  kept?: KeptList;
}

/** Stream `restore-<restoreId>`. */
export type RestoreEvents = {
  'restore.requested.v1': {
    restoreId: string;
    planId: string;
    position: string;
    planFile: string;
    planSha256: string;
    rows: number;
    /** One entry of the import list per object type restored; ids are numeric. `rows` are its records in the plan. */
    imports: readonly {
      readonly importId: string;
      readonly objectType: string;
      readonly name: string;
      readonly rows: number;
    }[];
  };
  'restore.started.v1': { restoreId: string };
  /** It stops before its next records; what was restored until then stays. */
  'restore.cancel-requested.v1': { restoreId: string };
  'restore.completed.v1': RestoreEnd;
  'restore.failed.v1': RestoreEnd & { reason: string };
  'restore.cancelled.v1': RestoreEnd;
  /** Its request broke off before `restore.requested`; closes the stream, so that it can never be requested late. */
  'restore.abandoned.v1': { restoreId: string };
};

/** Stream `account-restores`: one at a time. */
export type AccountRestoreEvents = {
  'account.restore-started.v1': { restoreId: string };
  'account.restore-ended.v1': { restoreId: string };
};
