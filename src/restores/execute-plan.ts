// Carries a plan out: its rows in order, several in flight, with a watermark from which it goes on after a crash.
import type { Files } from '../files/files';
import type { KeptList, ListWriter } from '../files/kept-list';
import { linesWithEnds } from '../files/lines';
import type { Row } from './plans/plan-row';
import { noOutcomes } from './restore.decider';
import type { RestoreOutcomes } from './restore.events';

export type Outcome = keyof RestoreOutcomes;

/** What became of one row. All but changed and unchanged records are kept one by one. */
export interface RowResult {
  readonly outcome: Outcome;
  /** Properties left alone, because somebody has changed them since the plan was made. */
  readonly drifted?: readonly string[];
  /** Why it was refused. */
  readonly reason?: { readonly code: string; readonly message: string };
  /** It came back, though its values were then refused. */
  readonly recreated?: boolean;
}

export type KeptRecord = Pick<Row, 'objectType' | 'recordId'> & RowResult;

/** Where an execution stands: everything before `offset` of the pass is done and counted. */
export interface Watermark {
  readonly pass: number;
  /** Of the first row of the pass that is not done: its number, and its byte in the plan's file. */
  readonly row: number;
  readonly offset: number;
  readonly outcomes: RestoreOutcomes;
  /** The list of kept records that belongs to these outcomes; none where none was kept. */
  readonly kept?: KeptList;
}

export const atTheStart: Watermark = { pass: 0, row: 0, offset: 0, outcomes: noOutcomes };

export interface Execution {
  readonly files: Files;
  readonly planFile: string;
  /** Where the records go that are kept one by one, of this run alone; it goes on with the watermark's. */
  readonly kept: ListWriter;
  /** Carries one row out, or finds that it did so before: the same answer both times. */
  readonly apply: (row: Row, index: number) => Promise<RowResult>;
  /** What this restore did to the row's record before; undefined if nothing. Changes nothing. */
  readonly recognise: (row: Row, index: number) => Promise<RowResult | undefined>;
  /** Stores the watermark. Everything it counts is durable by then. */
  readonly save: (watermark: Watermark) => Promise<void>;
  /** Asked at every watermark. */
  readonly cancelled: () => Promise<boolean>;
  readonly report: (done: number) => void;
  readonly signal: AbortSignal;
  /** Rows between two watermarks: what is looked at again after a crash, and done at most after a cancel. */
  readonly saveRows?: number;
}

/**
 * Rows with a conflict come last and one by one: the record that holds their unique value may itself give it up by
 * being restored.
 */
const PASSES: readonly { takes: (row: Row) => boolean; inFlight: number }[] = [
  { takes: (row) => !row.conflict, inFlight: 128 },
  { takes: (row) => row.conflict !== undefined, inFlight: 1 },
];
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
    const { changed, unchanged, drifted, refused, recreated } = begun.outcomes;
    this.done = changed + unchanged + drifted + refused + recreated;
  }

  /** Where it stands, all of it saved. */
  get reached(): Watermark {
    return this.mark;
  }

  /** Resolves when every row is done, or it was cancelled. Throws what stops it; the watermark stands by then. */
  async run(): Promise<'completed' | 'cancelled'> {
    try {
      if (await this.execution.cancelled()) return await this.stopHere();
      for (; this.mark.pass < PASSES.length; this.mark = this.nextPass())
        if ((await this.pass()) === 'cancelled') return await this.stopHere();
      return 'completed';
    } finally {
      await this.execution.kept.close();
    }
  }

  /** Nothing more is done; what a run before has done beyond the watermark that this one began at counts, too. */
  private async stopHere(): Promise<'cancelled'> {
    await this.recogniseAhead();
    await this.save();
    return 'cancelled';
  }

  private nextPass(): Watermark {
    this.savedRow = 0;
    return { ...this.mark, pass: this.mark.pass + 1, row: 0, offset: 0 };
  }

  private async pass(): Promise<'done' | 'cancelled'> {
    const { signal, apply, cancelled } = this.execution;
    const { takes, inFlight } = PASSES[this.mark.pass]!;
    const window: { row: Row; index: number; end: number; result: Promise<RowResult | undefined> }[] = [];
    const settleNext = async (): Promise<void> => {
      const { row, index, end, result } = window[0]!;
      this.settle(row, await result, index + 1, end);
      window.shift();
    };
    this.savedRow = this.mark.row;
    this.saveAt = Date.now() + SAVE_MS;
    try {
      for await (const { row, index, end } of this.rows()) {
        signal.throwIfAborted();
        if (window.length >= inFlight) await settleNext();
        const result = takes(row) ? apply(row, index) : Promise.resolve(undefined);
        // Awaited in its turn; until then a failure must not count as unhandled.
        result.catch(() => undefined);
        window.push({ row, index, end, result });
        if (this.saveIsDue()) {
          await this.save();
          if (await cancelled()) return 'cancelled';
        }
      }
      while (window.length > 0) await settleNext();
      return 'done';
    } finally {
      // Whatever is under way comes to its end before the watermark is left standing.
      await Promise.allSettled(window.map(({ result }) => result));
      // The first failure is on its way already; what comes behind it is done again.
      while (window.length > 0) await settleNext().catch(() => window.splice(0));
      await this.save();
    }
  }

  private async *rows(): AsyncGenerator<{ row: Row; index: number; end: number }, void> {
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
      const { takes, inFlight } = PASSES[this.mark.pass]!;
      // Nothing further than this can have been carried out beyond a saved watermark. A pass begins at its first row,
      // once the end of the one before is saved: a run that stood there may have been in the next one already.
      const first = this.mark.pass === begun.pass ? begun.row : 0;
      const last = first + this.saveRows + inFlight;
      for await (const { row, index, end } of this.rows()) {
        if (index >= last) return;
        const result = takes(row) ? await this.execution.recognise(row, index) : undefined;
        this.settle(row, result, index + 1, end);
      }
    }
  }

  private settle(row: Row, result: RowResult | undefined, next: number, end: number): void {
    this.mark = { ...this.mark, row: next, offset: end };
    if (!result) return;
    const { outcomes } = this.mark;
    this.mark = { ...this.mark, outcomes: { ...outcomes, [result.outcome]: outcomes[result.outcome] + 1 } };
    if (result.outcome !== 'changed' && result.outcome !== 'unchanged') {
      const kept: KeptRecord = { objectType: row.objectType, recordId: row.recordId, ...result };
      this.unsaved += `${JSON.stringify(kept)}\n`;
    }
    this.execution.report(++this.done);
  }

  private saveIsDue(): boolean {
    return this.mark.row - this.savedRow >= this.saveRows || Date.now() >= this.saveAt;
  }

  /** The records first, then the count of them. */
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
