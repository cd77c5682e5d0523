// Tampers with a log, or with the lines of an export, at random, as somebody would who has all of it but the private key;
// and says where, for whoever looks to name it.
import { generateKeyPairSync } from 'node:crypto';
import { checkpointText, NoteKey, signedNote } from '../../../../src/audit/integrity/checkpoints/notes';
import { MARK_BYTES, marksText, type Marks } from '../../../../src/audit/integrity/checkpoints/signing';
import { LogWrong, type LogSource } from '../../../../src/audit/integrity/checks/log-check';
import { sealText, type Seal } from '../../../../src/audit/integrity/exports/sealed-lines';
import { hashOfLeaf, leafParts } from '../../../../src/audit/integrity/tree/leaf';
import { Frontier, sha256 } from '../../../../src/audit/integrity/tree/merkle';
import { isCheckpointOf } from '../../../../src/audit/integrity/tree/tree-building';
import type { RawEvent } from '../../../../src/eventsourcing/event';

export type Random = (below: number) => number;

/** A log in memory; dense: positions count events. */
export function memorySource(logId: string, events: readonly RawEvent[], dense: boolean): LogSource {
  return {
    ...{ logId, dense },
    pages: async function* () {
      yield events;
    },
    ofStream: async function* (stream) {
      yield events.filter((event) => event.stream === stream);
    },
  };
}

export interface Tampered {
  readonly what: string;
  readonly events: readonly RawEvent[];
  /** The position that is to be named; undefined where something else is. */
  readonly names?: bigint;
}

const flipBytes = (bytes: Uint8Array, random: Random): Buffer => {
  const flipped = Buffer.from(bytes);
  flipped[random(flipped.length)]! ^= 1 << random(8);
  return flipped;
};
const flipText = (text: string, random: Random): string => {
  const at = random(text.length);
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << random(4))) + text.slice(at + 1);
};

const fields = ['stream', 'revision', 'id', 'type', 'recordedAt', 'data', 'meta'] as const;
type Field = (typeof fields)[number];
function altered(event: RawEvent, field: Field, random: Random): RawEvent {
  const was = event[field];
  const is =
    typeof was === 'number'
      ? was + (random(2) ? 1 : -1) * 2 ** random(30)
      : typeof was === 'string'
        ? flipText(was, random)
        : flipBytes(was, random);
  return { ...event, [field]: is };
}

/** The log keeps its positions where these count events, and its gaps where they do not. */
const numbered = (events: readonly RawEvent[], dense: boolean): RawEvent[] =>
  dense ? events.map((event, at) => ({ ...event, position: BigInt(at) })) : [...events];

export function tamper(logId: string, honest: readonly RawEvent[], dense: boolean, random: Random): Tampered {
  const isCheckpoint = (event: RawEvent) => isCheckpointOf(logId, event);
  // Of the last checkpoint, nobody has signed yet who wrote it and when: only what it says.
  const last = honest.findLastIndex(isCheckpoint);
  const at = random(last + 1);
  const event = honest[at]!;
  const named =
    isCheckpoint(event) || event.stream.startsWith('checkpointkey-') ? {} : { names: event.position };
  const kinds = ['flip', 'flip', 'drop', 'swap', 'insert', 'truncate', 're-sign', 'exchange'] as const;
  const kind = kinds[random(kinds.length)]!;
  switch (kind) {
    case 'flip': {
      const field = at === last ? 'data' : fields[random(fields.length)]!;
      const events = honest.with(at, altered(event, field, random));
      return { what: `flip ${field} of ${at}`, events, ...named };
    }
    case 'drop': {
      const gone = at === last ? at - 1 : at;
      const next = honest[gone + 1]!;
      const quiet = random(2) === 0;
      const events = numbered(honest.toSpliced(gone, 1), dense && quiet);
      const isNamed =
        named.names !== undefined && !isCheckpoint(next) && !next.stream.startsWith('checkpointkey-');
      const names = dense ? honest[gone]!.position : next.position;
      return {
        what: `drop ${gone}${quiet ? ', positions closed up' : ''}`,
        events,
        ...(isNamed && at !== last && { names }),
      };
    }
    case 'swap': {
      const kindOf = isCheckpoint(event);
      const others = honest.flatMap((one, index) =>
        index !== at && index <= last && isCheckpoint(one) === kindOf ? [index] : [],
      );
      const other = others[random(others.length)]!;
      const swapped = honest
        .with(at, { ...honest[other]!, position: event.position })
        .with(other, { ...event, position: honest[other]!.position });
      return { what: `swap ${at} and ${other}`, events: swapped };
    }
    case 'insert': {
      const forged = { ...altered(honest[random(honest.length)]!, 'id', random), position: event.position };
      // Behind the last leaf that is covered stands what is not signed yet.
      const where = Math.min(at, last - 1);
      const events = honest.toSpliced(
        where,
        0,
        isCheckpoint(forged) ? { ...forged, stream: 'contact-1' } : forged,
      );
      return { what: `insert before ${where}`, events: numbered(events, dense) };
    }
    case 'truncate': {
      const events = honest.slice(0, Math.min(at, last - 1));
      return { what: `truncate at ${at}`, events };
    }
    case 're-sign':
      return {
        what: 're-sign all with another key',
        events: resigned(logId, honest.with(at, altered(event, 'data', random))),
      };
    case 'exchange': {
      const forged = {
        ...honest[(at + 1) % last]!,
        position: event.position,
        id: flipText(event.id, random),
      };
      const events = honest.with(
        at === last ? 0 : at,
        at === last ? { ...forged, position: honest[0]!.position } : forged,
      );
      return { what: `exchange ${at}`, events };
    }
  }
}

/** All checkpoints anew, over the log as it is, by a key of one's own that takes the place of every other. */
function resigned(logId: string, events: readonly RawEvent[]): RawEvent[] {
  const origin = `strata/${logId}`;
  const key = new NoteKey(origin, generateKeyPairSync('ed25519').privateKey);
  const frontier = new Frontier();
  let leaves: Buffer[] = [];
  let before: RawEvent | undefined;
  return events.map((event) => {
    if (!isCheckpointOf(logId, event)) {
      const renamed = event.stream.startsWith('checkpointkey-')
        ? { ...event, data: Buffer.from(JSON.stringify({ verifier: key.verifier.text, endorsement: null })) }
        : event;
      leaves.push(hashOfLeaf(leafParts(renamed)));
      frontier.add(leaves.at(-1)!);
      return renamed;
    }
    const root = frontier.root();
    const { size } = frontier;
    const hashes = Buffer.concat(leaves.map((leaf) => leaf.subarray(0, MARK_BYTES))).toString('base64');
    const marks: Marks = { from: size - leaves.length, to: size, hashes, before };
    const data = {
      ...{ size, rootHash: root.toString('hex') },
      note: signedNote(checkpointText(origin, { size, root }), key),
      leaves: { hashes, note: signedNote(marksText(origin, marks), key) },
    };
    leaves = [];
    before = { ...event, data: Buffer.from(JSON.stringify(data)) };
    return before;
  });
}

export interface TamperedLines {
  readonly what: string;
  readonly text: string;
  /** The number of the line that is to be named. */
  readonly names?: number;
}

const isSeal = (line: string): boolean => line.startsWith('{"seal":');

export function tamperLines(lines: readonly string[], foreign: string, random: Random): TamperedLines {
  const at = random(lines.length);
  const isRow = !isSeal(lines[at]!);
  const whole = (changed: readonly string[]) => changed.map((line) => `${line}\n`).join('');
  const kinds = ['flip', 'flip', 'drop', 'swap', 'insert', 'truncate', 're-sign', 'back-date'] as const;
  const kind = kinds[random(kinds.length)]!;
  switch (kind) {
    case 'flip': {
      const bytes = Buffer.from(lines[at]!);
      const changed = flipBytes(bytes, random);
      // A line that is cut in two, or is no seal any more, is found at another place.
      const isNamed = isRow && !changed.includes(0x0a) && !changed.includes(0x0d);
      const before = Buffer.from(whole(lines.slice(0, at)));
      const after = Buffer.from(`\n${whole(lines.slice(at + 1))}`);
      return {
        what: `flip in line ${at + 1}`,
        text: Buffer.concat([before, changed, after]).toString(),
        ...(isNamed && { names: at + 1 }),
      };
    }
    case 'drop':
      return {
        what: `drop line ${at + 1}`,
        text: whole(lines.toSpliced(at, 1)),
        ...(isRow && { names: at + 1 }),
      };
    case 'swap': {
      const other = (at + 1 + random(lines.length - 1)) % lines.length;
      return {
        what: `swap lines ${at + 1} and ${other + 1}`,
        text: whole(lines.with(at, lines[other]!).with(other, lines[at]!)),
      };
    }
    case 'insert': {
      const line = random(2) ? foreign : lines[random(lines.length)]!;
      return { what: `insert before line ${at + 1}`, text: whole(lines.toSpliced(at, 0, line)) };
    }
    case 'truncate':
      return { what: `truncate after ${at} lines`, text: whole(lines.slice(0, at)) };
    case 'back-date': {
      const row = lines.findIndex((line, index) => index >= at && !isSeal(line));
      const where = row < 0 ? 0 : row;
      const dated = lines[where]!.replace(/"occurredAt":"[^"]*"/, '"occurredAt":"2020-01-01T00:00:00.000Z"');
      return { what: `back-date line ${where + 1}`, text: whole(lines.with(where, dated)), names: where + 1 };
    }
    case 're-sign':
      return { what: 're-sign all with another key', text: whole(resealed(lines, random)) };
  }
}

/** A row altered, and all seals made anew by a key of one's own. */
function resealed(lines: readonly string[], random: Random): string[] {
  const first = JSON.parse(lines.find(isSeal)!) as { seal: Seal };
  const [origin] = first.seal.keys![0]!.verifier.split('+');
  const key = new NoteKey(origin!, generateKeyPairSync('ed25519').privateKey);
  const rows = lines.flatMap((line, index) => (isSeal(line) ? [] : [index]));
  const changed = rows[random(rows.length)]!;
  let held: Buffer[] = [];
  let previous: string | null = null;
  return lines.map((line, at) => {
    if (!isSeal(line)) {
      const row = at === changed ? line.replace('{', '{"forged":true,') : line;
      held.push(sha256(row).subarray(0, 16));
      return row;
    }
    const { seal } = JSON.parse(line) as { seal: Seal };
    const keys = seal.keys && [{ verifier: key.verifier.text, endorsement: null }];
    const anew: Seal = {
      ...seal,
      lines: Buffer.concat(held).toString('base64'),
      previous,
      ...(keys && { keys }),
    };
    const text: string = JSON.stringify({ seal: anew, note: signedNote(sealText(origin!, anew), key) });
    held = [];
    previous = sha256(text).toString('hex');
    return text;
  });
}

export { LogWrong };
