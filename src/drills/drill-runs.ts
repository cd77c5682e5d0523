// Has a drill made whenever one is due, and removes ZIPs that drills have left behind.
import { Injectable } from '@nestjs/common';
import { lastDue } from '../backups/schedules/due-times';
import { systemMeta } from '../caller';
import { Config } from '../config';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { Chore } from '../jobs/chore';
import { sweepFiles } from '../jobs/stored-files';
import type { Round } from '../supervision/aside';
import { drill, drillFiles, drillStream, dueDrillId, requestDrill, type Drill } from './drill.decider';
import { DrillDraw } from './drill-draw';

const LOOK_MS = 5_000;

@Injectable()
export class DrillRuns extends Chore {
  protected readonly part = 'chore:drills';
  protected override readonly everyMs = LOOK_MS;
  /** The due time that was looked at last: its drill is there, or it came before the log. */
  private doneUpTo: Date | undefined;

  constructor(
    readonly streams: Streams,
    readonly files: Files,
    private readonly draw: DrillDraw,
    private readonly settings: Config,
  ) {
    super();
  }

  async sweep(round: Round, now: Date): Promise<void> {
    const { DRILLS: cron } = this.settings;
    if (cron !== 'off') await this.take(lastDue({ cron, timeZone: 'UTC' }, now), now);
    await sweepFiles(drillFiles, this, round, now);
  }

  /** One drill makes up for all that were missed: that of the last due time. */
  private async take(dueAt: Date | undefined, now: Date): Promise<void> {
    if (!dueAt || (this.doneUpTo && dueAt <= this.doneUpTo)) return;
    const began = await this.draw.logBegan();
    if (!began) return;
    if (dueAt >= began) {
      const drillId = dueDrillId(dueAt);
      const stream = drillStream(drillId);
      const { state } = await this.streams.load(drill, stream);
      if (state.status === 'none') {
        const requested = await this.draw.request(drillId, { dueAt, now });
        const decide = (then: Drill) => requestDrill(then, requested);
        await this.streams.change(drill, stream, decide, systemMeta(drillFiles.folder));
      }
    }
    this.doneUpTo = dueAt;
  }
}
