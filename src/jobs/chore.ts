// A chore is work that every worker process does by the hour: a sweep over what is due, from its start until it stops.
import { Inject, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../config';
import { rounds, type Round } from '../supervision/aside';
import { FaultReports } from '../supervision/faults';
import type { Part } from '../supervision/parts';

const HOUR_MS = 3_600_000;

export abstract class Chore implements OnApplicationBootstrap, OnModuleDestroy {
  protected abstract readonly part: Part;
  protected readonly everyMs: number = HOUR_MS;
  @Inject(Config) private readonly config!: Config;
  @Inject(FaultReports) private readonly faults!: FaultReports;
  private readonly stopping = new AbortController();

  abstract sweep(round: Round, now: Date): Promise<void>;

  onApplicationBootstrap(): void {
    if (!this.config.ROLE.includes('worker')) return;
    const sweep = (round: Round) => this.sweep(round, new Date());
    void rounds(this.part, this.faults, this.everyMs, this.stopping.signal, sweep);
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }
}
