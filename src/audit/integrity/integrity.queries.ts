// Queries for proofs: checkpoints and keys as they were published, that an entry is in the tree, that one tree begins with
// another, and that the audit log is complete.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Viewer } from '../../crm/properties/values/sensitivity';
import { MASK } from '../../crm/properties/values/sensitivity';
import { EventStore } from '../../eventsourcing/event-store';
import { Streams } from '../../eventsourcing/streams';
import { DocumentStore, type Found } from '../../read/document-store';
import type { Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { GetAuditEntry } from '../audit.queries';
import { EntryValues, type ToldEntry } from '../entry-values';
import { checkpointStream } from './checkpoints/checkpoint.decider';
import type { CheckpointEvents } from './checkpoints/checkpoint.events';
import { SigningKeys } from './checkpoints/signing-keys';
import { CompletenessProof, type Completeness } from './completeness';
import { leafParts, type LeafParts } from './tree/leaf';
import { LogTree } from './tree/log-tree';

export interface PublishedCheckpoint {
  readonly size: number;
  /** Lowercase hex. */
  readonly rootHash: string;
  readonly signedAt: string;
  /** The checkpoint as a signed note. */
  readonly note: string;
}

export class ListCheckpoints extends Query<Found<PublishedCheckpoint>> {
  constructor(readonly asked: { readonly limit: number; readonly after?: string | undefined }) {
    super();
  }
}

@QueryHandler(ListCheckpoints)
export class ListCheckpointsHandler implements IQueryHandler<ListCheckpoints> {
  constructor(
    private readonly streams: Streams,
    private readonly eventStore: EventStore,
  ) {}

  /** Newest first. A cursor is the revision of the last one that was shown. */
  async execute({ asked: { limit, after } }: ListCheckpoints): Promise<Found<PublishedCheckpoint>> {
    if (after !== undefined && !/^\d{1,15}$/.test(after)) throw new Refusal('cursor-invalid');
    const docs: PublishedCheckpoint[] = [];
    const from = after === undefined ? undefined : Number(after) - 1;
    if (from !== undefined && from < 0) return { docs };
    const stream = checkpointStream(this.eventStore.logId);
    for await (const events of this.streams.pagesBack<CheckpointEvents>(stream, from))
      for (const { data, meta, revision } of events) {
        docs.push({ size: data.size, rootHash: data.rootHash, signedAt: meta.at, note: data.note });
        if (docs.length === limit) return { docs, ...(revision > 0 && { next: String(revision) }) };
      }
    return { docs };
  }
}

export interface PublishedKey {
  readonly id: string;
  /** The public key: `name+id+key`. */
  readonly verifier: string;
  readonly from: string;
  readonly until?: string;
  /** The note by which the key before and this one say that this one follows. */
  readonly endorsement?: string;
}

export class GetCheckpointKeys extends Query<readonly PublishedKey[]> {}

@QueryHandler(GetCheckpointKeys)
export class GetCheckpointKeysHandler implements IQueryHandler<GetCheckpointKeys> {
  constructor(private readonly keys: SigningKeys) {}

  async execute(): Promise<readonly PublishedKey[]> {
    return (await this.keys.known()).map(({ keyId, verifier, from, until, endorsement }) => ({
      ...{ id: keyId, verifier, from },
      ...(until !== undefined && { until }),
      ...(endorsement !== null && { endorsement }),
    }));
  }
}

export interface InclusionProof {
  readonly index: number;
  /** Left out where the entry's record is erased, or holds values that the viewer may not see. */
  readonly leaf?: LeafParts;
  readonly leafHash: string;
  /** From the leaf up. */
  readonly auditPath: readonly string[];
  readonly checkpoint: PublishedCheckpoint;
}

export class ProveEntry extends Query<InclusionProof> {
  constructor(
    readonly id: string,
    readonly viewer: Viewer,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ProveEntry)
export class ProveEntryHandler implements IQueryHandler<ProveEntry> {
  constructor(
    private readonly queries: QueryBus,
    private readonly eventStore: EventStore,
    private readonly documents: DocumentStore,
    private readonly values: EntryValues,
  ) {}

  async execute({ id, viewer, fresh }: ProveEntry): Promise<InclusionProof> {
    const entry = await this.queries.execute(new GetAuditEntry(id, viewer, fresh));
    const position = BigInt(entry.position);
    const checkpoint = (await this.queries.execute(new ListCheckpoints({ limit: 1 }))).docs[0];
    const tree = new LogTree(this.documents);
    const index = await tree.indexOf(position);
    if (!checkpoint || index === undefined || index >= checkpoint.size)
      throw new Refusal('proof-pending', { retryAfter: 60 });
    const event = await this.eventStore.rawAt(position);
    const shows = event && showsAll(await this.values.told(entry, viewer));
    return {
      index,
      ...(shows && { leaf: leafParts(event) }),
      leafHash: (await tree.subtree({ start: index, height: 0 })).toString('hex'),
      auditPath: (await tree.inclusion(index, checkpoint.size)).map((hash) => hash.toString('hex')),
      checkpoint,
    };
  }
}

/** A hash of what somebody may not see would let them try what it is. */
const showsAll = ({ erased, changes = {} }: ToldEntry): boolean =>
  !erased && !Object.values(changes).some(({ from, to }) => from === MASK || to === MASK);

export interface ConsistencyProof {
  readonly from: { readonly size: number; readonly rootHash: string };
  readonly to: { readonly size: number; readonly rootHash: string };
  readonly proof: readonly string[];
}

export class ProveConsistency extends Query<ConsistencyProof> {
  constructor(
    readonly from: number,
    readonly to: number,
  ) {
    super();
  }
}

@QueryHandler(ProveConsistency)
export class ProveConsistencyHandler implements IQueryHandler<ProveConsistency> {
  constructor(private readonly documents: DocumentStore) {}

  async execute({ from, to }: ProveConsistency): Promise<ConsistencyProof> {
    const tree = new LogTree(this.documents);
    const { leaves } = await tree.countsAt(await tree.position());
    if (to > leaves) {
      const message = `to: the tree has ${leaves} leaves`;
      throw new Refusal('input-invalid', { message, errors: [{ message, in: 'to' }] });
    }
    const headOf = async (size: number) => ({ size, rootHash: (await tree.rootAt(size)).toString('hex') });
    const proof = (await tree.consistency(from, to)).map((hash) => hash.toString('hex'));
    return { from: await headOf(from), to: await headOf(to), proof };
  }
}

export class ProveCompleteness extends Query<Completeness> {
  constructor(
    readonly from: string | undefined,
    readonly to: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(ProveCompleteness)
export class ProveCompletenessHandler implements IQueryHandler<ProveCompleteness> {
  constructor(private readonly completeness: CompletenessProof) {}

  execute({ from, to }: ProveCompleteness): Promise<Completeness> {
    return this.completeness.of(from, to);
  }
}
