// Takes the log into the tree, page by page, and goes on where the stored tree ends. The same log gives the same
// documents: what a process that died had written in part is written again as it was.
import type { Codec } from '../../../eventsourcing/codec';
import type { RawEvent, StoredEvent } from '../../../eventsourcing/event';
import { jsonOf, START, storedOf, type EventStore } from '../../../eventsourcing/event-store';
import type { Doc, DocumentStore, Write } from '../../../read/document-store';
import { auditRows } from '../../audit-rows.vocabulary';
import type { CheckpointEvents } from '../checkpoints/checkpoint.events';
import { checkpointStream } from '../checkpoints/checkpoint.decider';
import { hashOfLeaf, leafParts } from './leaf';
import {
  blockAt,
  eventsUpTo,
  isOtherTree,
  TILE,
  tileId,
  treeCollection,
  type BlockDocument,
  type EventKind,
  type LogCounts,
  type TileDocument,
} from './tree-documents';
import { hashesOf, TreeGrowth, wholeTiles } from './tree-growth';
import type { Hash } from './merkle';

/** Hashing a page holds up the thread for a few milliseconds. */
const PAGE = 250;

export type SignedCheckpoint = CheckpointEvents['checkpoint.signed.v1'];

/** What a page brought. */
export interface Step {
  readonly events: number;
  /** Nothing followed when the page was read. */
  readonly end: boolean;
  /** When the first event of the page was recorded. */
  readonly since: number | undefined;
  /** The checkpoints of this log in the page, in their order; undefined for one that cannot be read. */
  readonly checkpoints: readonly (SignedCheckpoint | undefined)[];
}

export class TreeBuilding {
  /** Stamps of what was written last: it will be written again. */
  private stamps = new Map<string, bigint>();

  private constructor(
    private readonly eventStore: EventStore,
    private readonly documents: DocumentStore,
    private readonly codec: Codec,
    private readonly growth: TreeGrowth,
    /** Position of the stored checkpoint. */
    private saved: bigint | undefined,
  ) {}

  static async open(eventStore: EventStore, documents: DocumentStore, codec: Codec): Promise<TreeBuilding> {
    await documents.ensure(treeCollection);
    const saved = await documents.checkpoint(treeCollection.name);
    const growth = saved === undefined ? new TreeGrowth() : await growthAt(documents, saved);
    return new TreeBuilding(eventStore, documents, codec, growth, saved);
  }

  get position(): bigint {
    return this.saved ?? START;
  }

  get counts(): LogCounts {
    return this.growth.counts;
  }

  /** Takes in the next page. Rejects with WriteConflict where another process was faster: then all is opened anew. */
  async step(): Promise<Step> {
    const { events, end } = await this.eventStore.readAllRaw(this.position, PAGE);
    const checkpoints: (SignedCheckpoint | undefined)[] = [];
    for (const event of events) {
      const isCheckpoint = isCheckpointOf(this.eventStore.logId, event);
      if (isCheckpoint) checkpoints.push(signedIn(event.data));
      const leaf = isCheckpoint ? undefined : hashOfLeaf(leafParts(event));
      this.growth.add(event.position, this.kindOf(event), leaf);
    }
    const last = events.at(-1)?.position;
    if (last !== undefined) await this.write(this.growth.takeChanged(), last);
    return { events: events.length, end, since: events[0]?.recordedAt, checkpoints };
  }

  /** Drops trees of other versions: for when this one has caught up. */
  async dropOthers(): Promise<void> {
    for (const collection of await this.documents.collections())
      if (isOtherTree(collection)) {
        await this.documents.drop(collection);
        await this.documents.dropCheckpoint(collection);
      }
  }

  private async write(docs: readonly Doc[], to: bigint): Promise<void> {
    const { name } = treeCollection;
    const unknown = docs.map(({ id }) => id).filter((id) => !this.stamps.has(id));
    const stored = await this.documents.getMany(name, unknown);
    const stamps = new Map<string, bigint>();
    const writes: Write[] = [];
    for (const doc of docs) {
      const loaded = this.stamps.get(doc.id) ?? stored.get(doc.id)?.stamp;
      // A run that was broken off had come further: what it wrote begins with this.
      const isAhead = loaded !== undefined && loaded >= to;
      stamps.set(doc.id, isAhead ? loaded : to);
      if (!isAhead) writes.push({ id: doc.id, stamp: to, loaded, doc });
    }
    await this.documents.write(name, writes, { name, from: this.saved, to });
    this.saved = to;
    this.stamps = stamps;
  }

  private kindOf(event: RawEvent): EventKind {
    const row = rowOf(event.type) ?? rowOf(this.newestType(event));
    return row === undefined ? 'u' : typeof row === 'function' ? 'r' : 'i';
  }

  /** The type that an event of an earlier shape has today. */
  private newestType(event: RawEvent): string {
    try {
      return (this.codec.decode(storedOf(event)) as StoredEvent).type;
    } catch {
      return event.type;
    }
  }
}

const rowOf = (type: string): unknown => (auditRows as Readonly<Record<string, unknown>>)[type];

function signedIn(data: Uint8Array): SignedCheckpoint | undefined {
  try {
    return jsonOf(data) as SignedCheckpoint;
  } catch {
    return undefined;
  }
}

/** Whether an event is a checkpoint of the log that it lies in: those of another log are history, and leaves. */
export const isCheckpointOf = (logId: string, { stream, type }: Pick<RawEvent, 'stream' | 'type'>): boolean =>
  type === 'checkpoint.signed.v1' && stream === checkpointStream(logId);

async function growthAt(documents: DocumentStore, position: bigint): Promise<TreeGrowth> {
  const { name } = treeCollection;
  const { docs } = await documents.find<BlockDocument>(name, blockAt(position));
  const [block] = docs;
  if (!block) return new TreeGrowth();
  const events = eventsUpTo(block, position);
  const cut = { ...block, offsets: block.offsets.slice(0, events), kinds: block.kinds.slice(0, events) };
  const { leaves } = TreeGrowth.from(cut, []).counts;
  const tiles: Hash[][] = [];
  for (let level = 0; TILE ** level <= leaves; level++) {
    const id = tileId(level, wholeTiles(leaves, level));
    const tile = (await documents.getMany<TileDocument>(name, [id])).get(id)?.doc;
    const count = Math.floor(leaves / TILE ** level) % TILE;
    tiles.push(tile ? hashesOf(tile).slice(0, count) : []);
  }
  return TreeGrowth.from(cut, tiles);
}
