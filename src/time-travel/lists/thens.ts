// Keeps what lists and searches need to know of the few positions that were last asked about, for a short while: the pages
// of a list are asked for one after another.
import { rm, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { records } from '../../../projections/crm/records';
import { Config } from '../../config';
import { Codec } from '../../eventsourcing/codec';
import { EventStore } from '../../eventsourcing/event-store';
import { RecordsThen, THEN_LIMITS, type ThenLimits } from '../../point-in-time/then/records-then';
import { DocumentStore } from '../../read/document-store';
import { ReadModels } from '../../read/read-models';
import { FaultReports } from '../../supervision/faults';

/** Each has a file and threads of its own. */
const MOST = 3;
const KEPT_MS = 60_000;
/** Milliseconds since its last change after which a folder belongs to no process any more. */
const LEFT_MS = 24 * 3_600_000;

interface Kept {
  readonly then: Promise<RecordsThen>;
  users: number;
  timer?: NodeJS.Timeout;
  /** No longer among those kept: closed when its last user is done. */
  dropped?: true;
  closed?: Promise<void>;
}

@Injectable()
export class Thens implements OnApplicationShutdown {
  private readonly kept = new Map<bigint, Kept>();
  private swept: Promise<void> | undefined;
  /** For tests. */
  limits: ThenLimits = THEN_LIMITS;

  constructor(
    private readonly eventStore: EventStore,
    private readonly codec: Codec,
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly faults: FaultReports,
    private readonly config: Config,
  ) {}

  /** Runs `use` with the records of a position, which are kept open meanwhile. What fails is made anew next time. */
  async at<T>(position: bigint, use: (then: RecordsThen) => Promise<T>): Promise<T> {
    const kept = this.kept.get(position) ?? this.open(position);
    kept.users++;
    clearTimeout(kept.timer);
    try {
      return await use(await kept.then);
    } catch (error) {
      this.drop(position, kept);
      throw error;
    } finally {
      kept.users--;
      if (kept.dropped) await this.closeUnused(kept);
      else if (kept.users === 0) kept.timer = setTimeout(() => this.drop(position, kept), KEPT_MS).unref();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    for (const [position, kept] of this.kept) {
      this.drop(position, kept);
      await this.closeUnused(kept);
    }
  }

  private open(position: bigint): Kept {
    for (const [other, unused] of this.kept)
      if (this.kept.size >= MOST && unused.users === 0) this.drop(other, unused);
    const kept: Kept = { then: this.make(position), users: 0 };
    // Awaited by whoever uses it.
    kept.then.catch(() => undefined);
    this.kept.set(position, kept);
    return kept;
  }

  private async make(position: bigint): Promise<RecordsThen> {
    const scratchDir = join(this.config.DATA_DIR, 'scratch');
    await (this.swept ??= sweepLeft(scratchDir));
    return RecordsThen.open(position, {
      ...{ eventStore: this.eventStore, codec: this.codec, documents: this.documents, faults: this.faults },
      ...{ scratchDir, limits: this.limits },
      collection: () => this.readModels.collection(records),
    });
  }

  private drop(position: bigint, kept: Kept): void {
    clearTimeout(kept.timer);
    kept.dropped = true;
    if (this.kept.get(position) === kept) this.kept.delete(position);
    if (kept.users === 0) void this.closeUnused(kept);
  }

  private async closeUnused(kept: Kept): Promise<void> {
    if (kept.users > 0) return;
    kept.closed ??= kept.then.then(
      (then) => then.close(),
      () => undefined,
    );
    await kept.closed;
  }
}

/** Removes what processes left behind that were killed. */
async function sweepLeft(scratchDir: string): Promise<void> {
  const names = await readdir(scratchDir).catch(() => []);
  for (const name of names.filter((one) => one.startsWith('then-'))) {
    const path = join(scratchDir, name);
    const found = await stat(path).catch(() => undefined);
    if (found && found.mtimeMs < Date.now() - LEFT_MS) await rm(path, { recursive: true, force: true });
  }
}
