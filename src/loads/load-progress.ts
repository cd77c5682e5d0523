// The progress of a load: counters and lists up to a row, recorded so that a resumed load goes on exactly there.
import type { Files } from '../files/files';
import { ListWriter, type KeptList } from '../files/kept-list';
import type { DocumentStore } from '../read/document-store';
import { nothingLoaded, type Ending, type Reached } from './load.decider';
import { runFile, type ErrorLine } from './load-files';
import type { LoadCounters } from './load.events';

/** Everything up to and including `row` of the pass is done and counted. */
export interface LoadState extends Reached {
  readonly pass: number;
  readonly row: number;
  /** Which record here is which of the ZIP: a line for each row of a record. */
  readonly ids?: KeptList;
  /** How the load ended: nothing more will be done, though the event that says so may be missing. */
  readonly ending?: Ending;
}

const nothingDone: LoadState = { pass: 0, row: 0, counters: nothingLoaded };
const stateKey = (loadId: string) => `load:${loadId}`;

export const loadState = async (documents: DocumentStore, loadId: string): Promise<LoadState> =>
  (await documents.getState<LoadState>(stateKey(loadId))) ?? nothingDone;

const RECORD_MS = 250;
const RECORD_ROWS = 2_000;

export type Counted = Partial<Omit<LoadCounters, 'records' | 'rows'>> & { readonly record?: string };
export type Problem = Omit<ErrorLine, 'at'>;

export class LoadProgress {
  private recordedAt = Date.now();
  private unrecorded = 0;

  private constructor(
    private readonly documents: DocumentStore,
    private readonly loadId: string,
    private readonly errors: ListWriter,
    private readonly ids: ListWriter,
    private state: LoadState,
    private recorded: LoadState | undefined,
  ) {}

  static async resume(documents: DocumentStore, files: Files, loadId: string): Promise<LoadProgress> {
    const recorded = await documents.getState<LoadState>(stateKey(loadId));
    const state = recorded ?? nothingDone;
    const errors = new ListWriter(files, runFile(loadId, 'errors'), state.errors);
    const ids = new ListWriter(files, runFile(loadId, 'ids'), state.ids);
    return new LoadProgress(documents, loadId, errors, ids, state, recorded);
  }

  /** The progress so far; all of it is recorded once `record` has resolved. */
  get reached(): LoadState {
    return this.state;
  }

  /** Whether a row was done and recorded before. */
  has(pass: number, row: number): boolean {
    return pass < this.state.pass || (pass === this.state.pass && row <= this.state.row);
  }

  begin(pass: number): void {
    if (pass > this.state.pass) this.state = { ...this.state, pass, row: 0 };
  }

  planned(plan: KeptList): void {
    this.state = { ...this.state, plan };
  }

  /** Counts a row, or the last of several, that has been carried out. */
  async settle(row: number, counted: Counted, count = 1): Promise<void> {
    const { record, ...more } = counted;
    const counters: Record<string, unknown> = { ...this.state.counters };
    for (const [name, count] of Object.entries(more)) counters[name] = (counters[name] as number) + count;
    const { records, rows } = this.state.counters;
    if (record !== undefined) counters['records'] = { ...records, [record]: (records[record] ?? 0) + 1 };
    counters['rows'] = rows + count;
    this.state = { ...this.state, row, counters: counters as unknown as LoadCounters };
    this.unrecorded += count;
  }

  /** Counts what belongs to no row. */
  count(counted: Pick<Counted, 'definitions'>): void {
    const { counters } = this.state;
    const definitions = counters.definitions + (counted.definitions ?? 0);
    this.state = { ...this.state, counters: { ...counters, definitions } };
  }

  async list(problems: readonly Problem[]): Promise<void> {
    if (problems.length === 0) return;
    const at = new Date().toISOString();
    await this.errors.add(problems.map((problem) => `${JSON.stringify({ ...problem, at })}\n`).join(''));
  }

  /** Notes under which id a record of the ZIP is here; null where it is not. */
  async note(objectType: string, there: string, here: string | null): Promise<void> {
    await this.ids.add(`${JSON.stringify([objectType, there, here])}\n`);
  }

  due(): boolean {
    return (
      this.unrecorded >= RECORD_ROWS || (this.unrecorded > 0 && Date.now() - this.recordedAt >= RECORD_MS)
    );
  }

  /**
   * Records the progress. The lists are on disk before the state that names them. Rejects where another process has
   * taken the load over: that one goes on from the state recorded last, which must not be overwritten.
   */
  async record(ending?: Ending): Promise<void> {
    const errors = await this.errors.flush();
    const ids = await this.ids.flush();
    const next: LoadState = {
      ...this.state,
      ...(errors && { errors }),
      ...(ids && { ids }),
      ...(ending && { ending }),
    };
    if (!(await this.documents.compareAndSet(stateKey(this.loadId), this.recorded, next)))
      throw new Error('Another process has gone on with this load');
    this.recorded = this.state = next;
    this.unrecorded = 0;
    this.recordedAt = Date.now();
  }

  async close(): Promise<void> {
    await this.ids.close();
    await this.errors.close();
  }
}
