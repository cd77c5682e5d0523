// Events of restore plans and of restores.
import type { FilterGroup } from '../crm/search/filter-groups';
import type { LogPosition } from '../eventsourcing/event';
import type { KeptList } from '../files/kept-list';

export interface RestoreSelection {
  readonly objectType: string;
  readonly properties: readonly string[] | '*';
  readonly recordIds?: readonly string[];
  /** Matched with the records as they are when the plan is made. */
  readonly filterGroups?: readonly FilterGroup[];
}

export interface RestoreModes {
  readonly recreateDeleted: boolean;
  readonly keepNonEmpty: boolean;
  /** Absent in plans by older versions, as the next. */
  readonly restoreAssociations?: boolean;
  readonly archiveCreatedSince?: boolean;
}

export interface PlanKinds {
  readonly recreate?: number;
  readonly archive?: number;
  readonly links?: number;
}

/** What is undone as a whole: everything that one cause did. Exactly one of them, with its id. */
export interface UndoCause {
  readonly importId?: string;
  readonly loadId?: string;
  readonly restoreId?: string;
  readonly apiKeyId?: string;
  readonly userId?: string;
  readonly workflowId?: string;
  readonly integrationId?: string;
  /** A row of the audit log. */
  readonly entryId?: string;
  /** What one request did, as rows of the audit log name it. */
  readonly commandId?: string;
}

/** Acts of one kind, in the words of the audit log. */
export interface NotUndone {
  readonly category: string;
  readonly subCategory: string;
  readonly action: string;
  readonly count: number;
}

export interface PlanSummary {
  /** Records that would change, come back or go into the recycle bin. */
  readonly records: number;
  /** Property values that would change. */
  readonly changes: number;
  readonly cleared: number;
  readonly recreated: number;
  /** Records of then that no longer exist and would not be brought back. */
  readonly missing: number;
  /**
   * Records among the missing that are not in the recycle bin, by how they ended; absent in plans by older versions.
   */
  readonly gone?: { readonly merged: number; readonly purged: number; readonly erased: number };
  /** Records created since that would be left alone. */
  readonly createdSince: number;
  /** Records created since that would go into the recycle bin; absent in plans by older versions, as the next three. */
  readonly archived?: number;
  /** Pairs of records with links that come back, and pairs that only lose links. */
  readonly associated?: number;
  readonly disassociated?: number;
  /** Records of an undo of which something is left alone, because others have changed it since. */
  readonly leftAlone?: number;
  /** What else the cause of an undo did, which is not undone. */
  readonly notUndone?: readonly NotUndone[];
  /** Rows that need a unique value which another record holds now. */
  readonly conflicts: number;
  /** Conflicts among them that the plan resolves: the other record gives the value up by the plan, too. */
  readonly resolved?: number;
  readonly byObject: Readonly<Record<string, number>>;
  readonly byProperty: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /**
   * By object type: records that would come back or go into the recycle bin, and links of its records that would come or
   * go, counted at both ends; absent in plans by older versions.
   */
  readonly byKind?: Readonly<Record<string, PlanKinds>>;
  /** Selected properties that had values then but are no longer defined, by object type. */
  readonly notDefinedAnyMore: Readonly<Record<string, readonly string[]>>;
}

/** Events of one restore plan. Stream: `restoreplan-<planId>`. */
export type RestorePlanEvents = {
  'restoreplan.requested.v1': {
    planId: string;
    /** `undo`: what a cause did is taken back, between two instants where they are given. */
    source: { backupId?: string; asOf?: string; undo?: UndoCause; from?: string; to?: string };
    /** The position of the state to go back to; of an undo, at which it is made. */
    position: LogPosition;
    /** Of an undo: what the cause did after the one position and up to the other. */
    after?: LogPosition;
    upTo?: LogPosition;
    /** The position of the state that the plan is made against. */
    madeAt: LogPosition;
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
    /** The plan has more rows than `threshold`, but there is no second super admin: its execution asks for a reason. */
    alone?: { readonly threshold: number };
  };
  /** The plan has more rows than `threshold`: another super admin than `askedBy` is to approve it. */
  'restoreplan.approval-asked.v1': {
    planId: string;
    askedBy: string | null;
    threshold: number;
    rows: number;
  };
  /** Reasons are written for readers of the audit log, which shows them: up to 2,000 characters, not about customers. */
  'restoreplan.approved.v1': { planId: string; askedBy: string | null; reason: string };
  'restoreplan.rejected.v1': { planId: string; askedBy: string | null; reason: string };
  'restoreplan.failed.v1': { planId: string; reason: string };
  'restoreplan.cancelled.v1': { planId: string };
  /** A record in the plan has been erased: the plan cannot be executed any more, and its rows are deleted. */
  'restoreplan.withdrawn.v1': { planId: string };
  'restoreplan.executed.v1': { planId: string; restoreId: string };
};

/** Numbers of records by what became of them. */
export interface RestoreOutcomes {
  readonly changed: number;
  readonly unchanged: number;
  readonly drifted: number;
  readonly refused: number;
  readonly recreated: number;
  /** Absent in restores by older versions, as the next two. */
  readonly archived?: number;
  /** Pairs of records whose links came back; in restores by older versions also those whose links went. */
  readonly associated?: number;
  /** Pairs of records whose links only went. */
  readonly disassociated?: number;
}

/** How a restore ended. */
export interface RestoreEnd {
  restoreId: string;
  outcomes: RestoreOutcomes;
  /** The list of records that are told one by one; absent where there are none, and on restores by older versions. */
  kept?: KeptList;
}

/** Why a restore of more rows than the account's threshold was let pass; `by` is a user's id. */
export type RestoreApproval =
  | { readonly kind: 'second'; readonly by: string; readonly reason: string }
  /** There was no second super admin: the reason is that of whoever executed the plan. */
  | { readonly kind: 'none'; readonly reason: string };

/** Events of one restore. Stream: `restore-<restoreId>`. */
export type RestoreEvents = {
  'restore.requested.v1': {
    restoreId: string;
    planId: string;
    position: LogPosition;
    planFile: string;
    planSha256: string;
    rows: number;
    /**
     * One entry of the import list for each restored object type; ids are numeric. `rows` counts its records in the
     * plan.
     */
    imports: readonly {
      readonly importId: string;
      readonly objectType: string;
      readonly name: string;
      readonly rows: number;
    }[];
    /** Absent where the restore needs none. */
    approval?: RestoreApproval;
  };
  'restore.started.v1': { restoreId: string };
  /** The restore stops before its next records; what it restored until then stays. */
  'restore.cancel-requested.v1': { restoreId: string };
  'restore.completed.v1': RestoreEnd;
  'restore.failed.v1': RestoreEnd & { reason: string };
  'restore.cancelled.v1': RestoreEnd;
  /**
   * The request broke off before `restore.requested.v1`; this closes the stream, so that the restore can never be
   * recorded late.
   */
  'restore.abandoned.v1': { restoreId: string };
};

/** Events of the account's turn, in the stream `account-restores`: one restore at a time. */
export type AccountRestoreEvents = {
  'account.restore-started.v1': { restoreId: string };
  'account.restore-ended.v1': { restoreId: string };
};
