// Knows how the last drill went, and tells of it where operators look: in health, in the metrics, and as a fault until a
// drill goes well. It is read when it changes, not when somebody asks.
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { drills, type DrillDocument } from '../../projections/drills';
import { Projector } from '../read/projector';
import { ReadModels } from '../read/read-models';
import { FaultReports } from '../supervision/faults';
import { Figures } from '../supervision/figures';
import { HealthNotes } from '../supervision/health-notes';
import { pause } from '../supervision/pause';
import { rtoOf } from './drill.queries';
import { onAbort } from '../supervision/on-abort';

/** A drill has found a backup to be wrong, or could not be made. */
export class DrillFailed extends Error {}

/** Milliseconds between looks, where another process makes the read models. */
const LOOK_MS = 5_000;

@Injectable()
export class LastDrill implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private last: DrillDocument | undefined;
  private readonly stopping = new AbortController();
  private woken = new AbortController();

  constructor(
    private readonly readModels: ReadModels,
    private readonly projector: Projector,
    private readonly faults: FaultReports,
    private readonly figures: Figures,
    private readonly notes: HealthNotes,
  ) {}

  onModuleInit(): void {
    this.notes.add('drill', () => this.told());
    this.show('ok', '1 where the last drill of backups went well, 0 where it failed', ({ ok }) =>
      ok ? 1 : 0,
    );
    this.show(
      'rto_seconds',
      'Seconds in which the last drill built, verified and loaded a backup of everything',
      ({ steps }) => rtoOf(steps),
    );
    this.show(
      'rpo_seconds',
      'Age of the newest instant that could be restored, when the last drill began',
      ({ rpoSeconds }) => rpoSeconds,
    );
    this.show('records', 'Records in the backup of the last drill', ({ records }) => records);
    this.show('differences', 'Differences that the last drill found', ({ differences }) => differences);
    this.show('ended_seconds', 'When the last drill ended, in seconds since 1970', ({ endedAt }) =>
      endedAt === null ? null : Date.parse(endedAt) / 1_000,
    );
  }

  onApplicationBootstrap(): void {
    const wake = this.projector.onChanged((projection) => {
      if (projection === drills.name) this.woken.abort();
    });
    onAbort(this.stopping.signal, wake);
    void this.follow(this.stopping.signal);
  }

  onModuleDestroy(): void {
    this.stopping.abort();
    this.woken.abort();
  }

  private async follow(signal: AbortSignal): Promise<void> {
    let failed = false;
    while (!signal.aborted) {
      this.woken = new AbortController();
      try {
        await this.look();
        if (failed) this.faults.clear('chore:drills');
        failed = false;
      } catch (error) {
        if (signal.aborted) return;
        failed = true;
        this.faults.report('chore:drills', error);
      }
      await pause(LOOK_MS, this.woken.signal);
    }
  }

  private async look(): Promise<void> {
    const newest = { filter: { status: 'ENDED' }, sort: ['-endedAt'], limit: 1 };
    const [last] = (await this.readModels.find(drills, newest, { asItIs: true })).docs;
    // A read model that is made again shows old drills first.
    if (!last || last.endedAt! <= (this.last?.endedAt ?? '')) return;
    this.last = last;
    const { id, ok, differences } = last;
    if (ok) this.faults.clear('drill');
    else this.faults.report('drill', new DrillFailed(), { drillId: id, differences });
  }

  private told() {
    if (!this.last) return null;
    const { endedAt: at, ok, seconds, rpoSeconds, differences } = this.last;
    return { at, ok, seconds, rpoSeconds, rtoSeconds: rtoOf(this.last.steps), differences };
  }

  private show(
    name: string,
    help: string,
    valueOf: (last: DrillDocument) => number | null | undefined,
  ): void {
    const values = () => {
      const value = this.last && valueOf(this.last);
      return typeof value === 'number' ? ([['last', value]] as const) : [];
    };
    this.figures.add({ name: `strata_drill_${name}`, help, kind: 'gauge', label: 'drill', values });
  }
}
