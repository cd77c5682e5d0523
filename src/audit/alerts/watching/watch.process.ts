// Watches the audit log: reads the log in order, from where it stood, and appends what incidents it finds. One process
// does so at a time. What has been appended is appended once, however often the same events are read again.
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { systemMeta } from '../../../caller';
import { Config } from '../../../config';
import { LogTail } from '../../../delivery/log-tail';
import { Codec } from '../../../eventsourcing/codec';
import { EventStore, START } from '../../../eventsourcing/event-store';
import { Streams } from '../../../eventsourcing/streams';
import { DocumentStore } from '../../../read/document-store';
import { Digests } from '../../../read/filters/digests';
import { alone } from '../../../read/lease';
import { beside } from '../../../supervision/beside';
import { FaultReports } from '../../../supervision/faults';
import { EntryFilters } from '../../entry-filters';
import type { AnyEvent } from '../../entry-of';
import { alert, alertStream, createAlert } from '../alert.decider';
import { firstAlerts } from '../alert.vocabulary';
import type { Signal } from './finding';
import { closeIncident, growIncident, incident, incidentStream, openIncident } from '../incident.decider';
import { RuleFilters } from './rule-filters';
import { WatchBatch } from './watch-batch';
import { WatchState } from './watch-state';

/** Events that are read at once. */
const PAGE = 200;
const LOOK_MS = 200;
const RETRY_MS = 5_000;
/** Milliseconds, and events, after which what has been counted is written down where no incident was found. */
const KEPT = { ms: 1_000, events: 5_000 };
const IDLE_MS = 60_000;

@Injectable()
export class AlertWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly documents: DocumentStore,
    private readonly eventStore: EventStore,
    private readonly codec: Codec,
    private readonly streams: Streams,
    private readonly filters: EntryFilters,
    private readonly digests: Digests,
    private readonly queries: QueryBus,
    private readonly faults: FaultReports,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.ROLE.includes('worker')) this.loop = this.run(this.stopping.signal);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort('shutdown');
    await this.loop;
  }

  private run(signal: AbortSignal): Promise<void> {
    const { documents, faults } = this;
    const tail = new LogTail(this.eventStore, LOOK_MS, (error) => faults.report('alerts', error));
    return alone({ part: 'alerts', documents, faults, retryMs: RETRY_MS }, signal, (held) =>
      beside(
        held,
        (both) => tail.watch(both),
        (both) => this.watch(tail, both),
      ),
    );
  }

  private async watch(tail: LogTail, signal: AbortSignal): Promise<void> {
    await this.begin();
    const state = await WatchState.open(this.documents);
    const batch = await WatchBatch.over(state, new RuleFilters(this.filters, this.queries), this.digests);
    await this.follow(state, batch, tail, signal);
  }

  private async follow(
    state: WatchState,
    batch: WatchBatch,
    tail: LogTail,
    signal: AbortSignal,
  ): Promise<void> {
    let place = state.position ?? START;
    let unsaved = 0;
    let savedAt = performance.now();
    const save = async () => {
      if (place > START) await state.commit(place);
      unsaved = 0;
      savedAt = performance.now();
    };
    while (!signal.aborted) {
      const { events, end } = await this.eventStore.readAll(place, PAGE);
      if (events.length > 0) {
        const signals = await batch.take(
          events.map((event) => this.codec.decode(event) as unknown as AnyEvent),
        );
        for (const one of signals) await this.append(one);
        place = events.at(-1)!.position;
        unsaved += events.length;
        if (signals.length > 0) await save();
      }
      this.faults.clear('alerts');
      const isDue = performance.now() - savedAt > KEPT.ms && unsaved > 0;
      if (unsaved > KEPT.events || isDue) await save();
      if (end) await tail.beyond(place, unsaved > 0 ? KEPT.ms : IDLE_MS, signal);
    }
    // A courtesy to the next: it need not read again what was counted. Another holder may have been faster.
    await save().catch(() => undefined);
  }

  /** Makes the alerts that an account begins with; those that somebody has deleted stay deleted. */
  private async begin(): Promise<void> {
    for (const [alertId, rule] of Object.entries(firstAlerts))
      await this.streams.change(
        alert,
        alertStream(alertId),
        (state) => createAlert(state, { ...rule, alertId }),
        systemMeta('alerts'),
      );
  }

  private async append(signal: Signal): Promise<void> {
    const { incidentId } = signal.incident;
    const meta = systemMeta('alerts', signal.what === 'opened' ? signal.cause : {});
    await this.streams.change(
      incident,
      incidentStream(incidentId),
      (state) =>
        signal.what === 'opened'
          ? openIncident(state, signal.incident)
          : signal.what === 'grown'
            ? growIncident(state, signal.incident)
            : closeIncident(state, signal.incident),
      meta,
      { apart: true },
    );
  }
}
