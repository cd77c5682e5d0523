// Reads the tree as it lies in the document store: how far it is, roots, proofs, and counts of the log. A proof takes a
// few tiles for each level, however large the log is.
import { LRUCache } from 'lru-cache';
import { START } from '../../../eventsourcing/event-store';
import type { DocumentStore } from '../../../read/document-store';
import { pause } from '../../../supervision/pause';
import { consistencyProof, inclusionProof, rootAt, type Hash, type Whole } from './merkle';
import {
  blockAt,
  countsIn,
  eventsUpTo,
  firstOf,
  NOTHING,
  TILE,
  TILE_HEIGHT,
  CHECKPOINT,
  tileId,
  treeCollection,
  type BlockDocument,
  type LogCounts,
  type TileDocument,
} from './tree-documents';
import { hashAt, rootOfTile } from './tree-growth';

/** Milliseconds between looks at how far the tree is. */
const LOOK_MS = 50;
/** Tiles held by one who reads many hashes in their order: 8 KB each. */
const KEPT = 64;

export class LogTree {
  /** Tiles change while they are not whole: each reader holds those that it has seen for itself. */
  private readonly tiles = new LRUCache<string, Buffer>({ max: KEPT });

  /** The block that was read last: whoever goes through the log asks for each of its events. */
  private known: BlockDocument | undefined;

  constructor(private readonly documents: DocumentStore) {}

  /** Position of the last event in the tree; START while it is empty. */
  async position(): Promise<bigint> {
    return (await this.documents.checkpoint(treeCollection.name)) ?? START;
  }

  /** Waits until the tree has taken in a position. False where the signal aborts before. */
  async reaches(position: bigint, signal: AbortSignal): Promise<boolean> {
    while ((await this.position()) < position) {
      await pause(LOOK_MS, signal);
      if (signal.aborted) return false;
    }
    return true;
  }

  /** Counts of the log up to a position that the tree has taken in. */
  async countsAt(position: bigint): Promise<LogCounts> {
    const block = await this.block(position);
    return block ? countsIn(block, eventsUpTo(block, position)) : NOTHING;
  }

  /** The leaf of the event at a position; undefined where the tree has none of it. */
  async indexOf(position: bigint): Promise<number | undefined> {
    const block = await this.block(position);
    if (!block) return undefined;
    const events = eventsUpTo(block, position);
    const isThere = firstOf(block) + BigInt(block.offsets[events - 1] ?? -1) === position;
    if (!isThere || block.kinds[events - 1] === CHECKPOINT) return undefined;
    return countsIn(block, events).leaves - 1;
  }

  /** The hash of a whole subtree that the tree has. */
  readonly subtree = async ({ start, height }: Whole): Promise<Hash> => {
    const level = Math.floor(height / TILE_HEIGHT);
    const first = start / TILE ** level;
    const tile = await this.tile(
      level,
      Math.floor(first / TILE),
      (first % TILE) + 2 ** (height % TILE_HEIGHT),
    );
    const hashes = Array.from({ length: 2 ** (height % TILE_HEIGHT) }, (_, n) =>
      hashAt(tile, (first % TILE) + n),
    );
    return rootOfTile(hashes);
  };

  readonly rootAt = (size: number): Promise<Hash> => rootAt(size, this.subtree);
  readonly inclusion = (index: number, size: number): Promise<Hash[]> =>
    inclusionProof(index, size, this.subtree);
  readonly consistency = (older: number, newer: number): Promise<Hash[]> =>
    consistencyProof(older, newer, this.subtree);

  /** Hashes of consecutive leaves. */
  async leaves(from: number, to: number): Promise<Hash[]> {
    const leaves: Hash[] = [];
    for (let index = from; index < to;) {
      const end = Math.min(to, index - (index % TILE) + TILE);
      const tile = await this.tile(0, Math.floor(index / TILE), end - (index - (index % TILE)));
      for (; index < end; index++) leaves.push(hashAt(tile, index % TILE));
    }
    return leaves;
  }

  private async block(position: bigint): Promise<BlockDocument | undefined> {
    if (position < 0n) return undefined;
    const known = this.known;
    if (known && position >= firstOf(known) && position <= lastOf(known)) return known;
    const { docs } = await this.documents.find<BlockDocument>(treeCollection.name, blockAt(position));
    return (this.known = docs[0]);
  }

  private async tile(level: number, index: number, hashes: number): Promise<Buffer> {
    const id = tileId(level, index);
    const known = this.tiles.get(id);
    if (known && hashAt(known, hashes - 1).length > 0) return known;
    const { found } = await this.documents.getSome<TileDocument>(treeCollection.name, [id]);
    const tile = Buffer.from(found.get(id)?.doc?.hashes ?? '', 'base64');
    if (hashAt(tile, hashes - 1).length === 0) throw new Error('The tree lacks a tile');
    this.tiles.set(id, tile);
    return tile;
  }
}

const lastOf = (block: BlockDocument): bigint => firstOf(block) + BigInt(block.offsets.at(-1)!);
