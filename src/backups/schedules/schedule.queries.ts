// The query for the schedule of backups: read from its stream, so always current.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Streams } from '../../eventsourcing/streams';
import { backup, backupStream } from '../backup.decider';
import { nextDue } from './due-times';
import { BACKUP_SCHEDULE, backupSchedule, type LastRun } from './schedule.decider';
import type { Keep, Missed } from './schedule.events';

export interface ScheduleView {
  /** False where no schedule is set. */
  readonly enabled: boolean;
  readonly cron?: string;
  readonly timeZone?: string;
  readonly objectTypes?: readonly string[];
  readonly keep?: Keep;
  readonly setAt?: string;
  /** Id of the user. */
  readonly setBy?: string;
  readonly nextRunAt?: string;
  /** A run has been due since then, and nobody has taken it up: no worker is running, or it is about to. */
  readonly overdueSince?: string;
  readonly lastRun?: {
    readonly dueAt: string;
    readonly at: string;
    /** REQUESTED until its backup has ended, and then how that ended. */
    readonly status: 'TAKEN_UP' | 'REQUESTED' | 'REFUSED' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
    readonly backupId?: string;
    /** Code of the refusal. */
    readonly reason?: string;
    readonly nextAllowedAt?: string;
    /** Due times that passed without a run before it. */
    readonly missed?: Missed;
  };
  /** The quota as it is does not allow all runs: those beyond it will be refused. */
  readonly tooDense?: { readonly quota: string };
}

export class GetSchedule extends Query<ScheduleView> {}

@QueryHandler(GetSchedule)
export class GetScheduleHandler implements IQueryHandler<GetSchedule> {
  constructor(private readonly streams: Streams) {}

  async execute(): Promise<ScheduleView> {
    const { schedule, doneUpTo, last, strainedBy } = (
      await this.streams.load(backupSchedule, BACKUP_SCHEDULE)
    ).state;
    const lastRun = last && { lastRun: await this.runView(last) };
    if (!schedule) return { enabled: false, ...lastRun };
    const { cron, timeZone, objectTypes, keep, setAt, asked } = schedule;
    const now = new Date();
    const done = new Date(doneUpTo);
    const due = nextDue(schedule, done);
    const next = nextDue(schedule, done > now ? done : now);
    return {
      ...{ enabled: true, cron, timeZone, setAt, setBy: asked.actor.userId ?? asked.actor.id },
      ...(objectTypes && { objectTypes }),
      ...(keep && { keep }),
      ...(next && { nextRunAt: next.toISOString() }),
      ...(due && due <= now && { overdueSince: due.toISOString() }),
      ...lastRun,
      ...(strainedBy !== null && { tooDense: { quota: strainedBy } }),
    };
  }

  private async runView(last: LastRun): Promise<NonNullable<ScheduleView['lastRun']>> {
    const { dueAt, at, backupId, refused, missed } = last;
    const status = refused ? 'REFUSED' : backupId === null ? 'TAKEN_UP' : await this.endOf(backupId);
    return {
      ...{ dueAt, at, status },
      ...(backupId !== null && { backupId }),
      ...(refused && { reason: refused.reason }),
      ...(refused?.nextAllowedAt && { nextAllowedAt: refused.nextAllowedAt }),
      ...(missed && { missed }),
    };
  }

  /** A backup that is built again later has been completed. */
  private async endOf(backupId: string) {
    const { state } = await this.streams.load(backup, backupStream(backupId));
    if (state.status === 'none') return 'REQUESTED';
    if (state.completed) return 'COMPLETED';
    return state.status === 'failed' ? 'FAILED' : state.status === 'cancelled' ? 'CANCELLED' : 'REQUESTED';
  }
}
