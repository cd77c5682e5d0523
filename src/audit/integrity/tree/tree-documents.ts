// How the tree lies in the document store: tiles of hashes, as c2sp.org/tlog-tiles cuts a tree, and blocks that tell
// which events of the log are its leaves, and how many events came before. A function of the log: lost, it is made again.
import { audit } from '../../../../projections/audit/audit';
import type { CollectionSpec, Doc } from '../../../read/document-store';
import { padded } from '../../../read/time-index.vocabulary';

/** To be raised when tiles, blocks or leaves change. */
const VERSION = 1;

/** Hashes in a tile; the root of a whole tile is a hash of the level above. */
export const TILE = 256;
/** Levels between a hash and the root of its tile. */
export const TILE_HEIGHT = 8;
/** Events of the log in a block. */
export const BLOCK = 256;

export interface TileDocument extends Doc {
  /** Base64, up to TILE of them: of leaves at level 0, of whole tiles of the level below at the others. */
  readonly hashes: string;
}

/** What an event is to the counts: `r` makes a row of the audit log, `i` is internal, `u` of a type that is not known. */
export type EventKind = 'r' | 'i' | 'u';
/** A checkpoint of this log: internal, and no leaf. */
export const CHECKPOINT = 'c';

/** Counts of the log up to a place in it. */
export interface LogCounts {
  readonly events: number;
  readonly rows: number;
  readonly internal: number;
  /** Leaves of the tree. */
  readonly leaves: number;
}

export interface BlockDocument extends Doc {
  /** Of all events before the block. */
  readonly before: LogCounts;
  /** Positions of the block's events, less that of its first one. */
  readonly offsets: readonly number[];
  /** The kind of each event of the block, a letter each. */
  readonly kinds: string;
}

/** Which events make rows is a matter of the audit log's version: the counts follow it. */
export const treeCollection: CollectionSpec = {
  name: `log-tree_v${100 * VERSION + audit.version}`,
};
export const isOtherTree = (collection: string): boolean =>
  /^log-tree_v\d+$/.test(collection) && collection !== treeCollection.name;

const DIGITS = 13;
export const tileId = (level: number, index: number): string =>
  `tile/${level}/${String(index).padStart(DIGITS, '0')}`;

const BLOCKS = 'block/';
export const blockId = (first: bigint): string => `${BLOCKS}${padded(first)}`;
export const firstOf = ({ id }: BlockDocument): bigint => BigInt(id.slice(BLOCKS.length));
/** Finds the block that holds a position, or the one before it. */
export const blockAt = (position: bigint) => ({
  filter: { id: { $gte: BLOCKS, $lte: blockId(position) } },
  sort: ['-id'],
  limit: 1,
});

export const NOTHING: LogCounts = { events: 0, rows: 0, internal: 0, leaves: 0 };

/** The counts after one more event. */
export const counted = (counts: LogCounts, kind: string): LogCounts => ({
  events: counts.events + 1,
  rows: counts.rows + (kind === 'r' ? 1 : 0),
  internal: counts.internal + (kind === 'i' || kind === CHECKPOINT ? 1 : 0),
  leaves: counts.leaves + (kind === CHECKPOINT ? 0 : 1),
});

/** How many events of a block lie up to a position. */
export function eventsUpTo(block: BlockDocument, position: bigint): number {
  const most = Number(position - firstOf(block));
  let [low, high] = [0, block.offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (block.offsets[middle]! <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The counts of the log up to a number of events of a block. */
export function countsIn({ before, kinds }: BlockDocument, events: number): LogCounts {
  let [rows, internal, leaves] = [before.rows, before.internal, before.leaves];
  for (let at = 0; at < events; at++) {
    const kind = kinds[at];
    if (kind === 'r') rows++;
    if (kind === 'i' || kind === CHECKPOINT) internal++;
    if (kind !== CHECKPOINT) leaves++;
  }
  return { events: before.events + events, rows, internal, leaves };
}
