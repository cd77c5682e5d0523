// The part of a drill that runs in a worker thread: builds a backup, verifies its ZIP, loads it, and compares it with what
// the records were by ways that share nothing with how it was built.
import { verifyArchive } from '../backups/archives/archive-check';
import { WrongArchive } from '../backups/archives/zip-reading';
import { buildBackup, type BuildInput } from '../backups/archives/backup.worker';
import { Files } from '../files/files';
import { OVERTAKEN } from '../jobs/stored-files';
import type { ThreadContext } from '../jobs/thread.client';
import { openToRead, type ReadStores } from '../jobs/thread-stores';
import { Differences } from './comparing/differences';
import { compareRecords, Tally, type Comparing } from './comparing/drill-comparison';
import { loadArchive, type Loaded, type ToLoad } from './comparing/drill-load';
import type { Findings, Steps } from './drill.events';
import { toldByLog } from './comparing/told-by-log';
import { comparePairs } from './comparing/pair-comparison';

export interface DrillTask {
  readonly backup: BuildInput;
  /** Whether everything is folded, or as many as `draw`. */
  readonly all: boolean;
  readonly draw: number;
}

export interface Drilled {
  readonly findings: Findings;
  readonly seconds: number;
}

const NOT_YET: Steps = { build: null, verify: null, load: null, compare: null };

/** Leaves no file behind, whatever comes of it. */
export async function makeDrill(
  { backup, all, draw }: DrillTask,
  context: ThreadContext,
): Promise<Drilled | typeof OVERTAKEN> {
  const { signal } = context;
  const report = (done: number, total: number) => context.report(done, total);
  const began = performance.now();
  const secondsSince = (then: number) => Math.round(performance.now() - then) / 1_000;
  let steps: Steps = NOT_YET;
  const step = async <T>(name: keyof Steps, work: () => Promise<T>): Promise<T> => {
    const then = performance.now();
    const done = await work();
    steps = { ...steps, [name]: secondsSince(then) };
    return done;
  };
  const files = new Files(backup.filesDir);
  const path = files.pathOf(backup.file);
  const differences = new Differences();
  const tally = new Tally();
  let records = 0;
  const ended = (reason: string | null): Drilled => ({
    findings: {
      ...{ steps, records, ...tally },
      ...{ differences: differences.count, first: differences.first, reason },
    },
    seconds: secondsSince(began),
  });
  try {
    // Building, loading and comparing each go through all records.
    let total = 0;
    const built = await step('build', () =>
      buildBackup(backup, {
        signal,
        report: (done, of) => report(done, 3 * (total = of)),
      }),
    );
    if (built === OVERTAKEN) return OVERTAKEN;
    const { manifest, counts, lookedTo } = built;
    records = Object.entries(counts).reduce((sum, [type, n]) => (type === 'associations' ? sum : sum + n), 0);
    total = Math.max(total, records);
    const { position } = await step('verify', () => verifyArchive(path, signal));
    if (position !== String(backup.position)) throw new WrongArchive('its position is another');
    const { scratchDir, columns } = backup;
    const toLoad: ToLoad = {
      ...{ path, files: manifest.files, columns, scratchDir, signal },
      report: (rows) => report(total + rows, 3 * total),
    };
    const loaded = await step('load', () => loadArchive(toLoad, differences));
    try {
      await step('compare', () =>
        compareLoaded(
          {
            ...{ ...backup, lookedTo, all, draw, signal },
            report: (compared) => report(2 * total + Math.min(compared, total), 3 * total),
          },
          loaded,
          differences,
          tally,
        ),
      );
    } finally {
      loaded.close();
    }
    return ended(null);
  } catch (error) {
    if (error instanceof WrongArchive) return ended(`The ZIP is not what it was to be: ${error.message}`);
    throw error;
  } finally {
    await files.remove(backup.file);
  }
}

/** Compares what was loaded with the live read model and the streams. */
export async function compareLoaded(
  asked: Omit<Comparing, keyof ReadStores> & Pick<BuildInput, 'stores'>,
  loaded: Loaded,
  differences: Differences,
  tally: Tally,
): Promise<void> {
  const stores = await openToRead(asked.stores);
  try {
    const comparing = { ...asked, ...stores };
    const told = await toldByLog(comparing);
    try {
      await compareRecords(comparing, loaded, told.records, differences, tally);
      await comparePairs(comparing, loaded, told.pairs, differences, tally);
    } finally {
      told.close();
    }
  } finally {
    await stores.close();
  }
}
