// Has the backups of the schedule taken. A run is taken up by an event, which one process alone can append, before it is
// asked for by a command that can be repeated: whoever is killed in between, the next look goes on from there.
import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { GetSubscription } from '../../account/account.queries';
import { jobMeta, systemMetaFor, type CommandContext } from '../../caller';
import { FreshIds } from '../../command-ids';
import { Config } from '../../config';
import type { Meta } from '../../eventsourcing/event';
import { uuidsOf } from '../../eventsourcing/event-ids';
import { RecordIds } from '../../eventsourcing/ids';
import { Streams } from '../../eventsourcing/streams';
import { Chore } from '../../jobs/chore';
import { isPassing, Refusal } from '../../refusals';
import type { Round } from '../../supervision/aside';
import { RequestBackup } from '../backup.commands';
import { backup, backupStream } from '../backup.decider';
import { quotaNamed, quotaOf } from '../backup-quota.decider';
import { dueSince, tooDense } from './due-times';
import {
  BACKUP_SCHEDULE,
  backupSchedule,
  endRun,
  judgeStrain,
  takeRun,
  type Due,
  type LastRun,
  type Run,
  type ScheduleState,
} from './schedule.decider';

const LOOK_MS = 5_000;
const DAY_MS = 24 * 3_600_000;
const runIds = uuidsOf('5f0d5b1c-0c59-5d37-9a0e-6d6f3c1f7a42');
const ACTOR = { type: 'system', id: 'backups' } as const;

@Injectable()
export class ScheduleRuns extends Chore {
  protected readonly part = 'chore:backup-schedule';
  protected override readonly everyMs = LOOK_MS;
  /** The schedule and the quota that were last judged, and when. */
  private judged = { key: '', at: -Infinity };

  constructor(
    private readonly streams: Streams,
    private readonly ids: RecordIds,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly settings: Config,
  ) {
    super();
  }

  async sweep(_: Round, now: Date): Promise<void> {
    let { state } = await this.streams.load(backupSchedule, BACKUP_SCHEDULE);
    if (!state.open && state.schedule) {
      const due = await dueSince(state.schedule, new Date(state.doneUpTo), now);
      if (due) state = await this.take(due, state.schedule.asked);
    }
    if (state.open) await this.finish(state.open);
    await this.judge(state, now);
  }

  private async take(due: Due, asked: Meta): Promise<ScheduleState> {
    const backupId = await this.ids.draw();
    const decide = (state: ScheduleState) => takeRun(state, due, backupId);
    return this.change(asked, decide);
  }

  private async finish(run: Run): Promise<void> {
    const refused = await this.request(run);
    await this.change(run.asked, (state) => endRun(state, run, refused));
  }

  /** Asks for the backup of a run; answers why it was refused, null where it was not. */
  private async request(run: Run): Promise<LastRun['refused']> {
    const { scheduleId, backupId, dueAt, timeZone, objectTypes } = run;
    // A look was ended between the two: what has been asked for stands, though it would be refused by now.
    const { state } = await this.streams.load(backup, backupStream(backupId));
    if (state.status !== 'none') return null;
    const meta = jobMeta(runIds(`${scheduleId}/${dueAt}`), ACTOR, { type: 'SYSTEM' }, run.asked);
    const asked: CommandContext = {
      caller: {
        ...{
          actor: meta.actor,
          userId: meta.actor.userId ?? ACTOR.id,
          superAdmin: true,
          scopes: 'all',
          client: {},
        },
      },
      command: { id: meta.commandId, mayRepeat: true, at: meta.at, ids: new FreshIds(this.ids) },
      correlationId: meta.correlationId,
    };
    try {
      const due = { backupId, dueAt: new Date(dueAt), timeZone };
      await this.commands.execute(new RequestBackup(undefined, objectTypes ?? undefined, asked, due));
      return null;
    } catch (error) {
      if (!(error instanceof Refusal) || isPassing(error.code)) throw error;
      return { reason: error.code, nextAllowedAt: error.detail.context?.nextAllowedAt?.[0] ?? null };
    }
  }

  /** Tells where the tier, or the operator, has changed the quota to one that does not allow all runs, and back. */
  private async judge({ schedule }: ScheduleState, now: Date): Promise<void> {
    if (!schedule) return;
    const { tier } = await this.queries.execute(new GetSubscription());
    const quota = quotaNamed(this.settings.BACKUP_QUOTA, tier);
    const key = `${schedule.scheduleId}/${quota}`;
    if (this.judged.key === key && now.getTime() - this.judged.at < DAY_MS) return;
    const allowed = quotaOf(this.settings.BACKUP_QUOTA, tier);
    const isStrained = allowed !== undefined && (await tooDense(schedule, allowed, now)) !== undefined;
    const { scheduleId, asked } = schedule;
    const decide = (state: ScheduleState) => judgeStrain(state, scheduleId, quota, isStrained);
    await this.change(asked, decide);
    this.judged = { key, at: now.getTime() };
  }

  /**
   * Each change is a command of its own: what a look decides is no repeat of what an earlier one did.
   */
  private async change(asked: Meta, decide: (state: ScheduleState) => ReturnType<typeof endRun>) {
    const meta = systemMetaFor(ACTOR.id, asked);
    return (await this.streams.change(backupSchedule, BACKUP_SCHEDULE, decide, meta)).state;
  }
}
