// Draws the position of a drill, that of a random instant of the last 24 hours, and says whether all is to be folded.
import { Injectable } from '@nestjs/common';
import { drills } from '../../projections/drills';
import { EventStore, START } from '../eventsourcing/event-store';
import { ReadModels } from '../read/read-models';
import { TimeIndex } from '../read/time-index';
import type { RequestedDrill } from './drill.decider';

const RECENT_MS = 24 * 3_600_000;
const WEEK_MS = 7 * RECENT_MS;

@Injectable()
export class DrillDraw {
  private begun: Date | undefined;

  constructor(
    private readonly eventStore: EventStore,
    private readonly timeIndex: TimeIndex,
    private readonly readModels: ReadModels,
  ) {}

  /** When the log began; undefined while it is empty. */
  async logBegan(): Promise<Date | undefined> {
    if (this.begun) return this.begun;
    const { events } = await this.eventStore.readAll(START, 1);
    return (this.begun = events[0] && new Date(events[0].recordedAt));
  }

  /** `all` is decided by when a drill of all ended well, unless it is given. */
  async request(
    drillId: string,
    {
      dueAt,
      all,
      now,
    }: { readonly dueAt: Date | null; readonly all?: boolean | undefined; readonly now: Date },
  ): Promise<RequestedDrill> {
    return {
      drillId,
      position: String(await this.position(now)),
      all: all ?? !(await this.hadAllSince(new Date(now.getTime() - WEEK_MS))),
      dueAt: dueAt?.toISOString() ?? null,
    };
  }

  private async position(now: Date): Promise<bigint> {
    const until = now.getTime();
    const from = Math.max(until - RECENT_MS, (await this.logBegan())?.getTime() ?? until);
    const instant = new Date(from + Math.random() * Math.max(0, until - from));
    const found = await this.timeIndex.positionAt(instant);
    return found < 0n ? 0n : found;
  }

  private async hadAllSince(instant: Date): Promise<boolean> {
    const filter = { all: true, ok: true, endedAt: { $gte: instant.toISOString() } };
    return (await this.readModels.find(drills, { filter, limit: 1 })).docs.length > 0;
  }
}
