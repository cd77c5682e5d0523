// The progress of an import: counters and error list up to a row, recorded so that a resumed import goes on exactly
// there.
import type { Files } from '../../files/files';
import { ListWriter, type KeptList } from '../../files/kept-list';
import type { DocumentStore } from '../../read/document-store';
import type { ImportCounters } from '../import-counters.vocabulary';
import { noCounters, type Ending } from '../import.decider';
import { errorsPath, legacyErrorsPath, type ErrorLine } from './import-errors';
import type { CsvRow } from '../rows/csv-parser';
import type { FilePlan } from '../rows/import-plan';
import type { RowError } from '../rows/import-row';
import { legacyRowIdsPath, rowIdsLine, rowIdsPath } from './row-ids';
import { NAMES_NONE, recordIdOf, type LinkOutcome, type Outcome, type RowOutcome } from './row-outcome';

/** The recorded progress of an import: everything up to and including `row` of pass `file` is done and counted. */
export interface ImportState {
  /**
   * The pass's number, from 0. The first passes are over the files in their order, the later ones associate records.
   */
  readonly file: number;
  readonly row: number;
  /** Rows done in the passes that associate records. */
  readonly linkedRows?: number;
  /** By the number of the pass that wrote it: the list of record ids that a later pass needs. */
  readonly ids?: Readonly<Record<number, KeptList>>;
  readonly counters: ImportCounters;
  /** The error list up to `row`; absent where there are no errors. */
  readonly errors?: KeptList;
  /** How the import ended: nothing more will be done, though the event that says so may be missing. */
  readonly ending?: Ending;
}

const nothingDone: ImportState = { file: 0, row: 0, counters: noCounters };

/**
 * As recorded by older versions, whose runs had no files of their own: only the lengths of this pass's ids and of the
 * error list.
 */
type StoredState = ImportState & { readonly idBytes?: number; readonly errorBytes?: number };

async function asNow(files: Files, importId: string, stored: StoredState): Promise<ImportState> {
  const { idBytes = 0, errorBytes, ...state } = stored;
  if (errorBytes === undefined) return state;
  const ids: Record<number, KeptList> = {};
  for (let pass = 0; pass <= state.file; pass++) {
    const file = legacyRowIdsPath(importId, pass);
    const found = await files.stat(file);
    if (found) ids[pass] = { file, bytes: pass === state.file ? idBytes : found.bytes };
  }
  return { ...state, ids, errors: { file: legacyErrorsPath(importId), bytes: errorBytes } };
}

const stateKey = (importId: string) => `import:${importId}`;

export async function importState(
  documents: DocumentStore,
  files: Files,
  importId: string,
): Promise<ImportState> {
  const stored = await documents.getState<StoredState>(stateKey(importId));
  return stored ? asNow(files, importId, stored) : nothingDone;
}

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

function withLinks(counters: ImportCounters, { associated, errors }: LinkOutcome): ImportCounters {
  const empty = errors.filter(({ type }) => type === NAMES_NONE).length;
  return associated === 0 && errors.length === 0
    ? counters
    : {
        ...counters,
        associated: (counters.associated ?? 0) + associated,
        associationErrors: (counters.associationErrors ?? 0) + errors.length - empty,
        ...(empty > 0 && { emptyAssociations: (counters.emptyAssociations ?? 0) + empty }),
      };
}

export class ImportProgress {
  private recordedAt = Date.now();
  private unrecorded = 0;
  private ids: ListWriter | undefined;

  private constructor(
    private readonly documents: DocumentStore,
    private readonly files: Files,
    private readonly importId: string,
    private readonly errors: ListWriter,
    private state: ImportState,
    private recorded: StoredState | undefined,
  ) {}

  /** `anew`: what was done before does not count, unless it was all. */
  static async resume(
    documents: DocumentStore,
    files: Files,
    importId: string,
    anew = false,
  ): Promise<ImportProgress> {
    const recorded = await documents.getState<StoredState>(stateKey(importId));
    const counts = recorded && (recorded.ending ?? !anew);
    const state = recorded && counts ? await asNow(files, importId, recorded) : nothingDone;
    const errors = new ListWriter(files, (run) => errorsPath(importId, run), state.errors);
    return new ImportProgress(documents, files, importId, errors, state, recorded);
  }

  /** The progress so far; all of it is recorded once `record` has resolved. */
  get reached(): ImportState {
    return this.state;
  }

  /** Rows done in all passes. */
  get rowsDone(): number {
    return this.state.counters.totalRows + (this.state.linkedRows ?? 0);
  }

  /** Whether a row was done and recorded before. */
  has(pass: number, row: number): boolean {
    return pass < this.state.file || (pass === this.state.file && row <= this.state.row);
  }

  /** Begins a pass. `keepsIds`: a later pass needs to know which records its rows are about. */
  async begin(pass: number, keepsIds: boolean): Promise<void> {
    await this.ids?.close();
    this.ids = undefined;
    if (pass < this.state.file) return;
    if (pass > this.state.file) this.state = { ...this.state, file: pass, row: 0 };
    const fileOf = (run: string) => rowIdsPath(this.importId, pass, run);
    if (keepsIds) this.ids = new ListWriter(this.files, fileOf, this.state.ids?.[pass]);
  }

  /** Counts a row of a file that has been carried out. */
  async settle(file: number, plan: FilePlan, row: CsvRow, { objects, links }: RowOutcome): Promise<void> {
    let { counters } = this.state;
    const errors: RowError[] = [];
    for (const [n, outcome] of objects.entries()) {
      if (!outcome) continue;
      counters = counted(counters, plan.objects[n]!.objectType, outcome);
      if (outcome.kind === 'error') errors.push(...outcome.errors);
    }
    errors.push(...links.errors);
    // The cells of a row that is about a record are not kept here, where an erasure would not find them.
    const cells = objects.some((outcome) => recordIdOf(outcome) !== null) ? [] : row.cells;
    if (errors.length > 0) await this.list(file, plan, { ...row, cells }, errors);
    const ids = plan.objects.map((_, n) => recordIdOf(objects[n]));
    await this.ids?.add(rowIdsLine({ row: row.number, ids }));
    counters = withLinks(counters, links);
    this.advance(file, row, { ...counters, totalRows: counters.totalRows + 1 });
  }

  /** Counts a row whose records have been associated in a pass of their own. */
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

  /** Adds the errors of a row to the error list. */
  async list(file: number, plan: FilePlan, row: CsvRow, errors: readonly RowError[]): Promise<void> {
    const { objectType } = plan.objects[0]!;
    const about = { file, fileName: plan.fileName, objectType, row: row.number };
    const at = new Date().toISOString();
    const lines = errors.map((error): ErrorLine => ({ ...about, ...error, cells: row.cells, at }));
    await this.errors.add(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  due(): boolean {
    return (
      this.unrecorded >= RECORD_ROWS || (this.unrecorded > 0 && Date.now() - this.recordedAt >= RECORD_MS)
    );
  }

  /**
   * Records the progress. The lists are on disk before the state that names them. Rejects where another process has
   * taken the import over: that one goes on from the state recorded last, which must not be overwritten.
   */
  async record(ending?: Ending): Promise<void> {
    const errors = await this.errors.flush();
    const ids = await this.ids?.flush();
    const next: ImportState = {
      ...this.state,
      ...(errors && { errors }),
      ...(ids && { ids: { ...this.state.ids, [this.state.file]: ids } }),
      ...(ending && { ending }),
    };
    if (!(await this.documents.compareAndSet(stateKey(this.importId), this.recorded, next)))
      throw new Error('Another process has gone on with this import');
    this.recorded = this.state = next;
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
      ...this.state,
      ...{ file: pass, row: row.number, counters },
      ...(linked > 0 && { linkedRows: linked }),
    };
    this.unrecorded += 1;
  }
}
