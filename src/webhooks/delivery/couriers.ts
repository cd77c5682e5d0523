// Runs the couriers: one for each subscription that is not paused, in one process at a time. Who holds the lease of all
// couriers runs them; another process takes over when it dies.
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { webhooks } from '../../../projections/webhooks';
import { GetAccount, portalIdOf } from '../../account/account.queries';
import { systemMeta } from '../../caller';
import { Config } from '../../config';
import { EventStore } from '../../eventsourcing/event-store';
import { Streams } from '../../eventsourcing/streams';
import { DocumentStore, WriteConflict } from '../../read/document-store';
import { Lease } from '../../read/lease';
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
import { LogTail } from './log-tail';
import { Sender } from './sender';
import { CourierTimes, doubled } from './times';
import { waitsOf, webhookOfWaits } from './waits';

const PAGE = 200;
/** Milliseconds between looks for subscriptions, and until what failed is tried again. */
const LOOK_MS = 1_000;
const RETRY_MS = 5_000;

@Injectable()
export class Couriers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly running = new Map<string, { readonly stop: () => void; readonly ended: Promise<void> }>();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly documents: DocumentStore,
    private readonly eventStore: EventStore,
    private readonly streams: Streams,
    private readonly vault: Vault,
    private readonly readModels: ReadModels,
    private readonly projector: Projector,
    private readonly queries: QueryBus,
    private readonly logItems: LogItems,
    private readonly messages: Messages,
    private readonly deliveries: Deliveries,
    private readonly times: CourierTimes,
    private readonly faults: FaultReports,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.ROLE.includes('worker')) return;
    this.loop = this.run(this.stopping.signal);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort('shutdown');
    await this.loop;
  }

  private async run(signal: AbortSignal): Promise<void> {
    const lease = new Lease(this.documents, 'webhooks', this.faults, this.times.lease);
    while (!signal.aborted)
      try {
        if (this.documents.exclusive) await this.serve(signal);
        else await lease.hold(signal, (held) => this.serve(held));
      } catch (error) {
        this.faults.report('webhooks', error);
        await pause(RETRY_MS, signal);
      }
  }

  private async serve(held: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([held, ended.signal]);
    const tail = new LogTail(this.eventStore, this.times.lookMs, (error) =>
      this.faults.report('webhooks', error),
    );
    const watching = tail.watch(signal);
    try {
      await this.tidy();
      while (!signal.aborted) {
        const movement = this.projector.movement(webhooks.name, signal);
        const moved = new AbortController();
        void movement.happens.then(() => moved.abort());
        await this.look(tail, signal);
        await pause(LOOK_MS, moved.signal);
        movement.forget();
      }
    } finally {
      ended.abort();
      await Promise.all([watching, ...[...this.running.values()].map((one) => one.ended)]);
    }
  }

  /** Starts couriers of subscriptions that have none, and stops those that are wanted no more. */
  private async look(tail: LogTail, signal: AbortSignal): Promise<void> {
    const wanted = new Set<string>();
    const live = { filter: { paused: false }, sort: ['id'], limit: PAGE };
    for await (const page of this.readModels.pages(webhooks, live)) for (const { id } of page) wanted.add(id);
    for (const [id, { stop }] of this.running) if (!wanted.has(id)) stop();
    for (const id of wanted) {
      if (this.running.has(id) || signal.aborted) continue;
      const one = new AbortController();
      const ended = this.courier(id, tail, AbortSignal.any([signal, one.signal])).finally(() =>
        this.running.delete(id),
      );
      this.running.set(id, { stop: () => one.abort('stopped'), ended });
    }
  }

  /** Never rejects. */
  private async courier(webhookId: string, tail: LogTail, signal: AbortSignal): Promise<void> {
    const sender = new Sender({
      privateToo: this.config.WEBHOOKS_PRIVATE,
      answerMs: this.times.answerMs,
    });
    try {
      while (!signal.aborted)
        try {
          const courier = await Courier.open(webhookId, await this.parts(webhookId, sender));
          if (!courier) return await this.forget(webhookId);
          if (await this.deliver(courier, tail, signal)) return await this.forget(webhookId);
        } catch (error) {
          if (signal.aborted) return;
          // Another process was at it: all is read anew.
          if (!(error instanceof WriteConflict)) this.faults.report('webhooks', error, { id: webhookId });
          await pause(RETRY_MS, signal);
        }
    } catch (error) {
      this.faults.report('webhooks', error, { id: webhookId });
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

  /** Until the subscription is paused or ends: then true. */
  private async deliver(courier: Courier, tail: LogTail, signal: AbortSignal): Promise<boolean> {
    const { times } = this;
    let notedAt = performance.now();
    try {
      await this.expire(courier);
      while (!signal.aborted) {
        const round = await courier.round(signal);
        this.faults.clear('webhooks');
        this.deliveries.stands(courier.webhookId, courier.place, courier.waits.waiting, courier.down > 0);
        if (round === 'ended') return true;
        if (performance.now() - notedAt >= times.noteMs) {
          notedAt = performance.now();
          if (courier.takeNews()) await this.note(courier);
          await this.expire(courier);
        }
        if (round === 'down') await pause(doubled(times.downMs, courier.down), signal);
        if (round === 'full') await pause(LOOK_MS, signal);
        if (round === 'idle') await tail.beyond(courier.place, await untilDue(courier), signal);
      }
      return true;
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
  private async tidy(): Promise<void> {
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
