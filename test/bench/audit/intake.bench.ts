// Bench of the intake of reported activities: a thousand a request, new ones and the same again, by reporters at once.
import { performance } from 'node:perf_hooks';
import { ADMIN, KillableServer } from '../../crash/killable';
import type { Figure } from '../run';
import { quantile } from '../cases/quantile';

const BATCH = 1_000;
const REPORTERS = 2;

const activityOf = (n: number, userId: string, occurredAt: string) => ({
  ...{
    key: `bench/${n}`,
    occurredAt,
    category: 'CONTENT',
    subCategory: 'BLOG_POST',
    action: 'UPDATE',
    userId,
  },
  target: { type: 'blog-posts', id: String(n), label: `Post ${n}` },
  ...{ client: { ip: '192.0.2.9', country: 'NO', userAgent: 'curl/8.5' }, where: '/blog' },
  changes: { title: { from: `Draft ${n}`, to: `Post ${n}` } },
});

interface Taken {
  readonly accepted: number;
  readonly duplicates: number;
}

export async function run({ n = 20_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const server = await KillableServer.start({});
  try {
    const { api } = server;
    const { user } = await api.post<{ user: { id: string } }>('/auth/v1/login', ADMIN);
    const batches = Array.from({ length: Math.ceil(n / BATCH) }, (_, batch) => batch);
    const occurredAt = new Date().toISOString();
    for (const what of ['reported for the first time', 'reported again'] as const) {
      const waiting = [...batches];
      const taken = { accepted: 0, duplicates: 0 };
      const tookMs: number[] = [];
      const began = performance.now();
      const report = async () => {
        for (let batch; (batch = waiting.shift()) !== undefined;) {
          const first = batch * BATCH;
          const length = Math.min(BATCH, n - first);
          const activities = Array.from({ length }, (__, i) => activityOf(first + i, user.id, occurredAt));
          const since = performance.now();
          const answer = await api.post<Taken>('/audit/v1/activities', { activities });
          tookMs.push(performance.now() - since);
          taken.accepted += answer.accepted;
          taken.duplicates += answer.duplicates;
        }
      };
      await Promise.all(Array.from({ length: REPORTERS }, report));
      const seconds = (performance.now() - began) / 1_000;
      emit({
        ...{ n, what, seconds: Number(seconds.toFixed(2)), perSecond: Math.round(n / seconds) },
        ...{
          p50Ms: quantile(tookMs, 0.5),
          p99Ms: quantile(tookMs, 0.99),
          batch: BATCH,
          reporters: REPORTERS,
          ...taken,
        },
      });
    }
  } finally {
    await server.stop();
    await server.remove();
  }
}
