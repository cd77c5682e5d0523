// The chore that begins a purge of the audit log each night, where not all rows are kept for good.
import { Injectable } from '@nestjs/common';
import { systemMeta } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Chore } from '../../jobs/chore';
import type { Round } from '../../supervision/aside';
import { beginPurge, isPurgeDue, retention, RETENTION_STREAM } from './retention.decider';

const LOOK_MS = 10 * 60_000;

@Injectable()
export class NightlyPurge extends Chore {
  protected readonly part = 'chore:audit-purges';
  protected override readonly everyMs = LOOK_MS;

  constructor(private readonly streams: Streams) {
    super();
  }

  async sweep(_: Round, now: Date): Promise<void> {
    const { state } = await this.streams.load(retention, RETENTION_STREAM);
    if (!isPurgeDue(state, now.getTime())) return;
    const meta = systemMeta('retention');
    await this.streams.change(
      retention,
      RETENTION_STREAM,
      // Another process may have begun it meanwhile, and even ended it.
      (then) => (isPurgeDue(then, now.getTime()) ? beginPurge(then, meta.commandId, now.toISOString()) : []),
      meta,
    );
  }
}
