// The right edge of the tree, which takes events in their order and says which documents they change. Holds a tile of
// each level and a block, however large the log is.
import type { Doc } from '../../../read/document-store';
import { HASH_BYTES, nodeHash, type Hash } from './merkle';
import {
  BLOCK,
  blockId,
  CHECKPOINT,
  counted,
  countsIn,
  firstOf,
  NOTHING,
  TILE,
  tileId,
  type BlockDocument,
  type EventKind,
  type LogCounts,
  type TileDocument,
} from './tree-documents';

interface Level {
  /** Of the tile that is not whole yet, or of the last one. */
  index: number;
  hashes: Hash[];
}

export class TreeGrowth {
  private readonly tiles = new Map<string, Level>();
  private readonly blocks = new Map<string, Omit<BlockDocument, 'id'>>();
  private readonly levels: Level[] = [];
  private first = 0n;
  private block = { before: NOTHING, offsets: [] as number[], kinds: '' };
  private now: LogCounts = NOTHING;

  get counts(): LogCounts {
    return this.now;
  }

  /** Goes on behind the last event of a block, with the hashes of the tile of each level that is not whole yet. */
  static from(block: BlockDocument, tiles: readonly Hash[][]): TreeGrowth {
    const growth = new TreeGrowth();
    growth.first = firstOf(block);
    growth.block = { before: block.before, offsets: [...block.offsets], kinds: block.kinds };
    growth.now = countsIn(block, block.kinds.length);
    tiles.forEach((hashes, level) =>
      growth.levels.push({ index: wholeTiles(growth.now.leaves, level), hashes }),
    );
    return growth;
  }

  /** Takes an event; `leaf` is the hash of its leaf, undefined of a checkpoint of the log. */
  add(position: bigint, kind: EventKind, leaf: Hash | undefined): void {
    const { offsets } = this.block;
    if (offsets.length === BLOCK || this.now.events === 0) {
      this.block = { before: this.now, offsets: [], kinds: '' };
      this.first = position;
    }
    const letter = leaf ? kind : CHECKPOINT;
    this.block.offsets.push(Number(position - this.first));
    this.block.kinds += letter;
    this.blocks.set(blockId(this.first), this.block);
    this.now = counted(this.now, letter);
    if (leaf) this.addHash(leaf, 0);
  }

  private addHash(added: Hash, level: number): void {
    const at = (this.levels[level] ??= { index: 0, hashes: [] });
    at.hashes.push(added);
    this.tiles.set(tileId(level, at.index), at);
    if (at.hashes.length < TILE) return;
    // The tile that is told of as changed keeps its hashes.
    this.levels[level] = { index: at.index + 1, hashes: [] };
    this.addHash(rootOfTile(at.hashes), level + 1);
  }

  /** The documents that have changed since this was asked before. */
  takeChanged(): Doc[] {
    const tiles = [...this.tiles].map(([id, { hashes }]): TileDocument => {
      return { id, hashes: Buffer.concat(hashes).toString('base64') };
    });
    const blocks = [...this.blocks].map(([id, block]): BlockDocument => ({ id, ...block }));
    this.tiles.clear();
    this.blocks.clear();
    return [...tiles, ...blocks];
  }
}

/** Tiles of a level that are whole in a tree of so many leaves: the index of the one that is not. */
export const wholeTiles = (leaves: number, level: number): number => Math.floor(leaves / TILE ** (level + 1));

export const hashesOf = ({ hashes }: TileDocument): Hash[] => {
  const bytes = Buffer.from(hashes, 'base64');
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, n) => hashAt(bytes, n));
};

export const hashAt = (bytes: Buffer, n: number): Hash =>
  bytes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES);

/** The root over hashes whose number is a power of two. */
export function rootOfTile(hashes: readonly Hash[]): Hash {
  let row = hashes;
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, n) => nodeHash(row[2 * n]!, row[2 * n + 1]!));
  return row[0]!;
}
