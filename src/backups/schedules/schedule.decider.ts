// Decides on the schedule of backups: set it, remove it, take up a run that is due and tell what has become of it.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf, type Meta } from '../../eventsourcing/event';
import type { BackupScheduleEvents, Missed, Schedule } from './schedule.events';

export const BACKUP_SCHEDULE = 'account-backup-schedule';

/** A run that was taken up. */
export interface Run {
  readonly scheduleId: string;
  readonly dueAt: string;
  readonly backupId: string;
  readonly objectTypes: readonly string[] | null;
  readonly timeZone: string;
  /** Metadata of the setting of its schedule: it is made in the name of who set that. */
  readonly asked: Meta;
}

/** How the last run ended. */
export interface LastRun {
  readonly dueAt: string;
  /** ISO time at which it was taken up. */
  readonly at: string;
  readonly backupId: string | null;
  readonly refused: { readonly reason: string; readonly nextAllowedAt: string | null } | null;
  readonly missed: Missed | null;
}

export interface ScheduleState {
  /** Null where none is set. */
  readonly schedule: (Schedule & { readonly setAt: string; readonly asked: Meta }) | null;
  /** ISO time: due times up to it are over. */
  readonly doneUpTo: string;
  /** Taken up, and not yet told what has become of it. */
  readonly open: Run | null;
  readonly last: LastRun | null;
  /** Told of, for the run that is taken up with it. */
  readonly missed: Missed | null;
  /** The quota that was told not to allow all runs. */
  readonly strainedBy: string | null;
}
type ScheduleEvent = EventOf<BackupScheduleEvents>;

const ev = eventsOf<BackupScheduleEvents>();

export const backupSchedule: Decider<ScheduleState, BackupScheduleEvents> = {
  initial: { schedule: null, doneUpTo: '', open: null, last: null, missed: null, strainedBy: null },
  evolve: {
    'account.backup-schedule-set.v1': (state, schedule, { meta }) => ({
      ...state,
      schedule: { ...schedule, setAt: meta.at, asked: meta },
      doneUpTo: later(state.doneUpTo, meta.at),
      strainedBy: null,
    }),
    'account.backup-schedule-removed.v1': (state) => ({ ...state, schedule: null, strainedBy: null }),
    'account.backup-runs-missed.v1': (state, { scheduleId: _, ...missed }) => ({ ...state, missed }),
    'account.backup-run-taken.v1': (state, { scheduleId, dueAt, backupId }, { meta }) => {
      const { objectTypes = null, timeZone = 'UTC', asked = meta } = state.schedule ?? {};
      return {
        ...state,
        doneUpTo: later(state.doneUpTo, dueAt),
        open: { scheduleId, dueAt, backupId, objectTypes, timeZone, asked },
        last: { dueAt, at: meta.at, backupId: null, refused: null, missed: state.missed },
        missed: null,
      };
    },
    'account.backup-run-requested.v1': (state, { backupId }) => ended(state, { backupId }),
    'account.backup-run-refused.v1': (state, { reason, nextAllowedAt }) =>
      ended(state, { refused: { reason, nextAllowedAt } }),
    'account.backup-schedule-strained.v1': (state, { quota }) => ({ ...state, strainedBy: quota }),
    'account.backup-schedule-eased.v1': (state) => ({ ...state, strainedBy: null }),
  },
};

const later = (one: string, other: string): string => (one > other ? one : other);

const ended = (state: ScheduleState, how: Partial<LastRun>): ScheduleState => ({
  ...state,
  open: null,
  last: state.last && { ...state.last, ...how },
});

export const setSchedule = ({ schedule: old }: ScheduleState, asked: Schedule): readonly ScheduleEvent[] => {
  const same =
    old &&
    (['cron', 'timeZone', 'objectTypes', 'keep'] as const).every(
      (name) => JSON.stringify(old[name]) === JSON.stringify(asked[name]),
    );
  return same ? [] : [ev('account.backup-schedule-set.v1', asked)];
};

export const removeSchedule = ({ schedule }: ScheduleState): readonly ScheduleEvent[] =>
  schedule ? [ev('account.backup-schedule-removed.v1', { scheduleId: schedule.scheduleId })] : [];

/** Due times of a schedule that have come and are not done. */
export interface Due {
  readonly scheduleId: string;
  /** ISO time of the last of them: one run is made for all. */
  readonly dueAt: string;
  readonly missed: Missed | null;
}

/** Takes up a run: once, and none while another is open or where the schedule is another by now. */
export const takeRun = (
  { schedule, doneUpTo, open }: ScheduleState,
  { scheduleId, dueAt, missed }: Due,
  backupId: string,
): readonly ScheduleEvent[] =>
  open || schedule?.scheduleId !== scheduleId || dueAt <= doneUpTo
    ? []
    : [
        ...(missed ? [ev('account.backup-runs-missed.v1', { scheduleId, ...missed })] : []),
        ev('account.backup-run-taken.v1', { scheduleId, dueAt, backupId }),
      ];

const isOpen = ({ open }: ScheduleState, { dueAt, scheduleId }: Run): boolean =>
  open?.dueAt === dueAt && open.scheduleId === scheduleId;

export const endRun = (
  state: ScheduleState,
  run: Run,
  refused: LastRun['refused'],
): readonly ScheduleEvent[] => {
  if (!isOpen(state, run)) return [];
  const { scheduleId, dueAt, backupId } = run;
  return [
    refused
      ? ev('account.backup-run-refused.v1', { scheduleId, dueAt, ...refused })
      : ev('account.backup-run-requested.v1', { scheduleId, dueAt, backupId }),
  ];
};

/** Tells once that a quota does not allow all runs of a schedule, and once that it does again. */
export const judgeStrain = (
  { schedule, strainedBy }: ScheduleState,
  scheduleId: string,
  quota: string,
  isStrained: boolean,
): readonly ScheduleEvent[] => {
  if (schedule?.scheduleId !== scheduleId) return [];
  if (isStrained)
    return strainedBy === quota ? [] : [ev('account.backup-schedule-strained.v1', { scheduleId, quota })];
  return strainedBy === null ? [] : [ev('account.backup-schedule-eased.v1', { scheduleId, quota })];
};
