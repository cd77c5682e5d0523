// Commands on schedules of exports of the audit log: set one, delete it.
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { users } from '../../../../projections/users';
import { auditExportSchedules } from '../../../../projections/audit/audit-export-schedules';
import { wrongTimes } from '../../../backups/schedules/due-times';
import { asAsked, newId, type CommandContext } from '../../../caller';
import { Streams } from '../../../eventsourcing/streams';
import { ReadModels } from '../../../read/read-models';
import { Refusal } from '../../../refusals';
import { ExportedEntries } from '../asked-entries';
import { askedEntries } from '../asked-views';
import { viewerOf } from '../export-rights';
import { createSchedule, deleteSchedule, exportSchedule, scheduleStream } from './schedule.decider';
import type { ExportSchedule } from './schedule.events';

const MOST_SCHEDULES = 100;

export interface SetExportSchedule {
  readonly scheduleId: string;
  readonly position: bigint;
}

/** Refused with `input-invalid`, `tier-required`, `audit-export-schedules-full`, and as the view is. */
export class CreateExportSchedule extends Command<SetExportSchedule> {
  constructor(
    readonly schedule: ExportSchedule,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

const wrong = (field: string, message: string): Refusal =>
  new Refusal('input-invalid', {
    message: `${field}: ${message}`,
    errors: [{ message: `${field}: ${message}`, in: field }],
  });

@CommandHandler(CreateExportSchedule)
export class CreateExportScheduleHandler implements ICommandHandler<CreateExportSchedule> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly queries: QueryBus,
    private readonly entries: ExportedEntries,
  ) {}

  async execute({ schedule, asked }: CreateExportSchedule): Promise<SetExportSchedule> {
    const now = new Date(asked.command.at);
    const problem = wrongTimes(schedule, now);
    if (problem) throw wrong(problem.field, problem.message);
    if ((await this.readModels.count(auditExportSchedules)) >= MOST_SCHEDULES)
      throw new Refusal('audit-export-schedules-full');
    const { view, filter, recipients } = schedule;
    const by = { view: view ?? undefined, filter };
    const meant = await askedEntries(by, this.queries, asked.caller, asked.command.at);
    await this.entries.meant('entries', meant, now, {});
    await this.refuseOthers(recipients);
    const scheduleId = await newId(asked.command);
    const set = { ...schedule, scheduleId, viewer: viewerOf(asked.caller) };
    const { position } = await this.streams.change(
      exportSchedule,
      scheduleStream(scheduleId),
      (state) => createSchedule(state, set),
      ...asAsked(asked),
    );
    return { scheduleId, position };
  }

  /** What is exported may show anything: those who are told of it must be super admins. */
  private async refuseOthers(recipients: readonly string[]): Promise<void> {
    const found = await this.readModels.getMany(users, recipients);
    const other = recipients.findIndex((id) => {
      const user = found.get(id);
      return !user?.superAdmin || user.status !== 'active';
    });
    if (other >= 0) throw wrong(`recipients.${other}`, 'must be the id of an active super admin');
  }
}

/** Refused with `audit-export-schedule-unknown`. Answers the position. */
export class DeleteExportSchedule extends Command<bigint> {
  constructor(
    readonly scheduleId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DeleteExportSchedule)
export class DeleteExportScheduleHandler implements ICommandHandler<DeleteExportSchedule> {
  constructor(private readonly streams: Streams) {}

  async execute({ scheduleId, asked }: DeleteExportSchedule): Promise<bigint> {
    const stream = scheduleStream(scheduleId);
    const { state } = await this.streams.load(exportSchedule, stream);
    if (state.status === 'none') throw new Refusal('audit-export-schedule-unknown');
    return (await this.streams.change(exportSchedule, stream, deleteSchedule, ...asAsked(asked))).position;
  }
}
