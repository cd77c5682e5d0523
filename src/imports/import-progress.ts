// How far an import has come: counters and error list up to a row, recorded so that a resumed one goes on exactly there.
import type { Appender, Files } from '../files/files';
import type { DocumentStore } from '../read/document-store';
import type { ImportCounters } from './import.events';
import { noCounters } from './import.decider';
import { errorsPath, type ErrorLine } from './import-errors';
import type { CsvRow } from './csv-rows';
import type { FilePlan } from './import-plan';
import type { RowError } from './import-row';
import type { Outcome } from './row-importer';

/** Everything up to and with this row of this file (from 0) is done and counted. */
export interface ImportState {
  readonly file: number;
  readonly row: number;
  readonly counters: ImportCounters;
  /** Bytes of the error list that belong to it. */
  readonly errorBytes: number;
}

const nothingDone: ImportState = { file: 0, row: 0, counters: noCounters, errorBytes: 0 };
const stateKey = (importId: string) => `import:${importId}`;

export const importState = async (documents: DocumentStore, importId: string): Promise<ImportState> =>
  (await documents.getState<ImportState>(stateKey(importId))) ?? nothingDone;

const RECORD_MS = 250;
const RECORD_ROWS = 2_000;

const counterOf = {
  created: 'createdObjects',
  updated: 'updatedObjects',
  unchanged: 'unchangedObjects',
  error: 'errors',
} as const satisfies Record<Outcome['kind'], keyof ImportCounters>;

export class ImportProgress {
  private recordedAt = Date.now();
  private unrecorded = 0;
  private errorsWritten = false;

  private constructor(
    private readonly documents: DocumentStore,
    private readonly importId: string,
    private readonly errors: Appender,
    private state: ImportState,
    private recorded: ImportState | undefined,
  ) {}

  static async resume(documents: DocumentStore, files: Files, importId: string): Promise<ImportProgress> {
    const recorded = await documents.getState<ImportState>(stateKey(importId));
    const state = recorded ?? nothingDone;
    const errors = await files.append(errorsPath(importId), state.errorBytes);
    return new ImportProgress(documents, importId, errors, state, recorded);
  }

  get counters(): ImportCounters {
    return this.state.counters;
  }

  /** Was this row done and recorded before? */
  has(file: number, row: number): boolean {
    return file < this.state.file || (file === this.state.file && row <= this.state.row);
  }

  async settle(file: number, plan: FilePlan, row: CsvRow, outcome: Outcome): Promise<void> {
    if (outcome.kind === 'error') await this.list(file, plan, row, outcome.errors, new Date().toISOString());
    const { counters } = this.state;
    const counter = counterOf[outcome.kind];
    this.state = {
      file,
      row: row.number,
      counters: { ...counters, totalRows: counters.totalRows + 1, [counter]: counters[counter] + 1 },
      errorBytes: this.errors.bytes,
    };
    this.unrecorded += 1;
  }

  /** Adds to the error list what is wrong with a row. */
  async list(
    file: number,
    plan: FilePlan,
    row: CsvRow,
    errors: readonly RowError[],
    at: string,
  ): Promise<void> {
    const about = { file, fileName: plan.fileName, objectType: plan.objectType, row: row.number };
    const lines = errors.map((error): ErrorLine => ({ ...about, ...error, cells: row.cells, at }));
    await this.errors.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    this.errorsWritten = true;
  }

  due(): boolean {
    return (
      this.unrecorded >= RECORD_ROWS || (this.unrecorded > 0 && Date.now() - this.recordedAt >= RECORD_MS)
    );
  }

  /**
   * The list is on disk before the state that names its length. Rejects where another process has taken the import
   * over: it counts from what was recorded last, and must not be counted over.
   */
  async record(): Promise<void> {
    if (this.errorsWritten) await this.errors.sync();
    const next = { ...this.state, errorBytes: this.errors.bytes };
    if (!(await this.documents.compareAndSet(stateKey(this.importId), this.recorded, next)))
      throw new Error('Another process has gone on with this import');
    this.recorded = next;
    this.errorsWritten = false;
    this.unrecorded = 0;
    this.recordedAt = Date.now();
  }

  async close(): Promise<void> {
    await this.errors.close();
  }
}
