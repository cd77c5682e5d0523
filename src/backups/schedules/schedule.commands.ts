// Commands on the schedule of backups: set it, remove it.
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetSubscription } from '../../account/account.queries';
import { asAsked, newId, type CommandContext } from '../../caller';
import { Config } from '../../config';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { namesOf } from '../backup.commands';
import { quotaNamed, quotaOf } from '../backup-quota.decider';
import {
  BACKUP_SCHEDULE,
  backupSchedule,
  removeSchedule,
  setSchedule,
  type ScheduleState,
} from './schedule.decider';
import type { Schedule } from './schedule.events';
import { KeptFiles } from './kept-files';
import { tooDense, wrongTimes } from './due-times';

export interface AskedSchedule extends Pick<Schedule, 'cron' | 'timeZone' | 'keep'> {
  /** By any of their names; all types where it is left out. */
  readonly objectTypes: readonly string[] | undefined;
}

/** Answers the position. Refused with `input-invalid`, `backup-schedule-too-dense`. */
export class SetSchedule extends Command<bigint> {
  constructor(
    readonly schedule: AskedSchedule,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(SetSchedule)
export class SetScheduleHandler implements ICommandHandler<SetSchedule> {
  constructor(
    private readonly streams: Streams,
    private readonly queries: QueryBus,
    private readonly config: Config,
    private readonly objectTypes: ObjectTypes,
    private readonly kept: KeptFiles,
  ) {}

  async execute({ schedule: { objectTypes, keep, ...times }, asked }: SetSchedule): Promise<bigint> {
    const now = new Date(asked.command.at);
    const wrong = wrongTimes(times, now);
    if (wrong) {
      const message = `${wrong.field} ${wrong.message}`;
      throw new Refusal('input-invalid', { message, errors: [{ message, in: wrong.field }] });
    }
    await this.refuseTooDense(times, now);
    const schedule: Schedule = {
      ...{ scheduleId: await newId(asked.command), ...times },
      objectTypes: objectTypes ? namesOf(objectTypes, await this.objectTypes.finder()) : null,
      keep: keep && keep.daily + keep.weekly + keep.monthly > 0 ? keep : null,
    };
    const decide = (state: ScheduleState) => setSchedule(state, schedule);
    const { position } = await this.streams.change(
      backupSchedule,
      BACKUP_SCHEDULE,
      decide,
      ...asAsked(asked),
    );
    // What is kept goes by the new schedule at once; the chore would see to it within the hour.
    await this.kept.settle();
    return position;
  }

  private async refuseTooDense(times: Pick<Schedule, 'cron' | 'timeZone'>, now: Date): Promise<void> {
    const { tier } = await this.queries.execute(new GetSubscription());
    const quota = quotaOf(this.config.BACKUP_QUOTA, tier);
    const dense = quota && (await tooDense(times, quota, now));
    if (!dense) return;
    const allowed = quotaNamed(this.config.BACKUP_QUOTA, tier);
    const [from, to] = [dense.from.toISOString(), dense.to.toISOString()];
    throw new Refusal('backup-schedule-too-dense', {
      message: `The quota allows ${allowed} backups, and the schedule has them due from ${from} to ${to} closer together`,
      context: { quota: [allowed], from: [from], to: [to] },
    });
  }
}

/** Removes the schedule; files stay as long as was told. Answers the position. */
export class RemoveSchedule extends Command<bigint> {
  constructor(readonly asked: CommandContext) {
    super();
  }
}

@CommandHandler(RemoveSchedule)
export class RemoveScheduleHandler implements ICommandHandler<RemoveSchedule> {
  constructor(private readonly streams: Streams) {}

  async execute({ asked }: RemoveSchedule): Promise<bigint> {
    const { position } = await this.streams.change(
      backupSchedule,
      BACKUP_SCHEDULE,
      removeSchedule,
      ...asAsked(asked),
    );
    return position;
  }
}
