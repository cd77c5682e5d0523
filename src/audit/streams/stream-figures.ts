// Counts what streams send for the metrics, by stream, and tells how far each of this process is.
import { Injectable } from '@nestjs/common';
import { EventStore } from '../../eventsourcing/event-store';
import { Figures } from '../../supervision/figures';

type Outcome = 'sent' | 'failed';

interface Standing {
  readonly place: bigint;
  readonly down: boolean;
}

@Injectable()
export class StreamFigures {
  private readonly counts = new Map<string, Record<Outcome, number>>();
  private readonly standings = new Map<string, Standing>();

  constructor(figures: Figures, eventStore: EventStore) {
    const counter = (name: string, help: string, outcome: Outcome) =>
      figures.add({
        ...{ name, help, kind: 'counter', label: 'stream' },
        values: () => [...this.counts].map(([id, counts]) => [id, counts[outcome]] as const),
      });
    const gauge = (name: string, help: string, of: (standing: Standing, head: bigint) => number) =>
      figures.add({
        ...{ name, help, kind: 'gauge', label: 'stream' },
        values: async () => {
          const head = this.standings.size > 0 ? await eventStore.head() : 0n;
          return [...this.standings].map(([id, standing]) => [id, of(standing, head)] as const);
        },
      });
    const begun = 'since the process began';
    counter(
      'strata_audit_stream_sent_total',
      `Entries of the audit log that receivers took ${begun}`,
      'sent',
    );
    counter('strata_audit_stream_failures_total', `Batches that receivers did not take ${begun}`, 'failed');
    gauge('strata_audit_stream_lag', 'Positions of the log that were not sent yet', ({ place }, head) =>
      head > place ? Number(head - place) : 0,
    );
    gauge('strata_audit_stream_down', '1 where the receiver takes nothing', ({ down }) => (down ? 1 : 0));
  }

  count(streamId: string, outcome: Outcome, entries: number): void {
    const counts = this.counts.get(streamId) ?? { sent: 0, failed: 0 };
    counts[outcome] += entries;
    this.counts.set(streamId, counts);
  }

  stands(streamId: string, place: bigint, down: boolean): void {
    this.standings.set(streamId, { place, down });
  }

  stopped(streamId: string): void {
    this.standings.delete(streamId);
  }
}
