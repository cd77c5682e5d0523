// Finds out which jobs end the process that carries them out. A run of a job is written down before it begins and taken
// back when it returns or throws: a run that still stands when the job is begun again ended with its process. Most
// processes are ended from outside, so an end counts against a job only where the job got no further than before, and
// where the process had been well for a while.
import { randomUUID } from 'node:crypto';
import type { DocumentStore } from '../read/document-store';

/** How far a job is: the `done` that it last reported; null before its first report. */
type Place = number | null;

/** Processes that ended in a row with a job at one place. */
export interface Deaths {
  readonly at: Place;
  readonly all: number;
  /** How many of these processes had been well for a while: nothing but the job was new to them. */
  readonly calm: number;
  /** The last run got nowhere. */
  readonly stuck: boolean;
}

interface Run {
  readonly id: string;
  /** Where the run began. */
  readonly from: Place;
  readonly calm: boolean;
}

/** What is kept of a job whose last run has not returned, or that is held back. */
interface Attempt {
  readonly run?: Run;
  readonly deaths?: Deaths;
}

/** Calm deaths at one place that count as the job's doing. */
const MOST_CALM = 2;
/** Deaths at one place, calm or not, after which a job waits: processes killed in their first moments say little. */
const MOST = 20;

/** The deaths of a job with one more: the process of a run ended while the job was at the place `at`. */
export function counted(deaths: Deaths | undefined, { from, calm }: Omit<Run, 'id'>, at: Place): Deaths {
  const before = deaths?.at === at ? deaths : { all: 0, calm: 0 };
  const stuck = at === from || deaths?.at === at;
  return { at, all: before.all + 1, calm: before.calm + (calm ? 1 : 0), stuck };
}

/** What to do with a job now. `isCalm`: this process has been well for a while. */
export function verdict(deaths: Deaths | undefined, isCalm: boolean): 'run' | 'wait' | 'give up' {
  if (!deaths) return 'run';
  if (deaths.calm >= MOST_CALM) return 'give up';
  return !isCalm && ((deaths.stuck && deaths.calm > 0) || deaths.all >= MOST) ? 'wait' : 'run';
}

export class Attempts {
  constructor(
    private readonly documents: DocumentStore,
    /** Name of the kind of job. */
    private readonly name: string,
    private readonly placeOf: (id: string) => Promise<Place>,
  ) {}

  /**
   * The id of a run, where the job is to run now: from here on the end of this process counts as a death of the job.
   */
  async begin(id: string, calm: boolean): Promise<{ readonly run: string } | 'wait' | 'give up'> {
    const known = await this.get(id);
    const place = await this.placeOf(id);
    const deaths = known?.run ? counted(known.deaths, known.run, place) : known?.deaths;
    const decided = verdict(deaths, calm);
    const run = { id: randomUUID(), from: place, calm };
    const next: Attempt = { ...(decided === 'run' && { run }), ...(deaths && { deaths }) };
    if (!(await this.set(id, known, next))) throw new Error('Another process has taken up this job');
    return decided === 'run' ? { run: run.id } : decided;
  }

  /** Notes that the process of a run has been well for a while by now. */
  async calmed(id: string, run: string): Promise<void> {
    const known = await this.get(id);
    if (known?.run?.id === run) await this.set(id, known, { ...known, run: { ...known.run, calm: true } });
  }

  /** A run returned or threw: no death counted so far was the job's doing, even where this run was taken for dead. */
  async end(id: string, run?: string): Promise<void> {
    for (;;) {
      const known = await this.get(id);
      if (!known) return;
      const other = known.run && known.run.id !== run ? { run: known.run } : undefined;
      if (await this.set(id, known, other)) return;
    }
  }

  private get(id: string): Promise<Attempt | undefined> {
    return this.documents.getState<Attempt>(this.key(id));
  }

  private set(id: string, known: Attempt | undefined, next: Attempt | undefined): Promise<boolean> {
    return this.documents.compareAndSet(this.key(id), known, next);
  }

  private key(id: string): string {
    return `attempt:${this.name}:${id}`;
  }
}
