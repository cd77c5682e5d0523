// Carries a restore plan out: its rows in order, several in flight, with a watermark from which it goes on after a
// crash.
import type { Files } from '../files/files';
import type { KeptList, ListWriter } from '../files/kept-list';
import { linesWithEnds } from '../files/lines';
import { carryOut } from '../jobs/row-window';
import { isPair, type PairRow, type RecordRow, type Row } from './rows/plan-row';
import { countOf, noOutcomes } from './restore.decider';
import type { RestoreOutcomes } from './restore.events';

export type Outcome = keyof RestoreOutcomes;

/** What became of one row. All records but changed and unchanged ones are listed one by one. */
export interface RowResult {
  readonly outcome: Outcome;
  /** Properties left alone because their value has changed since the plan was made. */
  readonly drifted?: readonly string[];
  /** The reason of a refusal. */
  readonly reason?: { readonly code: string; readonly message: string };
  /** True where the record came back, though its values were then refused or left alone. */
  readonly recreated?: boolean;
}

/** `kind` and `to` are there where the row is about a pair of records. */
export type KeptRecord = Pick<Row, 'objectType' | 'recordId'> &
  Partial<Pick<PairRow, 'kind' | 'to'>> &
  RowResult;

/** How far an execution has come: everything before `offset` in the current pass is done and counted. */
export interface Watermark {
  readonly pass: number;
  /** The number of the first row of the pass that is not done; `offset` is its byte in the plan's file. */
  readonly row: number;
  readonly offset: number;
  readonly outcomes: RestoreOutcomes;
  /** Values have been cleared so that they can go round, and are not all in their places yet. */
  readonly underWay?: true;
  /** The list of records that goes with these outcomes; absent where none was listed. */
  readonly kept?: KeptList;
}

export const atTheStart: Watermark = { pass: 0, row: 0, offset: 0, outcomes: noOutcomes };

export interface Execution {
  readonly files: Files;
  readonly planFile: string;
  /** Where this run lists records one by one; begins with the list that the watermark names. */
  readonly kept: ListWriter;
  /** Carries a row out, or finds that it was carried out before; answers the same both times. */
  readonly apply: (row: Row, index: number) => Promise<RowResult>;
  /** Clears the unique values of a row that other rows wait for. */
  readonly release: (row: RecordRow, index: number) => Promise<unknown>;
  /**
   * What this restore has done to the row's record before, without changing anything; undefined where it has done
   * nothing.
   */
  readonly recognise: (row: Row, index: number) => Promise<RowResult | undefined>;
  /** Stores the watermark, once everything that it counts is durable. */
  readonly save: (watermark: Watermark) => Promise<void>;
  /** Asked at every watermark. */
  readonly cancelled: () => Promise<boolean>;
  readonly report: (done: number) => void;
  readonly signal: AbortSignal;
  /**
   * Rows between two watermarks: as many are looked at again after a crash, and at most as many are done after a
   * cancellation.
   */
  readonly saveRows?: number;
}

interface Pass {
  readonly takes: (row: Row) => boolean;
  readonly inFlight: number;
  /** Only clears what the rows give up; they are carried out and counted in a later pass. */
  readonly clears?: true;
  /** Brings what was cleared to its place. */
  readonly fills?: true;
}

const waits = (row: Row) => !isPair(row) && row.conflict !== undefined;

/**
 * Rows with a conflict come after the others and one by one: the record that holds their unique value may give it up by
 * being restored itself. Where such records wait for each other, those that give way are cleared first, and those that go
 * into the bin come next. Pairs come last: their records may have to come back before.
 */
const PASSES: readonly Pass[] = [
  { takes: (row) => !isPair(row) && !row.conflict, inFlight: 128 },
  { takes: (row) => !isPair(row) && row.givesWay !== undefined, inFlight: 128, clears: true },
  { takes: (row) => waits(row) && row.kind === 'archive', inFlight: 1, fills: true },
  { takes: (row) => waits(row) && row.kind !== 'archive', inFlight: 1, fills: true },
  { takes: isPair, inFlight: 128 },
];
/** A row with its number, and the byte behind it in the plan's file. */
interface PlannedRow {
  readonly row: Row;
  readonly index: number;
  readonly end: number;
}

const SAVE_ROWS = 1_000;
const SAVE_MS = 500;

export class PlanExecution {
  private mark: Watermark;
  private unsaved = '';
  private savedRow = 0;
  private saveAt = 0;
  private done: number;
  private readonly saveRows: number;

  constructor(
    private readonly execution: Execution,
    /** The saved watermark that this run goes on from. */
    private readonly begun: Watermark,
  ) {
    this.mark = begun;
    this.saveRows = execution.saveRows ?? SAVE_ROWS;
    this.done = countOf(begun.outcomes);
  }

  /** How far the execution has come, all of it saved. */
  get reached(): Watermark {
    return this.mark;
  }

  /**
   * Resolves when every row is done or the restore was cancelled. Rejects with the error that stops it, once the
   * watermark is saved.
   */
  async run(): Promise<'completed' | 'cancelled'> {
    try {
      for (; this.mark.pass < PASSES.length; this.mark = this.nextPass())
        if ((await this.cancelled()) || (await this.pass()) === 'cancelled') return await this.stopHere();
      return 'completed';
    } finally {
      await this.execution.kept.close();
    }
  }

  /** Ends a cancelled run. It also counts what an earlier run did after the watermark that this run began at. */
  private async stopHere(): Promise<'cancelled'> {
    await this.recogniseAhead();
    await this.save();
    return 'cancelled';
  }

  /** Values that go round reach their places first: a record must not be left without one. */
  private async cancelled(): Promise<boolean> {
    const isUnderWay = this.mark.underWay ?? PASSES[this.mark.pass]?.clears;
    return !isUnderWay && (await this.execution.cancelled());
  }

  private nextPass(): Watermark {
    this.savedRow = 0;
    const { underWay, ...mark } = this.mark;
    const isUnderWay = underWay && PASSES[mark.pass + 1]?.fills;
    return { ...mark, ...(isUnderWay && { underWay }), pass: mark.pass + 1, row: 0, offset: 0 };
  }

  private async pass(): Promise<'done' | 'cancelled'> {
    const { signal } = this.execution;
    const { inFlight, clears } = PASSES[this.mark.pass]!;
    // Before the first value is cleared: whoever goes on from here finishes it.
    if (clears) await this.save();
    const cancelling = new AbortController();
    this.savedRow = this.mark.row;
    this.saveAt = Date.now() + SAVE_MS;
    const window = {
      size: inFlight,
      run: (planned: PlannedRow) => this.carryOut(planned),
      settle: (row: PlannedRow, result: RowResult | undefined) => this.settle(row, result),
      record: async () => {
        await this.save();
        if (await this.cancelled()) cancelling.abort();
      },
      due: () => this.saveIsDue(),
    };
    await carryOut(this.rows(), window, AbortSignal.any([signal, cancelling.signal]));
    signal.throwIfAborted();
    return cancelling.signal.aborted ? 'cancelled' : 'done';
  }

  private async carryOut({ row, index }: PlannedRow): Promise<RowResult | undefined> {
    const { takes, clears } = PASSES[this.mark.pass]!;
    if (!takes(row)) return undefined;
    if (!clears) return this.execution.apply(row, index);
    await this.execution.release(row as RecordRow, index);
    return undefined;
  }

  private async *rows(): AsyncGenerator<PlannedRow, void> {
    const { files, planFile } = this.execution;
    const bytes = files.read(planFile, this.mark.offset);
    let index = this.mark.row;
    try {
      for await (const { line, end } of linesWithEnds(bytes, this.mark.offset))
        yield { row: JSON.parse(line) as Row, index: index++, end };
    } finally {
      bytes.destroy();
    }
  }

  private async recogniseAhead(): Promise<void> {
    const { begun } = this;
    for (; this.mark.pass < PASSES.length; this.mark = this.nextPass()) {
      const { takes, inFlight, clears } = PASSES[this.mark.pass]!;
      // The farthest row that an earlier run can have done after a saved watermark. A pass begins at its first row once
      // the end of the previous pass is saved, so a run that stood at such an end may have begun the next pass.
      const first = this.mark.pass === begun.pass ? begun.row : 0;
      const last = first + this.saveRows + inFlight;
      for await (const planned of this.rows()) {
        const { row, index } = planned;
        if (index >= last) return;
        const isOwn = takes(row) && !clears;
        const result = isOwn ? await this.execution.recognise(row, index) : undefined;
        this.settle(planned, result);
      }
    }
  }

  private settle({ row, index, end }: PlannedRow, result: RowResult | undefined): void {
    const { takes, clears } = PASSES[this.mark.pass]!;
    const isUnderWay = clears && takes(row);
    this.mark = { ...this.mark, ...(isUnderWay && { underWay: true }), row: index + 1, offset: end };
    if (!result) return;
    const { outcomes } = this.mark;
    this.mark = {
      ...this.mark,
      outcomes: { ...outcomes, [result.outcome]: (outcomes[result.outcome] ?? 0) + 1 },
    };
    if (result.outcome !== 'changed' && result.outcome !== 'unchanged') {
      const pair = isPair(row) ? { kind: row.kind, to: row.to } : {};
      const kept: KeptRecord = { objectType: row.objectType, recordId: row.recordId, ...pair, ...result };
      this.unsaved += `${JSON.stringify(kept)}\n`;
    }
    this.execution.report(++this.done);
  }

  private saveIsDue(): boolean {
    return this.mark.row - this.savedRow >= this.saveRows || Date.now() >= this.saveAt;
  }

  /** Writes the listed records before the watermark that counts them. */
  private async save(): Promise<void> {
    const text = this.unsaved;
    this.unsaved = '';
    await this.execution.kept.add(text);
    const kept = await this.execution.kept.flush();
    this.mark = { ...this.mark, ...(kept && { kept }) };
    await this.execution.save(this.mark);
    this.savedRow = this.mark.row;
    this.saveAt = Date.now() + SAVE_MS;
  }
}
