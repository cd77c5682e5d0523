// Makes the file of a restore plan: compares the records then and now, and writes each difference as a line of JSON, in
// one pass with flat memory.
import type { Ended, RecordAt } from '../../point-in-time/record-at';
import type { Files } from '../../files/files';
import { Claims, type Conflict } from './claims';
import { linesOf } from '../../files/lines';
import { sideBySide } from './side-by-side';
import { claims, judge, type Row, type Scope } from './plan-row';
import { SummaryCounter } from './plan-summary';
import type { PlanSummary, RestoreModes } from '../restore.events';

type Pages = AsyncIterable<readonly RecordAt[]>;

export interface PlanInput {
  readonly scopes: readonly Scope[];
  readonly modes: RestoreModes;
  /**
   * The records of the selected object types at the position to go back to; `now` has those at the position at which the
   * plan is made.
   */
  readonly then: (onErased: (objectType: string, recordId: string) => void) => Pages;
  readonly now: () => Pages;
  /** How a record that does not exist now has ended. */
  readonly endingOf: (objectType: string, recordId: string) => Promise<Ended | undefined>;
  /** The form in which a unique value is compared. */
  readonly normalised: (objectType: string, property: string, value: string) => string;
  readonly notDefinedAnyMore: Readonly<Record<string, readonly string[]>>;
  readonly files: Files;
  /** Path of the file for the rows. */
  readonly file: string;
  readonly scratchDir: string;
  readonly signal: AbortSignal;
  readonly report: (records: number) => void;
}

export interface MadePlan {
  readonly rows: number;
  readonly sha256: string;
  readonly summary: PlanSummary;
}

const CHUNK = 65_536;

export async function makePlanFile(input: PlanInput): Promise<MadePlan> {
  const { files, file, signal } = input;
  const draft = `${file}.draft`;
  const wanted = new Claims(input.scratchDir);
  try {
    const pass = { summary: new SummaryCounter(), rows: 0 };
    let { sha256 } = await files.write(draft, compare(input, wanted, pass), signal);
    if (wanted.any) {
      await findHolders(input, wanted);
      const marked = withConflicts(linesOf(files.read(draft)), wanted.conflicts(), pass.summary);
      ({ sha256 } = await files.write(file, marked, signal));
    } else await files.rename(draft, file);
    return { rows: pass.rows, sha256, summary: pass.summary.summary(input.notDefinedAnyMore) };
  } finally {
    wanted.close();
    await files.remove(draft);
  }
}

async function* compare(
  { scopes, modes, then, now, endingOf, normalised, report }: PlanInput,
  wanted: Claims,
  pass: { readonly summary: SummaryCounter; rows: number },
): AsyncGenerator<string, void> {
  const byType = new Map(scopes.map((scope) => [scope.objectType, scope]));
  let chunk = '';
  let seen = 0;
  const onErased = (objectType: string, recordId: string) => {
    if (byType.get(objectType)?.picks(recordId, undefined)) pass.summary.count('erased');
  };
  for await (const pairs of sideBySide(then(onErased), now())) {
    for (const pair of pairs) {
      const scope = byType.get((pair.now ?? pair.then)!.objectType);
      if (!scope) continue;
      const ended = pair.now ? undefined : await endingOf(pair.then!.objectType, pair.then!.recordId);
      const verdict = judge(pair.then, pair.now, scope, modes, ended);
      pass.summary.count(verdict);
      if (typeof verdict === 'string') continue;
      const { objectType, recordId } = verdict;
      for (const { property, value } of claims(verdict, pair.now, scope.unique))
        wanted.claim(pass.rows, {
          objectType,
          property,
          value: normalised(objectType, property, value),
          recordId,
        });
      pass.rows++;
      chunk += `${JSON.stringify(verdict)}\n`;
      if (chunk.length < CHUNK) continue;
      yield chunk;
      chunk = '';
    }
    report((seen += pairs.length));
  }
  if (chunk) yield chunk;
}

/** Goes through the current records once more; needed only where the plan brings unique values back. */
async function findHolders({ scopes, now, normalised, signal }: PlanInput, wanted: Claims): Promise<void> {
  const byType = new Map(scopes.map((scope) => [scope.objectType, scope]));
  for await (const page of now()) {
    signal.throwIfAborted();
    for (const { objectType, recordId, archived, values } of page) {
      if (archived) continue;
      for (const property of byType.get(objectType)?.unique ?? []) {
        const value = values[property];
        if (value === undefined) continue;
        wanted.holds({ objectType, property, value: normalised(objectType, property, value), recordId });
      }
    }
  }
}

async function* withConflicts(
  lines: AsyncIterable<string>,
  conflicts: Iterator<Conflict, void>,
  summary: SummaryCounter,
): AsyncGenerator<string, void> {
  let next = conflicts.next();
  let row = 0;
  let chunk = '';
  for await (const line of lines) {
    if (!next.done && next.value.row === row) {
      const { property, heldBy } = next.value;
      const marked: Row = { ...(JSON.parse(line) as Row), conflict: { property, heldBy } };
      chunk += `${JSON.stringify(marked)}\n`;
      summary.countConflict();
      next = conflicts.next();
    } else chunk += `${line}\n`;
    row++;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk) yield chunk;
}
