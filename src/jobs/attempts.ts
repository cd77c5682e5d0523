// Which jobs end the process that carries them out. Before a run begins that is written down, and taken back when it
// returns or throws: what stands there at the next begin ended with its process. Most such ends come from outside, so one
// counts only where the job got no further than before, and where the process had been well for a while.
import { randomUUID } from 'node:crypto';
import type { DocumentStore } from '../read/document-store';

/** How far a job was when its process ended: what it last reported as done; null before anything. */
type Place = number | null;

/** Ends of processes in a row at one place. */
export interface Deaths {
  readonly at: Place;
  readonly all: number;
  /** Those of a process that had been well for a while: nothing but the job was new to it. */
  readonly calm: number;
  /** The last run got nowhere. */
  readonly stuck: boolean;
}

interface Run {
  readonly id: string;
  /** Where it began. */
  readonly from: Place;
  readonly calm: boolean;
}

/** What is kept of a job whose last run has not returned, or that is held back. */
interface Attempt {
  readonly run?: Run;
  readonly deaths?: Deaths;
}

/** So many calm deaths at one place are the job's doing. */
const MOST_CALM = 2;
/** A process that is killed again and again in its first moments says little; so often in a row at one place, something. */
const MOST = 20;

export function counted(deaths: Deaths | undefined, { from, calm }: Omit<Run, 'id'>, at: Place): Deaths {
  const before = deaths?.at === at ? deaths : { all: 0, calm: 0 };
  const stuck = at === from || deaths?.at === at;
  return { at, all: before.all + 1, calm: before.calm + (calm ? 1 : 0), stuck };
}

/** What is to become of the job now, in a process that has been well for a while, or has not. */
export function verdict(deaths: Deaths | undefined, isCalm: boolean): 'run' | 'wait' | 'give up' {
  if (!deaths) return 'run';
  if (deaths.calm >= MOST_CALM) return 'give up';
  return !isCalm && ((deaths.stuck && deaths.calm > 0) || deaths.all >= MOST) ? 'wait' : 'run';
}

export class Attempts {
  constructor(
    private readonly documents: DocumentStore,
    /** Of the kind of job. */
    private readonly name: string,
    private readonly placeOf: (id: string) => Promise<Place>,
  ) {}

  /** Its id where the job is to run now: from here on the end of the process is counted. */
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

  /** The process has been well for a while by now. */
  async calmed(id: string, run: string): Promise<void> {
    const known = await this.get(id);
    if (known?.run?.id === run) await this.set(id, known, { ...known, run: { ...known.run, calm: true } });
  }

  /** It returned, or threw: whatever was counted was not the job's doing, this run taken for dead included. */
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
