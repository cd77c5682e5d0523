// Checks a log by nothing but a public key: makes its tree anew, compares it with every checkpoint, and names the first
// event that is wrong.
import type { RawEvent } from '../../../eventsourcing/event';
import { jsonOf } from '../../../eventsourcing/event-store';
import { checkpointKeyStream, checkpointStream } from '../checkpoints/checkpoint.decider';
import type { CheckpointKeyEvents } from '../checkpoints/checkpoint.events';
import { originOf, type Verifier } from '../checkpoints/notes';
import { MARK_BYTES } from '../checkpoints/signing';
import { hashOfLeaf, leafParts } from '../tree/leaf';
import { Frontier } from '../tree/merkle';
import { isCheckpointOf } from '../tree/tree-building';
import { CheckpointCheck, LogWrong, type CheckedCheckpoint, type SignedTree } from './checkpoint-check';
import { firstDifference, type Difference } from './first-difference';
import { trustedKeys } from './trusted-keys';

export { LogWrong } from './checkpoint-check';

/** Where a log is read from: a store, or a copy in files. */
export interface LogSource {
  readonly logId: string;
  /** Positions are 0, 1, 2, …: one that is missing is named at once. */
  readonly dense: boolean;
  pages(): AsyncIterable<readonly RawEvent[]>;
  /** The events of one stream, in its order. */
  ofStream(stream: string): AsyncIterable<readonly RawEvent[]>;
}

export interface LogCheck {
  /** All events that were read, and those among them that are leaves of the tree. */
  readonly events: number;
  readonly leaves: number;
  readonly checkpoints: number;
  /** Leaves that the last checkpoint covers. */
  readonly covered: number;
  readonly keys: number;
}

/**
 * `given`: the public keys that are trusted; `outside`: reads checkpoints that were kept elsewhere, by these keys and those
 * that follow them. Rejects with LogWrong at the first thing that is wrong.
 */
export async function checkLog(
  source: LogSource,
  given: readonly Verifier[],
  outside: (trusted: readonly Verifier[]) => readonly SignedTree[] = () => [],
  report: (events: number) => void = () => undefined,
): Promise<LogCheck> {
  const trusted = await keysOf(source, given);
  const checkpoints = await checkpointsOf(source, trusted);
  const expected = [...checkpoints, ...outside(trusted)].sort((a, b) => a.size - b.size);
  const frontier = new Frontier();
  let events = 0;
  let next = 0;
  let signed = 0;
  let since = new Since(0);
  const compare = async (): Promise<void> => {
    for (let one = expected[next]; one && one.size === frontier.size; one = expected[++next]) {
      if (!frontier.root().equals(one.root)) throw await wrongEvent(source, trusted, since, one);
      since = new Since(frontier.size);
    }
  };
  await compare();
  for await (const page of source.pages()) {
    for (const event of page) {
      if (source.dense && event.position !== BigInt(events))
        throw new LogWrong(`position ${events}: the event is missing, or stands at another position`);
      events++;
      if (isCheckpointOf(source.logId, event)) {
        // It covers no more than came before it.
        const due = expected[next];
        if (due && (checkpoints[signed++]?.size ?? Infinity) > frontier.size)
          throw await wrongEvent(source, trusted, since, due);
        continue;
      }
      const leaf = hashOfLeaf(leafParts(event));
      frontier.add(leaf);
      since.add(event, leaf);
      await compare();
    }
    report(events);
  }
  const missed = expected[next];
  if (missed) throw await wrongEvent(source, trusted, since, missed);
  return {
    ...{ events, leaves: frontier.size, checkpoints: checkpoints.length, keys: trusted.length },
    covered: expected.at(-1)?.size ?? 0,
  };
}

/** The leaves since the last tree that was compared. */
class Since {
  readonly marks: Buffer[] = [];
  readonly positions: bigint[] = [];
  constructor(readonly from: number) {}

  add({ position }: RawEvent, leaf: Buffer): void {
    this.marks.push(leaf.subarray(0, MARK_BYTES));
    this.positions.push(position);
  }
}

async function keysOf(source: LogSource, given: readonly Verifier[]): Promise<Verifier[]> {
  const named: CheckpointKeyEvents['checkpointkey.added.v1'][] = [];
  for await (const page of source.ofStream(checkpointKeyStream(source.logId)))
    for (const { data } of page) named.push(parsed(data));
  const trusted = trustedKeys(originOf(source.logId), given, named);
  if (trusted.length === 0) throw new LogWrong('the key is that of another log');
  return trusted;
}

const parsed = (data: Uint8Array): CheckpointKeyEvents['checkpointkey.added.v1'] => {
  try {
    return jsonOf(data) as CheckpointKeyEvents['checkpointkey.added.v1'];
  } catch {
    throw new LogWrong('the events of its keys cannot be read');
  }
};

/** Of each checkpoint its tree alone: the marks of its leaves are read again where they are needed. */
async function checkpointsOf(source: LogSource, trusted: readonly Verifier[]): Promise<SignedTree[]> {
  const trees: SignedTree[] = [];
  for await (const { size, root, by } of checked(source, trusted)) trees.push({ size, root, by });
  if (trees.length === 0) throw new LogWrong('no checkpoint lies in the log');
  return trees;
}

async function* checked(
  source: LogSource,
  trusted: readonly Verifier[],
): AsyncGenerator<CheckedCheckpoint, void> {
  const check = new CheckpointCheck(source.logId, trusted);
  for await (const page of source.ofStream(checkpointStream(source.logId)))
    for (const event of page) yield check.next(event);
}

/** Names the first leaf, of those since the last tree that fits, that is not the one which was signed. */
async function wrongEvent(
  source: LogSource,
  trusted: readonly Verifier[],
  since: Since,
  tree: SignedTree,
): Promise<LogWrong> {
  for await (const { size, from, marks } of checked(source, trusted)) {
    if (size <= since.from) continue;
    // Checkpoints from outside may lie between those of the log.
    const signed = marks.slice(Math.max(since.from - from, 0));
    const difference = firstDifference(signed, since.marks.slice(0, signed.length + 1));
    const isLonger = difference?.how === 'added' && difference.at === signed.length;
    if (difference && !isLonger) return saying(difference, since, tree);
    if (since.marks.length <= signed.length) break;
    return new LogWrong(`the log is not the one that ${tree.by} was signed over`);
  }
  const last = since.positions.at(-1);
  const where = last === undefined ? 'from the beginning' : `after position ${last}`;
  const missing = since.from + since.marks.length < tree.size;
  return new LogWrong(
    missing
      ? `${where}: events are missing at the end: ${tree.by} signs ${tree.size} leaves, the log has ${since.from + since.marks.length}`
      : `${where}: the log is not the one that ${tree.by} was signed over`,
  );
}

function saying({ at, how, count }: Difference, { from, positions }: Since, tree: SignedTree): LogWrong {
  const position = positions[at];
  const place =
    position === undefined ? `after position ${positions.at(-1) ?? '-1'}` : `position ${position}`;
  const leaf = `leaf ${from + at}`;
  const events = count === 1 ? '1 event' : `${count} events`;
  const what = {
    altered: 'the event was altered, or exchanged',
    removed: `${events} before it ${count === 1 ? 'was' : 'were'} removed`,
    added: `${events} ${count === 1 ? 'was' : 'were'} added here`,
    moved: 'the event stands at another place than it did',
    'cut-off': `${events} ${count === 1 ? 'is' : 'are'} missing at the end`,
  }[how];
  return new LogWrong(`${place} (${leaf}): ${what}, as ${tree.by} tells`);
}
