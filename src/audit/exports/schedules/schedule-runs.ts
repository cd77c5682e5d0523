// Has the exports of schedules made. A run is taken up by an event, which one process alone can append, before it is asked
// for by a command that can be repeated: whoever is killed in between, the next look goes on from there.
import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { auditExportSchedules } from '../../../../projections/audit/audit-export-schedules';
import { users } from '../../../../projections/users';
import { dueSince } from '../../../backups/schedules/due-times';
import { jobMeta, systemMetaFor, type CommandContext } from '../../../caller';
import { FreshIds } from '../../../command-ids';
import { uuidsOf } from '../../../eventsourcing/event-ids';
import { RecordIds } from '../../../eventsourcing/ids';
import { Streams } from '../../../eventsourcing/streams';
import { Chore } from '../../../jobs/chore';
import { ReadModels } from '../../../read/read-models';
import { isPassing, Refusal } from '../../../refusals';
import type { Round } from '../../../supervision/aside';
import { askedEntries } from '../asked-views';
import { RequestAuditExport } from '../audit-export.commands';
import { auditExport, auditExportStream } from '../audit-export.decider';
import { asViewer } from '../export-rights';
import {
  endRun,
  exportSchedule,
  scheduleStream,
  takeRun,
  type Run,
  type ScheduleState,
} from './schedule.decider';

const LOOK_MS = 5_000;
const PAGE = 100;
const runIds = uuidsOf('a7c1a0f2-7d3e-5b60-9f55-1f0a6b7d2c11');
const ACTOR = { type: 'system', id: 'audit-exports' } as const;

type Live = Extract<ScheduleState, { readonly status: 'set' }>;

@Injectable()
export class ExportScheduleRuns extends Chore {
  protected readonly part = 'chore:audit-export-schedules';
  protected override readonly everyMs = LOOK_MS;

  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly ids: RecordIds,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {
    super();
  }

  async sweep({ each }: Round, now: Date): Promise<void> {
    for await (const page of this.readModels.pages(auditExportSchedules, { limit: PAGE }))
      for (const { id } of page) await each(id, () => this.look(id, now));
  }

  private async look(scheduleId: string, now: Date): Promise<void> {
    let { state } = await this.streams.load(exportSchedule, scheduleStream(scheduleId));
    if (state.status === 'set' && !state.open) state = await this.taken(state, now);
    if (state.status === 'set' && state.open) await this.finish(state, state.open);
  }

  private async taken(live: Live, now: Date): Promise<ScheduleState> {
    const due = await dueSince(live.schedule, new Date(live.doneUpTo), now);
    if (!due) return live;
    const exportId = await this.ids.draw();
    return this.change(live, (state) => takeRun(state, due, exportId));
  }

  private async finish(live: Live, run: Run): Promise<void> {
    const refused = await this.request(live, run);
    await this.change(live, (state) => endRun(state, run, refused));
  }

  /** Asks for the export of a run; answers the code of the refusal, undefined where it was not refused. */
  private async request(
    { schedule, asked: set }: Live,
    { dueAt, exportId }: Run,
  ): Promise<string | undefined> {
    const { scheduleId, view, filter, format, viewer, recipients } = schedule;
    const meta = jobMeta(runIds(`${scheduleId}/${dueAt}`), ACTOR, { type: 'SYSTEM' }, set);
    // A look was ended between the two: what has been asked for stands, whoever may ask for it by now.
    const { state } = await this.streams.load(auditExport, auditExportStream(exportId));
    if (state.status !== 'none') return undefined;
    const { userId } = meta.actor;
    // Whoever has set it is no super admin any more: nobody may have what it would export.
    const owner = userId === undefined ? undefined : await this.readModels.get(users, userId);
    if (!owner?.superAdmin || owner.status !== 'active') return 'access-denied' satisfies Refusal['code'];
    const asked: CommandContext = {
      caller: { ...asViewer(viewer), actor: meta.actor, userId: owner.id, client: {} },
      command: { id: meta.commandId, mayRepeat: true, at: meta.at, ids: new FreshIds(this.ids) },
      correlationId: meta.correlationId,
      source: meta.source,
    };
    const by = { view: view ?? undefined, filter };
    try {
      const entries = await askedEntries(by, this.queries, asked.caller, dueAt);
      const run = { exportId, scheduleId, viewer, recipients };
      await this.commands.execute(new RequestAuditExport({ kind: 'entries', format, entries, run }, asked));
      return undefined;
    } catch (error) {
      if (!(error instanceof Refusal) || isPassing(error.code)) throw error;
      return error.code;
    }
  }

  /** Each change is a command of its own: what a look decides is no repeat of what an earlier one did. */
  private async change(
    { schedule, asked }: Live,
    decide: (state: ScheduleState) => ReturnType<typeof endRun>,
  ): Promise<ScheduleState> {
    const meta = systemMetaFor(ACTOR.id, asked);
    return (await this.streams.change(exportSchedule, scheduleStream(schedule.scheduleId), decide, meta))
      .state;
  }
}
