// Follows an import to its end: for progress bars, and for requests that wait until the import has stopped.
import { QueryBus } from '@nestjs/cqrs';
import type { Caller } from '../caller';
import { follow } from '../jobs/follow';
import type { Jobs } from '../jobs/jobs';
import { pause } from '../supervision/pause';
import { GetImport, type ImportView } from './import.queries';

export const IMPORT_JOB = 'import';

export interface ImportStep {
  readonly done: number;
  /** At least the number of rows in the files. */
  readonly total: number;
  readonly state: string;
}

const POLL_MS = 100;
const PATIENCE_MS = 3_000;
const RUNNING: ReadonlySet<string> = new Set(['STARTED', 'PROCESSING', 'DEFERRED']);

export class ImportFollower {
  constructor(
    private readonly queries: QueryBus,
    private readonly jobs: Jobs,
  ) {}

  /** The import's progress whenever it changes, until the import has ended or the signal aborts. */
  follow(importId: string, caller: Caller, signal: AbortSignal): AsyncGenerator<ImportStep> {
    const read = async () => this.step(await this.queries.execute(new GetImport(importId, caller, {})));
    return follow(read, ({ state }) => !RUNNING.has(state), signal);
  }

  /** The import once it has ended; undefined if that takes longer than `PATIENCE_MS`. */
  async ended(importId: string, caller: Caller, signal: AbortSignal): Promise<ImportView | undefined> {
    for (const until = Date.now() + PATIENCE_MS; !signal.aborted && Date.now() < until;) {
      const view = await this.queries.execute(new GetImport(importId, caller, {}));
      if (!RUNNING.has(view.state)) return view;
      await pause(POLL_MS, signal);
    }
    return undefined;
  }

  private async step({ id, state, metadata }: ImportView): Promise<ImportStep> {
    const rows = metadata.counters['TOTAL_ROWS'] ?? 0;
    if (!RUNNING.has(state)) return { done: rows, total: rows, state };
    const { done, total } = (await this.jobs.progress(IMPORT_JOB, id)) ?? { done: rows, total: rows };
    return { done, total, state };
  }
}
