// Queries on streams of the audit log: the list, and one of them.
import { Injectable } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { auditStreams, type AuditStreamDocument } from '../../../projections/audit/audit-streams';
import { EventStore } from '../../eventsourcing/event-store';
import { Streams } from '../../eventsourcing/streams';
import { DocumentStore, type Found } from '../../read/document-store';
import { type Freshness, ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import { auditStream, auditStreamOf } from './stream.decider';
import { shownTarget, streamGrant, type StreamFilter } from './stream-grants';
import { streamState } from './stream-states';

/** How far a stream is. */
export interface StreamDelivery {
  /** All up to it was sent, or is not told of. */
  readonly position: string;
  /** From `position` to the end of the log: events on the embedded log, bytes on EventStoreDB. */
  readonly lag: string;
  /** Position of the last entry that was sent, and when that was. */
  readonly sentPosition: string | null;
  readonly sentAt: string | null;
  /** Nothing is taken at the moment: `lastError` says why. */
  readonly down: boolean;
  readonly lastError: { readonly at: string; readonly reason: string } | null;
}

export interface AuditStreamView extends Omit<AuditStreamDocument, 'destination'> {
  readonly q: string | null;
  readonly filter: StreamFilter;
  readonly delivery: StreamDelivery;
  /** Where it goes, by its kind, without secrets. */
  readonly [target: string]: unknown;
}

/** Makes views of streams. */
@Injectable()
export class AuditStreamViews {
  constructor(
    private readonly documents: DocumentStore,
    private readonly eventStore: EventStore,
    private readonly streams: Streams,
    private readonly vault: Vault,
  ) {}

  async of({ destination: _, ...document }: AuditStreamDocument): Promise<AuditStreamView> {
    const { id } = document;
    const grant = await streamGrant(this.vault, id);
    const { q = null, ...filter } = grant?.filter ?? {};
    return {
      ...{ ...document, q, filter },
      ...(grant && shownTarget(grant.target)),
      delivery: await this.delivery(id),
    };
  }

  private async delivery(streamId: string): Promise<StreamDelivery> {
    const [kept, head, { state }] = await Promise.all([
      streamState(this.documents, streamId),
      this.eventStore.head(),
      this.streams.load(auditStream, auditStreamOf(streamId)),
    ]);
    const begins = state.status === 'live' ? state.after : head;
    const reached = kept ? BigInt(kept.reached) : begins;
    return {
      position: String(reached),
      lag: String(head > reached ? head - reached : 0n),
      ...{ sentPosition: kept?.sent?.position ?? null, sentAt: kept?.sent?.at ?? null },
      ...{ down: kept?.down ?? false, lastError: kept?.error ?? null },
    };
  }
}

export class ListAuditStreams extends Query<Found<AuditStreamView>> {
  constructor(
    readonly paging: { readonly limit: number; readonly after?: string | undefined },
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListAuditStreams)
export class ListAuditStreamsHandler implements IQueryHandler<ListAuditStreams> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly views: AuditStreamViews,
  ) {}

  /** Newest first. */
  async execute({ paging: { limit, after }, fresh }: ListAuditStreams): Promise<Found<AuditStreamView>> {
    const options = { sort: ['-createdAt'], limit, ...(after !== undefined && { after }) };
    const { docs, ...found } = await this.readModels.find(auditStreams, options, fresh);
    const views: AuditStreamView[] = [];
    for (const one of docs) views.push(await this.views.of(one));
    return { ...found, docs: views };
  }
}

/** Refused with `audit-stream-unknown`. */
export class GetAuditStream extends Query<AuditStreamView> {
  constructor(
    readonly streamId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetAuditStream)
export class GetAuditStreamHandler implements IQueryHandler<GetAuditStream> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly views: AuditStreamViews,
  ) {}

  async execute({ streamId, fresh }: GetAuditStream): Promise<AuditStreamView> {
    const found = await this.readModels.get(auditStreams, streamId, fresh);
    if (!found) throw new Refusal('audit-stream-unknown');
    return this.views.of(found);
  }
}
