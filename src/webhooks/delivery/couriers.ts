// Runs the couriers of subscriptions that are not paused.
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { webhooks } from '../../../projections/webhooks';
import { GetAccount, portalIdOf } from '../../account/account.queries';
import { systemMeta } from '../../caller';
import { Config } from '../../config';
import { Fleet, type FleetWork } from '../../delivery/fleet';
import type { LogTail } from '../../delivery/log-tail';
import { Sender } from '../../delivery/sender';
import { doubled } from '../../delivery/times';
import { EventStore } from '../../eventsourcing/event-store';
import { Streams } from '../../eventsourcing/streams';
import { DocumentStore } from '../../read/document-store';
import { Projector } from '../../read/projector';
import { ReadModels } from '../../read/read-models';
import { FaultReports } from '../../supervision/faults';
import { pause } from '../../supervision/pause';
import { Vault } from '../../vault/vault';
import { LogItems } from '../telling/log-items';
import { Messages } from '../telling/messages';
import { expireFailures, noteReached, webhook, webhookStream } from '../webhook.decider';
import { changeCourierState, courierState } from './courier-states';
import { Courier, type CourierParts } from './courier';
import { Deliveries } from './deliveries';
import { CourierTimes } from './times';
import { waitsOf, webhookOfWaits } from './waits';

const PAGE = 200;
/** Milliseconds until it is looked again whether there is room for what is new. */
const LOOK_MS = 1_000;

@Injectable()
export class Couriers implements FleetWork, OnApplicationBootstrap, OnModuleDestroy {
  readonly part = 'webhooks';
  readonly listed = webhooks.name;
  private readonly fleet: Fleet;

  constructor(
    private readonly config: Config,
    private readonly documents: DocumentStore,
    eventStore: EventStore,
    private readonly streams: Streams,
    private readonly vault: Vault,
    private readonly readModels: ReadModels,
    projector: Projector,
    private readonly queries: QueryBus,
    private readonly logItems: LogItems,
    private readonly messages: Messages,
    private readonly deliveries: Deliveries,
    private readonly times: CourierTimes,
    private readonly faults: FaultReports,
  ) {
    this.fleet = new Fleet({ documents, eventStore, projector, faults, times }, this);
  }

  onApplicationBootstrap(): void {
    if (this.config.ROLE.includes('worker')) this.fleet.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.fleet.stop();
  }

  async *wanted(): AsyncIterable<string> {
    const live = { filter: { paused: false }, sort: ['id'], limit: PAGE };
    for await (const page of this.readModels.pages(webhooks, live)) for (const { id } of page) yield id;
  }

  async deliver(webhookId: string, tail: LogTail, signal: AbortSignal): Promise<void> {
    const sender = new Sender({
      privateToo: this.config.WEBHOOKS_PRIVATE,
      answerMs: this.times.answerMs,
    });
    try {
      const courier = await Courier.open(webhookId, await this.parts(webhookId, sender));
      if (courier) await this.rounds(courier, tail, signal);
      await this.forget(webhookId);
    } finally {
      sender.close();
      this.deliveries.stopped(webhookId);
    }
  }

  private async parts(webhookId: string, sender: Sender): Promise<CourierParts> {
    const { documents, streams, vault, logItems, messages, times, deliveries } = this;
    const portalId = portalIdOf(await this.queries.execute(new GetAccount()));
    const counted: CourierParts['counted'] = (outcome, items) => deliveries.count(webhookId, outcome, items);
    return { documents, streams, vault, logItems, messages, sender, times, portalId, counted };
  }

  /** Until the subscription is paused or ends, or the signal aborts. */
  private async rounds(courier: Courier, tail: LogTail, signal: AbortSignal): Promise<void> {
    const { times } = this;
    let notedAt = performance.now();
    try {
      await this.expire(courier);
      while (!signal.aborted) {
        const round = await courier.round(signal);
        this.faults.clear('webhooks');
        this.deliveries.stands(courier.webhookId, courier.place, courier.waits.waiting, courier.down > 0);
        if (round === 'ended') return;
        if (performance.now() - notedAt >= times.noteMs) {
          notedAt = performance.now();
          if (courier.takeNews()) await this.note(courier);
          await this.expire(courier);
        }
        if (round === 'down') await pause(doubled(times.downMs, courier.down), signal);
        if (round === 'full') await pause(LOOK_MS, signal);
        if (round === 'idle') await tail.beyond(courier.place, await untilDue(courier), signal);
      }
    } finally {
      // What was read and not wanted need not be read again.
      await courier.keep({}).catch(() => undefined);
    }
  }

  /** Notes in the log how far it is: read models may be lost, and made again, and nothing else knows then. */
  private async note({ webhookId, waits, place }: Courier): Promise<void> {
    const first = await waits.first();
    const reached = first === undefined ? place : first - 1n;
    const stream = webhookStream(webhookId);
    const { revision } = await this.streams.load(webhook, stream);
    await this.streams.change(
      webhook,
      stream,
      (state, now) => (now === revision ? noteReached(state, reached) : []),
      systemMeta('webhooks'),
      { apart: true },
    );
  }

  /** Tells in the log which failures go: the courier deletes them when it comes upon that. */
  private async expire({ webhookId, waits }: Courier): Promise<void> {
    const before = new Date(Date.now() - this.times.failuresKeptMs).toISOString();
    const failures = await waits.countFailedBefore(before);
    if (failures === 0) return;
    await this.streams.change(
      webhook,
      webhookStream(webhookId),
      (state) => expireFailures(state, failures, before),
      systemMeta('webhooks'),
      { apart: true },
    );
  }

  /** Removes what is left of subscriptions that have ended. */
  async tidy(): Promise<void> {
    for (const collection of await this.documents.collections()) {
      const webhookId = webhookOfWaits(collection);
      if (webhookId !== undefined) await this.forget(webhookId);
    }
  }

  private async forget(webhookId: string): Promise<void> {
    const { state } = await this.streams.load(webhook, webhookStream(webhookId));
    if (state.status !== 'deleted') return;
    const { name } = waitsOf(webhookId);
    await this.documents.drop(name);
    await this.documents.dropCheckpoint(name);
    await changeCourierState(
      this.documents,
      webhookId,
      await courierState(this.documents, webhookId),
      undefined,
    );
  }
}

async function untilDue({ waits }: Courier): Promise<number> {
  const due = await waits.nextDue();
  return due === undefined ? LOOK_MS * 60 : Math.max(Math.min(Date.parse(due) - Date.now(), LOOK_MS * 60), 0);
}
