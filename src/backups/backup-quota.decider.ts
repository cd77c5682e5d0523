// Decides whether one more backup is allowed, by how many the account was allowed in a stretch of time. The account has
// one stream for it.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import { Refusal } from '../refusals';
import { backupQuotas, type Tier } from '../tiers/features';
import { distance } from './schedules/wall-clock';
import type { AccountBackupEvents } from './backup.events';

export const ACCOUNT_BACKUPS = 'account-backups';

export interface Quota {
  readonly count: number;
  readonly windowMs: number;
}

export interface Allowed {
  readonly backupId: string;
  /** ISO time at which the backup was allowed. */
  readonly at: string;
  /** ISO time at which the schedule had it due; null where somebody asked for it. */
  readonly dueAt: string | null;
}

const HOUR_MS = 3_600_000;

/** The operator's setting, or else the quota of the account's tier. */
export const quotaNamed = (setting: string | undefined, tier: Tier): string => setting ?? backupQuotas[tier];

/** What a quota allows; undefined means no limit. */
export function quotaOf(setting: string | undefined, tier: Tier): Quota | undefined {
  const quota = quotaNamed(setting, tier);
  if (quota === 'off') return undefined;
  const [count, window] = quota.split('/') as [string, string];
  return {
    count: Number(count),
    windowMs: Number(window.slice(0, -1)) * (window.endsWith('d') ? 24 * HOUR_MS : HOUR_MS),
  };
}

/** The state: all allowed backups, oldest first. */
export const accountBackups: Decider<readonly Allowed[], AccountBackupEvents> = {
  initial: [],
  evolve: {
    'account.backup-allowed.v2': (state, { backupId, dueAt }, event) => [
      ...state,
      { backupId, at: event.meta.at, dueAt },
    ],
  },
};

/** The backups that were allowed within the quota's window before now. */
export const recent = (state: readonly Allowed[], { windowMs }: Quota, now: Date): readonly Allowed[] =>
  state.filter(({ at }) => Date.parse(at) > now.getTime() - windowMs);

/**
 * The backups that use up the quota for one that the schedule has due: runs of the schedule count from when they were due,
 * so that one that is late does not cost the next.
 */
export const recentFor = (
  state: readonly Allowed[],
  { windowMs }: Quota,
  { dueAt, timeZone }: { readonly dueAt: Date; readonly timeZone: string },
): readonly Allowed[] =>
  state.filter((one) => distance(new Date(one.dueAt ?? one.at), dueAt, timeZone) < windowMs);

/** Allows a backup. `counted` are the recent backups that use up the quota: those neither cancelled nor failed. */
export function allowBackup(
  backupId: string,
  counted: readonly Allowed[],
  quota: Quota | undefined,
  now: Date,
  dueAt: Date | undefined,
): readonly EventOf<AccountBackupEvents>[] {
  if (quota && counted.length >= quota.count) {
    const freed = counted[counted.length - quota.count];
    if (!freed) throw new Refusal('backup-quota');
    const next = Date.parse((dueAt && freed.dueAt) ?? freed.at) + quota.windowMs;
    throw new Refusal('backup-quota', {
      context: { nextAllowedAt: [new Date(next).toISOString()] },
      retryAfter: Math.ceil((next - now.getTime()) / 1_000),
    });
  }
  return [
    eventsOf<AccountBackupEvents>()('account.backup-allowed.v2', {
      backupId,
      dueAt: dueAt?.toISOString() ?? null,
    }),
  ];
}
