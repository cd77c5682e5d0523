// Counts deliveries for the metrics, by subscription, and tells how far each courier of this process is.
import { Injectable } from '@nestjs/common';
import { EventStore } from '../../eventsourcing/event-store';
import { Figures } from '../../supervision/figures';

type Outcome = 'delivered' | 'failed' | 'given-up';

interface Standing {
  readonly place: bigint;
  readonly waiting: number;
  readonly down: boolean;
}

@Injectable()
export class Deliveries {
  private readonly counts = new Map<string, Record<Outcome, number>>();
  private readonly standings = new Map<string, Standing>();

  constructor(
    figures: Figures,
    private readonly eventStore: EventStore,
  ) {
    const counter = (name: string, help: string, outcome: Outcome) =>
      figures.add({
        ...{ name, help, kind: 'counter', label: 'subscription' },
        values: () => [...this.counts].map(([id, counts]) => [id, counts[outcome]] as const),
      });
    const gauge = (name: string, help: string, of: (standing: Standing, head: bigint) => number) =>
      figures.add({
        ...{ name, help, kind: 'gauge', label: 'subscription' },
        values: async () => {
          const head = this.standings.size > 0 ? await this.eventStore.head() : 0n;
          return [...this.standings].map(([id, standing]) => [id, of(standing, head)] as const);
        },
      });
    const begun = 'since the process began';
    counter('strata_webhook_deliveries_total', `Items that receivers took ${begun}`, 'delivered');
    counter('strata_webhook_failures_total', `Tries of items that failed ${begun}`, 'failed');
    counter('strata_webhook_given_up_total', `Items that were given up ${begun}`, 'given-up');
    gauge('strata_webhook_lag', 'Positions of the log that were not read for it yet', ({ place }, head) =>
      head > place ? Number(head - place) : 0,
    );
    gauge('strata_webhook_waiting', 'Items that wait to be sent again', ({ waiting }) => waiting);
    gauge('strata_webhook_down', '1 where the receiver takes nothing', ({ down }) => (down ? 1 : 0));
  }

  count(webhookId: string, outcome: Outcome, items: number): void {
    const counts = this.counts.get(webhookId) ?? { delivered: 0, failed: 0, 'given-up': 0 };
    counts[outcome] += items;
    this.counts.set(webhookId, counts);
  }

  stands(webhookId: string, place: bigint, waiting: number, down: boolean): void {
    this.standings.set(webhookId, { place, waiting, down });
  }

  stopped(webhookId: string): void {
    this.standings.delete(webhookId);
  }
}
