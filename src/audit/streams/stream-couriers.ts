// Runs the couriers of streams that are not paused.
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { auditStreams } from '../../../projections/audit/audit-streams';
import { systemMeta } from '../../caller';
import { Config } from '../../config';
import { Fleet, type FleetWork } from '../../delivery/fleet';
import type { LogTail } from '../../delivery/log-tail';
import { doubled } from '../../delivery/times';
import { EventStore } from '../../eventsourcing/event-store';
import { Streams } from '../../eventsourcing/streams';
import { DocumentStore } from '../../read/document-store';
import { Projector } from '../../read/projector';
import { ReadModels } from '../../read/read-models';
import { FaultReports } from '../../supervision/faults';
import { pause } from '../../supervision/pause';
import { Vault } from '../../vault/vault';
import { LogEntries } from './log-entries';
import { Sinks } from './sinks/sinks';
import { StreamCourier } from './stream-courier';
import { StreamFigures } from './stream-figures';
import { streamGrant } from './stream-grants';
import { StreamTimes } from './stream-times';
import { auditStream, auditStreamOf, noteSent } from './stream.decider';

const PAGE = 200;
/** Milliseconds after which a stream that has read everything looks again, whatever it was told. */
const IDLE_MS = 60_000;

@Injectable()
export class StreamCouriers implements FleetWork, OnApplicationBootstrap, OnModuleDestroy {
  readonly part = 'audit-streams';
  readonly listed = auditStreams.name;
  private readonly fleet: Fleet;

  constructor(
    private readonly config: Config,
    private readonly documents: DocumentStore,
    eventStore: EventStore,
    private readonly streams: Streams,
    private readonly vault: Vault,
    private readonly readModels: ReadModels,
    projector: Projector,
    private readonly logEntries: LogEntries,
    private readonly sinks: Sinks,
    private readonly figures: StreamFigures,
    private readonly times: StreamTimes,
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
    for await (const page of this.readModels.pages(auditStreams, live)) for (const { id } of page) yield id;
  }

  async deliver(streamId: string, tail: LogTail, signal: AbortSignal): Promise<void> {
    const { documents, streams, logEntries } = this;
    const { state } = await streams.load(auditStream, auditStreamOf(streamId));
    if (state.status !== 'live') return;
    const grant = await streamGrant(this.vault, streamId);
    if (!grant) throw new Error('The vault has nothing of a stream');
    const sink = this.sinks.open(streamId, grant.target, state.format);
    const counted = (outcome: 'sent' | 'failed', entries: number) =>
      this.figures.count(streamId, outcome, entries);
    try {
      const { keptMs } = this.times;
      const parts = { documents, streams, logEntries, sink, grant, keptMs, counted };
      const courier = await StreamCourier.open(streamId, parts);
      if (courier) await this.rounds(courier, tail, signal);
    } finally {
      sink.close();
      this.figures.stopped(streamId);
    }
  }

  /** Until the stream is paused or ends, or the signal aborts. */
  private async rounds(courier: StreamCourier, tail: LogTail, signal: AbortSignal): Promise<void> {
    const { times } = this;
    let notedAt = performance.now();
    try {
      while (!signal.aborted) {
        const round = await courier.round(signal);
        this.faults.clear(this.part);
        this.figures.stands(courier.streamId, courier.place, courier.down > 0);
        if (round === 'ended') return;
        if (performance.now() - notedAt >= times.noteMs) {
          notedAt = performance.now();
          if (courier.takeNews()) await this.note(courier);
        }
        if (round === 'down') await pause(doubled(times.downMs, courier.down), signal);
        if (round === 'idle') await tail.beyond(courier.place, courier.unkeptMs ?? IDLE_MS, signal);
      }
    } finally {
      // What was read and not told of need not be read again.
      await courier.keep({}).catch(() => undefined);
    }
  }

  /** Notes in the log how far it is: read models may be lost, and made again, and nothing else knows then. */
  private async note({ streamId, place }: StreamCourier): Promise<void> {
    const stream = auditStreamOf(streamId);
    const { revision } = await this.streams.load(auditStream, stream);
    await this.streams.change(
      auditStream,
      stream,
      (state, now) => (now === revision ? noteSent(state, place) : []),
      systemMeta(this.part),
      { apart: true },
    );
  }
}
