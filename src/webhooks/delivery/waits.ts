// What waits at one subscription: records whose first item failed, the items behind it, and failures that were given up.
// Positions alone are kept; what is sent is read from the log again, so that an erasure holds for it. The documents lie in
// the store of read models, in a collection of the subscription's own that one courier writes, batch by batch.
import { recordDocumentId, recordOfDocument } from '../../crm/records/record.vocabulary';
import { padded } from '../../read/time-index.vocabulary';
import type { Doc, DocumentStore, Filter, Found, Write } from '../../read/document-store';

/** A record that waits. */
export interface HeadDocument extends Doc {
  readonly kind: 'head';
  readonly key: string;
  /** Tries of its first item so far. */
  readonly tries: number;
  /** Those among them that failed while the receiver took others': from the second on it is tried by itself. */
  readonly alone: number;
  /** ISO time of the first of these tries; null where the first item was not tried yet. */
  readonly since: string | null;
  /** ISO time of the next try. */
  readonly dueAt: string;
  readonly reason: string | null;
}

export interface ItemDocument extends Doc {
  readonly kind: 'waiting' | 'failed';
  readonly key: string;
  /** Padded. */
  readonly position: string;
  /** Of a failure: when it was given up, after how many tries of the record's first item, and why. */
  readonly failedAt?: string;
  readonly tries?: number;
  readonly reason?: string;
}

type AnyDocument = HeadDocument | ItemDocument;
type Of<D> = Omit<D, 'id'>;

export const waitsOf = (webhookId: string) => ({
  name: `webhook-waits-${webhookId}_v1`,
  indexes: [
    ['kind', 'dueAt'],
    ['kind', 'since'],
    ['kind', 'failedAt'],
    ['kind', 'key', 'position'],
    ['kind', 'position'],
  ],
});

/** The subscription whose waits a collection holds; undefined for any other collection. */
export const webhookOfWaits = (collection: string): string | undefined =>
  /^webhook-waits-(\d+)_v1$/.exec(collection)?.[1];

const headId = (key: string): string => `head/${key}`;
const itemId = (key: string, position: string): string => `item/${key}/${position}`;

/** How a failure is called outside, and back. */
export const failureIdOf = ({ key, position }: Pick<ItemDocument, 'key' | 'position'>): string =>
  `${BigInt(position)}.${Object.values(recordOfDocument(key)).join('.')}`;
export function itemOfFailure(id: string): string | undefined {
  const [, position, type, record] = /^(\d{1,19})\.(\w+)\.(\d{1,16})$/.exec(id) ?? [];
  return position === undefined
    ? undefined
    : itemId(recordDocumentId(type!, record!), padded(BigInt(position)));
}

const failedBefore = (time: string) => ({ kind: 'failed', failedAt: { $gt: '', $lt: time } });

const SWEEP_AFTER = 500;
/** Heads come before what waits behind them, and go after it. */
const turnOf = ({ id, doc }: Write): number => (!id.startsWith('head/') ? 1 : doc ? 0 : 2);

export class Waits {
  private changes = new Map<string, Of<AnyDocument> | undefined>();
  private buried = 0;

  private constructor(
    private readonly documents: DocumentStore,
    private readonly collection: string,
    /** Number of the last batch: the stamp of its documents. */
    private batch: bigint | undefined,
    /** How many items wait. */
    public waiting: number,
  ) {}

  static async open(documents: DocumentStore, webhookId: string): Promise<Waits> {
    const spec = waitsOf(webhookId);
    await documents.ensure(spec);
    const waiting = await documents.count(spec.name, { kind: 'waiting' });
    return new Waits(documents, spec.name, await documents.checkpoint(spec.name), waiting);
  }

  async heads(keys: Iterable<string>): Promise<ReadonlyMap<string, HeadDocument>> {
    const found = await this.documents.getMany<HeadDocument>(this.collection, [...keys].map(headId));
    return new Map([...found.values()].flatMap(({ doc }) => (doc ? [[doc.key, doc] as const] : [])));
  }

  /** Heads that are due at a time, those first that were due first; of those tried by themselves, or of the others. */
  async due(now: string, alone: boolean, limit: number): Promise<readonly HeadDocument[]> {
    const filter = { kind: 'head', dueAt: { $lte: now }, alone: alone ? { $gte: 2 } : { $lt: 2 } };
    return (await this.find<HeadDocument>(filter, ['dueAt'], limit)).docs;
  }

  /** When the next head is due; undefined where none waits. */
  async nextDue(): Promise<string | undefined> {
    return (await this.find<HeadDocument>({ kind: 'head' }, ['dueAt'], 1)).docs[0]?.dueAt;
  }

  /** Heads that have failed since a time or longer. */
  async longFailing(since: string, limit: number): Promise<readonly HeadDocument[]> {
    const filter = { kind: 'head', since: { $gt: '', $lte: since } };
    return (await this.find<HeadDocument>(filter, ['since'], limit)).docs;
  }

  /** Positions of a record's waiting items, in order. */
  async itemsOf(key: string, limit: number): Promise<readonly bigint[]> {
    const { docs } = await this.find<ItemDocument>({ kind: 'waiting', key }, ['position'], limit);
    return docs.map(({ position }) => BigInt(position));
  }

  /** The position of the first item that waits. */
  async first(): Promise<bigint | undefined> {
    const { docs } = await this.find<ItemDocument>({ kind: 'waiting' }, ['position'], 1);
    return docs[0] && BigInt(docs[0].position);
  }

  failed(limit: number, ids?: readonly string[]): Promise<readonly ItemDocument[]> {
    const filter = { kind: 'failed', ...(ids && { id: { $in: ids } }) };
    return this.find<ItemDocument>(filter, ['position'], limit).then(({ docs }) => docs);
  }

  /** How many failures were given up before an ISO time. */
  countFailedBefore(time: string): Promise<number> {
    return this.documents.count(this.collection, failedBefore(time));
  }

  /** Failures that were given up before an ISO time, oldest first. */
  async failedBefore(time: string, limit: number): Promise<readonly ItemDocument[]> {
    return (await this.find<ItemDocument>(failedBefore(time), ['failedAt'], limit)).docs;
  }

  /** Items and failures behind a position. */
  async behind(position: bigint, limit: number): Promise<readonly ItemDocument[]> {
    const filter = { kind: { $in: ['waiting', 'failed'] }, position: { $gt: padded(position) } };
    return (await this.find<ItemDocument>(filter, ['position'], limit)).docs;
  }

  putHead(head: Of<HeadDocument>): void {
    this.changes.set(headId(head.key), head);
  }

  removeHead(key: string): void {
    this.changes.set(headId(key), undefined);
  }

  putItem(key: string, position: bigint, failed?: Pick<ItemDocument, 'failedAt' | 'tries' | 'reason'>): void {
    const text = padded(position);
    const item = { kind: failed ? 'failed' : 'waiting', key, position: text, ...failed } as const;
    this.changes.set(itemId(key, text), item);
  }

  removeItem(key: string, position: bigint): void {
    this.changes.set(itemId(key, padded(position)), undefined);
  }

  /** Writes what was put and removed. Rejects with WriteConflict where another courier is at it: all is read anew then. */
  async commit(): Promise<void> {
    if (this.changes.size === 0) return;
    const changes = this.changes;
    this.changes = new Map();
    const before = await this.documents.getMany<AnyDocument>(this.collection, [...changes.keys()]);
    const stamp = (this.batch ?? 0n) + 1n;
    const writes: Write[] = [];
    let waiting = this.waiting;
    for (const [id, doc] of changes) {
      const old = before.get(id);
      if (!doc && !old?.doc) continue;
      writes.push({ id, stamp, loaded: old?.stamp, ...(doc && { doc: { id, ...doc } }) });
      waiting += Number(doc?.kind === 'waiting') - Number(old?.doc?.kind === 'waiting');
      if (!doc) this.buried++;
    }
    const name = this.collection;
    // Without transactions a crash leaves the first writes alone: a head may stand for nothing, no item without a head.
    writes.sort((one, other) => turnOf(one) - turnOf(other));
    await this.documents.write(name, writes, { name, from: this.batch, to: stamp });
    this.batch = stamp;
    this.waiting = waiting;
    if (this.buried < SWEEP_AFTER) return;
    await this.documents.sweep(name, stamp);
    this.buried = 0;
  }

  private find<D extends AnyDocument>(filter: Filter, sort: string[], limit: number): Promise<Found<D>> {
    return this.documents.find<D>(this.collection, { filter, sort, limit });
  }
}
