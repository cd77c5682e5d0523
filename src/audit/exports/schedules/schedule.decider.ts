// Decides on one schedule of exports of the audit log: set it, delete it, take up a run that is due and tell what has become
// of it.
import type { Missed } from '../../../backups/schedules/schedule.events';
import type { Decider } from '../../../eventsourcing/decider';
import { eventsOf, type EventOf, type Meta } from '../../../eventsourcing/event';
import type { AuditExportScheduleEvents } from './schedule.events';

export const scheduleStream = (scheduleId: string): string => `auditexportschedule-${scheduleId}`;

type Set = AuditExportScheduleEvents['auditexportschedule.created.v1'];

/** Due times that have come and are not done. */
export interface Due {
  readonly scheduleId: string;
  /** ISO time of the last of them: one run is made for all. */
  readonly dueAt: string;
  readonly missed: Missed | null;
}

/** A run that was taken up. */
export interface Run {
  readonly dueAt: string;
  readonly exportId: string;
}

export type ScheduleState =
  | { readonly status: 'none' | 'deleted' }
  | {
      readonly status: 'set';
      readonly schedule: Set;
      /** Metadata of its setting: its exports are made in the name of who set it. */
      readonly asked: Meta;
      /** ISO time: due times up to it are over. */
      readonly doneUpTo: string;
      /** Taken up, and not yet told what has become of it. */
      readonly open: Run | null;
    };
type ScheduleEvent = EventOf<AuditExportScheduleEvents>;
const ev = eventsOf<AuditExportScheduleEvents>();

const ended = (state: ScheduleState): ScheduleState =>
  state.status === 'set' ? { ...state, open: null } : state;

export const exportSchedule: Decider<ScheduleState, AuditExportScheduleEvents> = {
  initial: { status: 'none' },
  evolve: {
    'auditexportschedule.created.v1': (_, schedule, { meta }) => ({
      ...{ status: 'set', schedule, asked: meta, doneUpTo: meta.at, open: null },
    }),
    'auditexportschedule.deleted.v1': () => ({ status: 'deleted' }),
    'auditexportschedule.runs-missed.v1': (state) => state,
    'auditexportschedule.run-taken.v1': (state, { dueAt, exportId }) =>
      state.status === 'set' ? { ...state, doneUpTo: dueAt, open: { dueAt, exportId } } : state,
    'auditexportschedule.run-requested.v1': ended,
    'auditexportschedule.run-refused.v1': ended,
  },
};

export const createSchedule = (state: ScheduleState, schedule: Set): readonly ScheduleEvent[] =>
  state.status === 'none' ? [ev('auditexportschedule.created.v1', schedule)] : [];

export const deleteSchedule = (state: ScheduleState): readonly ScheduleEvent[] =>
  state.status === 'set'
    ? [ev('auditexportschedule.deleted.v1', { scheduleId: state.schedule.scheduleId })]
    : [];

/** Takes up a run: once, and none while another is open. */
export const takeRun = (
  state: ScheduleState,
  { scheduleId, dueAt, missed }: Due,
  exportId: string,
): readonly ScheduleEvent[] =>
  state.status !== 'set' || state.open || dueAt <= state.doneUpTo
    ? []
    : [
        ...(missed ? [ev('auditexportschedule.runs-missed.v1', { scheduleId, ...missed })] : []),
        ev('auditexportschedule.run-taken.v1', { scheduleId, dueAt, exportId }),
      ];

/** `refused`: the code of the refusal; undefined where the export was asked for. */
export const endRun = (state: ScheduleState, run: Run, refused?: string): readonly ScheduleEvent[] => {
  if (state.status !== 'set' || state.open?.dueAt !== run.dueAt) return [];
  const { dueAt, exportId } = run;
  const { scheduleId } = state.schedule;
  return [
    refused === undefined
      ? ev('auditexportschedule.run-requested.v1', { scheduleId, dueAt, exportId })
      : ev('auditexportschedule.run-refused.v1', { scheduleId, dueAt, reason: refused }),
  ];
};
