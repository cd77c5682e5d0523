// Queries on subscriptions: the list, one of them, and what it failed to deliver.
import { Injectable } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { webhooks, type WebhookDocument } from '../../projections/webhooks';
import { EventStore } from '../eventsourcing/event-store';
import { Streams } from '../eventsourcing/streams';
import { DocumentStore, type Found } from '../read/document-store';
import { type Freshness, ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import { Vault } from '../vault/vault';
import { courierState } from './delivery/courier-states';
import { failureIdOf, waitsOf, type ItemDocument } from './delivery/waits';
import { recordOfDocument } from '../crm/records/record.vocabulary';
import { liveWebhook, webhook, webhookStream } from './webhook.decider';
import { grantOf, shownUrl } from './webhook-grants';

/** How far a subscription is. */
export interface DeliveryState {
  /** All up to it was delivered, waits by itself, or has failed. */
  readonly position: string;
  /** From `position` to the end of the log: events on the embedded log, bytes on EventStoreDB. */
  readonly lag: string;
  /** What waits to be sent again, and what was given up. */
  readonly waiting: number;
  readonly failures: number;
  /** The receiver takes nothing at the moment. */
  readonly down: boolean;
  readonly deliveredAt: string | null;
  readonly lastError: { readonly at: string; readonly reason: string } | null;
}

export interface WebhookView extends Omit<WebhookDocument, 'host'> {
  /** Without the values of its query. */
  readonly url: string;
  readonly delivery: DeliveryState;
}

/** Makes views of subscriptions. */
@Injectable()
export class WebhookViews {
  constructor(
    private readonly documents: DocumentStore,
    private readonly eventStore: EventStore,
    private readonly streams: Streams,
    private readonly vault: Vault,
  ) {}

  async of({ host, ...document }: WebhookDocument): Promise<WebhookView> {
    const { id } = document;
    const grant = await grantOf(this.vault, id);
    return { ...document, url: grant ? shownUrl(grant.url) : host, delivery: await this.delivery(id) };
  }

  private async delivery(webhookId: string): Promise<DeliveryState> {
    const waits = waitsOf(webhookId);
    await this.documents.ensure(waits);
    const [kept, head, { state }, waiting, failures] = await Promise.all([
      courierState(this.documents, webhookId),
      this.eventStore.head(),
      this.streams.load(webhook, webhookStream(webhookId)),
      this.documents.count(waits.name, { kind: 'waiting' }),
      this.documents.count(waits.name, { kind: 'failed' }),
    ]);
    const begins = state.status === 'live' ? state.after : head;
    const reached = kept ? BigInt(kept.reached) : begins;
    return {
      position: String(reached),
      lag: String(head > reached ? head - reached : 0n),
      ...{ waiting, failures, down: kept?.down ?? false },
      ...{ deliveredAt: kept?.deliveredAt ?? null, lastError: kept?.error ?? null },
    };
  }
}

export class ListWebhooks extends Query<Found<WebhookView>> {
  constructor(
    readonly paging: { readonly limit: number; readonly after?: string | undefined },
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListWebhooks)
export class ListWebhooksHandler implements IQueryHandler<ListWebhooks> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly views: WebhookViews,
  ) {}

  /** Newest first. */
  async execute({ paging: { limit, after }, fresh }: ListWebhooks): Promise<Found<WebhookView>> {
    const options = { sort: ['-createdAt'], limit, ...(after !== undefined && { after }) };
    const { docs, ...found } = await this.readModels.find(webhooks, options, fresh);
    const views: WebhookView[] = [];
    for (const one of docs) views.push(await this.views.of(one));
    return { ...found, docs: views };
  }
}

/** Refused with `webhook-unknown`. */
export class GetWebhook extends Query<WebhookView> {
  constructor(
    readonly webhookId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetWebhook)
export class GetWebhookHandler implements IQueryHandler<GetWebhook> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly views: WebhookViews,
  ) {}

  async execute({ webhookId, fresh }: GetWebhook): Promise<WebhookView> {
    const found = await this.readModels.get(webhooks, webhookId, fresh);
    if (!found) throw new Refusal('webhook-unknown');
    return this.views.of(found);
  }
}

/** An item that was given up: what one event tells of one record. */
export interface FailureView {
  readonly id: string;
  readonly position: string;
  readonly objectType: string;
  readonly recordId: string;
  readonly failedAt: string;
  /** Tries of the record's first item, for which this one waited where it was not the first itself. */
  readonly tries: number;
  readonly reason: string | null;
}

export class ListFailures extends Query<Found<FailureView>> {
  constructor(
    readonly webhookId: string,
    readonly paging: { readonly limit: number; readonly after?: string | undefined },
  ) {
    super();
  }
}

@QueryHandler(ListFailures)
export class ListFailuresHandler implements IQueryHandler<ListFailures> {
  constructor(
    private readonly documents: DocumentStore,
    private readonly streams: Streams,
  ) {}

  /** In the order of the log. */
  async execute({ webhookId, paging: { limit, after } }: ListFailures): Promise<Found<FailureView>> {
    liveWebhook((await this.streams.load(webhook, webhookStream(webhookId))).state);
    const waits = waitsOf(webhookId);
    await this.documents.ensure(waits);
    const options = {
      filter: { kind: 'failed' },
      sort: ['position'],
      limit,
      ...(after !== undefined && { after }),
    };
    const { docs, ...found } = await this.documents.find<ItemDocument>(waits.name, options);
    return { ...found, docs: docs.map(failureView) };
  }
}

const failureView = ({ key, position, failedAt, tries, reason }: ItemDocument): FailureView => ({
  id: failureIdOf({ key, position }),
  position: String(BigInt(position)),
  ...recordOfDocument(key),
  ...{ failedAt: failedAt ?? '', tries: tries ?? 0, reason: reason ?? null },
});
