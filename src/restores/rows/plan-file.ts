// Makes the file of a restore plan: writes what was judged of records, and of pairs of them, as lines of JSON with flat
// memory, and marks the rows that need a unique value which another record holds.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import type { Files } from '../../files/files';
import { linesOf } from '../../files/lines';
import type { RecordAt } from '../../point-in-time/record-at';
import type { PlanSummary } from '../restore.events';
import { Claims, type Mark } from './claims';
import { uniqueMoves, uniqueOf } from './unique-moves';
import type { PairRow, RecordRow, Row, Verdict } from './plan-row';
import { SummaryCounter } from './plan-summary';
import { CHUNK_CHARS } from '../../supervision/text-bytes';

/** What was judged of one record. */
export interface Judged {
  readonly verdict: Verdict;
  /** The record as it is now, where it is. */
  readonly now?: RecordAt | undefined;
}

export interface PlanInput {
  /** Each record once, in whatever order: that of the rows in the plan. */
  readonly judged: AsyncIterable<readonly Judged[]>;
  readonly pairs?: AsyncIterable<readonly PairRow[]>;
  /** All records of the object types in the plan as they are now, to find who holds a unique value. */
  readonly now: () => AsyncIterable<readonly RecordAt[]>;
  /** The unique properties that an object type has or had; none of a type that the plan is not about. */
  readonly unique: (objectType: string) => readonly PropertyDefinition[];
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

export async function makePlanFile(input: PlanInput): Promise<MadePlan> {
  const { files, file, signal } = input;
  const draft = `${file}.draft`;
  const wanted = new Claims(input.scratchDir);
  try {
    const pass = { summary: new SummaryCounter(), rows: 0 };
    let { sha256 } = await files.write(draft, chunked(lines(input, wanted, pass)), signal);
    if (wanted.any) {
      await findHolders(input, wanted);
      const marked = withMarks(linesOf(files.read(draft)), wanted.marks(), pass.summary);
      ({ sha256 } = await files.write(file, chunked(marked), signal));
    } else await files.rename(draft, file);
    return { rows: pass.rows, sha256, summary: pass.summary.summary(input.notDefinedAnyMore) };
  } finally {
    wanted.close();
    await files.remove(draft);
  }
}

async function* lines(
  input: PlanInput,
  wanted: Claims,
  pass: { readonly summary: SummaryCounter; rows: number },
): AsyncGenerator<string, void> {
  let seen = 0;
  for await (const page of input.judged) {
    for (const { verdict, now } of page) {
      pass.summary.count(verdict);
      if (typeof verdict === 'string') continue;
      note(verdict, now, pass.rows++, input, wanted);
      yield JSON.stringify(verdict);
    }
    input.report((seen += page.length));
  }
  for await (const page of input.pairs ?? [])
    for (const row of page) {
      pass.summary.countPair(row);
      pass.rows++;
      yield JSON.stringify(row);
    }
}

function note(
  row: RecordRow,
  now: RecordAt | undefined,
  index: number,
  { unique }: PlanInput,
  wanted: Claims,
): void {
  const { objectType, recordId, kind } = row;
  const { takes, gives } = uniqueMoves(row, now, unique(objectType));
  for (const one of takes) wanted.claim(index, { objectType, recordId, ...one }, kind === 'archive');
  for (const { frees, ...one } of gives) wanted.releases(index, { objectType, recordId, ...one }, frees);
}

/** Goes through the current records once more; needed only where the plan brings unique values back. */
async function findHolders({ unique, now, signal }: PlanInput, wanted: Claims): Promise<void> {
  for await (const page of now()) {
    signal.throwIfAborted();
    for (const { objectType, recordId, archived, values } of page) {
      if (archived) continue;
      for (const one of uniqueOf(unique(objectType), values)) wanted.holds({ objectType, recordId, ...one });
    }
  }
}

async function* withMarks(
  rows: AsyncIterable<string>,
  marks: Iterator<Mark, void>,
  summary: SummaryCounter,
): AsyncGenerator<string, void> {
  let next = marks.next();
  let row = 0;
  for await (const line of rows) {
    if (!next.done && next.value.row === row) {
      const { property, heldBy, resolved, givesWay } = next.value;
      const marked: Row = {
        ...(JSON.parse(line) as RecordRow),
        conflict: { property, heldBy, ...(resolved && { resolved }) },
        ...(givesWay.length > 0 && { givesWay }),
      };
      yield JSON.stringify(marked);
      summary.countConflict(resolved);
      next = marks.next();
    } else yield line;
    row++;
  }
}

async function* chunked(rows: AsyncIterable<string>): AsyncGenerator<string, void> {
  let chunk = '';
  for await (const row of rows) {
    chunk += `${row}\n`;
    if (chunk.length < CHUNK_CHARS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk) yield chunk;
}
