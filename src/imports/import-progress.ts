// How far an import has come: counters and error list up to a row, recorded so that a resumed one goes on exactly there.
import type { Appender, Files } from '../files/files';
import type { DocumentStore } from '../read/document-store';
import type { ImportCounters } from './import.events';
import { noCounters } from './import.decider';
import { errorsPath, type ErrorLine } from './import-errors';
import type { CsvRow } from './csv-rows';
import type { FilePlan } from './import-plan';
import type { RowError } from './import-row';
import { RowIdsWriter } from './row-ids';
import type { LinkOutcome, Outcome, RowOutcome } from './row-importer';

/** Everything up to and with this row of this pass (from 0, over one file each) is done and counted. */
export interface ImportState {
  /** The pass; the first ones are the files in their order. */
  readonly file: number;
  readonly row: number;
  /** Rows of the passes that associate records. */
  readonly linkedRows?: number;
  /** Bytes of the ids that the rows of this pass are about. */
  readonly idBytes?: number;
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

const more = (
  counts: Readonly<Record<string, number>> | undefined,
  objectType: string,
): Readonly<Record<string, number>> => ({ ...counts, [objectType]: (counts?.[objectType] ?? 0) + 1 });

function counted(counters: ImportCounters, objectType: string, { kind }: Outcome): ImportCounters {
  switch (kind) {
    case 'created':
      return {
        ...counters,
        createdObjects: counters.createdObjects + 1,
        created: more(counters.created, objectType),
      };
    case 'updated':
      return {
        ...counters,
        updatedObjects: counters.updatedObjects + 1,
        updated: more(counters.updated, objectType),
      };
    case 'unchanged':
      return { ...counters, unchangedObjects: counters.unchangedObjects + 1 };
    case 'error':
      return { ...counters, errors: counters.errors + 1 };
  }
}

const withLinks = (counters: ImportCounters, { associated, errors }: LinkOutcome): ImportCounters =>
  associated === 0 && errors.length === 0
    ? counters
    : {
        ...counters,
        associated: (counters.associated ?? 0) + associated,
        associationErrors: (counters.associationErrors ?? 0) + errors.length,
      };

export class ImportProgress {
  private recordedAt = Date.now();
  private unrecorded = 0;
  private errorsWritten = false;
  private ids: RowIdsWriter | undefined;

  private constructor(
    private readonly documents: DocumentStore,
    private readonly files: Files,
    private readonly importId: string,
    private readonly errors: Appender,
    private state: ImportState,
    private recorded: ImportState | undefined,
  ) {}

  static async resume(documents: DocumentStore, files: Files, importId: string): Promise<ImportProgress> {
    const recorded = await documents.getState<ImportState>(stateKey(importId));
    const state = recorded ?? nothingDone;
    const errors = await files.append(errorsPath(importId), state.errorBytes);
    return new ImportProgress(documents, files, importId, errors, state, recorded);
  }

  get counters(): ImportCounters {
    return this.state.counters;
  }

  /** Rows done, in all passes. */
  get rowsDone(): number {
    return this.state.counters.totalRows + (this.state.linkedRows ?? 0);
  }

  /** Was this row done and recorded before? */
  has(pass: number, row: number): boolean {
    return pass < this.state.file || (pass === this.state.file && row <= this.state.row);
  }

  /** Before the rows of a pass. `keepsIds`: a later pass needs to know which records they were about. */
  async begin(pass: number, keepsIds: boolean): Promise<void> {
    await this.ids?.close();
    this.ids = undefined;
    if (pass < this.state.file) return;
    const { idBytes = 0, ...state } = this.state;
    const resumed = pass === state.file;
    if (!resumed) this.state = { ...state, file: pass, row: 0 };
    if (keepsIds) this.ids = await RowIdsWriter.at(this.files, this.importId, pass, resumed ? idBytes : 0);
  }

  /** A row of a file has written its records. */
  async settle(file: number, plan: FilePlan, row: CsvRow, { objects, links }: RowOutcome): Promise<void> {
    let { counters } = this.state;
    const errors: RowError[] = [];
    for (const [n, outcome] of objects.entries()) {
      if (!outcome) continue;
      counters = counted(counters, plan.objects[n]!.objectType, outcome);
      if (outcome.kind === 'error') errors.push(...outcome.errors);
    }
    errors.push(...links.errors);
    // A row that made or changed a record is not kept here, where an erasure would not find it.
    const cells = objects.some((outcome) => idOf(outcome) !== null) ? [] : row.cells;
    if (errors.length > 0) await this.list(file, plan, { ...row, cells }, errors);
    this.ids?.add(
      row.number,
      plan.objects.map((_, n) => idOf(objects[n])),
    );
    counters = withLinks(counters, links);
    this.advance(file, row, { ...counters, totalRows: counters.totalRows + 1 });
  }

  /** A row of a file has been associated with what it names, in a pass of its own. */
  async settleLinks(
    pass: number,
    file: number,
    plan: FilePlan,
    row: CsvRow,
    links: LinkOutcome,
  ): Promise<void> {
    if (links.errors.length > 0) await this.list(file, plan, { ...row, cells: [] }, links.errors);
    this.advance(pass, row, withLinks(this.state.counters, links), 1);
  }

  /** Adds to the error list what is wrong with a row. */
  async list(file: number, plan: FilePlan, row: CsvRow, errors: readonly RowError[]): Promise<void> {
    const { objectType } = plan.objects[0]!;
    const about = { file, fileName: plan.fileName, objectType, row: row.number };
    const at = new Date().toISOString();
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
    const { idBytes: _, ...state } = this.state;
    const idBytes = await this.ids?.flush();
    const next = { ...state, errorBytes: this.errors.bytes, ...(idBytes !== undefined && { idBytes }) };
    if (!(await this.documents.compareAndSet(stateKey(this.importId), this.recorded, next)))
      throw new Error('Another process has gone on with this import');
    this.recorded = this.state = next;
    this.errorsWritten = false;
    this.unrecorded = 0;
    this.recordedAt = Date.now();
  }

  async close(): Promise<void> {
    await this.ids?.close();
    await this.errors.close();
  }

  private advance(pass: number, row: CsvRow, counters: ImportCounters, linkedRows = 0): void {
    const linked = (this.state.linkedRows ?? 0) + linkedRows;
    this.state = {
      ...{ file: pass, row: row.number, counters, errorBytes: this.errors.bytes },
      ...(linked > 0 && { linkedRows: linked }),
    };
    this.unrecorded += 1;
  }
}

const idOf = (outcome: Outcome | undefined): string | null =>
  outcome && 'recordId' in outcome ? outcome.recordId : null;
