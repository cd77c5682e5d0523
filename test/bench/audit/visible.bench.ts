// Bench of how soon what happens is seen, while two thousand events a second are written over HTTP: from the answer to a
// change until its row is in the audit log, and from the answer to a deletion until an alert has found it.
import { performance } from 'node:perf_hooks';
import { pause } from '../../../src/supervision/pause';
import { KillableServer } from '../../crash/killable';
import type { Figure } from '../run';
import { quantile } from '../cases/quantile';

const PER_SECOND = 2_000;
const BATCH = 100;
/** Writers take turns; each waits for its answer. */
const WRITERS = 8;
const PROBE_MS = 250;
const ALERT_MS = 3_000;
const LOOK_MS = 20;
const CONTACTS = '/crm/v3/objects/contacts';

interface Made {
  readonly id: string;
}
interface Listed<T> {
  readonly results: readonly T[];
}

const millisecondsSince = (began: number): number => Math.round(performance.now() - began);

/** Looks again and again until something is there; milliseconds since `began`. */
async function seen(began: number, look: () => Promise<boolean>): Promise<number> {
  while (!(await look())) await pause(LOOK_MS);
  return millisecondsSince(began);
}

function figures(took: readonly number[]): { p50Ms: number; p99Ms: number; maxMs: number } {
  return { p50Ms: quantile(took, 0.5), p99Ms: quantile(took, 0.99), maxMs: quantile(took, 1) };
}

/** `n` events in all. */
export async function run({ n = 60_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const server = await KillableServer.start({});
  try {
    const { api } = server;
    const ids: string[] = [];
    for (let batch = 0; batch < PER_SECOND / BATCH; batch++) {
      const inputs = Array.from({ length: BATCH }, (_, i) => ({ properties: { city: `City ${i}` } }));
      const made = await api.post<Listed<Made>>(`${CONTACTS}/batch/create`, { inputs });
      ids.push(...made.results.map(({ id }) => id));
    }
    const probe = await api.post<Made>('/crm/v3/objects/companies', { properties: { name: 'Probe' } });
    const alert = await api.post<Made>('/audit/v1/alerts', {
      ...{ name: 'Deals deleted', filter: { q: 'category:CRM_OBJECT action:DELETE target:deals' } },
      ...{ threshold: 1, per: 'target' },
    });

    const batches = Math.ceil(n / BATCH);
    const began = performance.now();
    let next = 0;
    const write = async () => {
      for (let batch; (batch = next++) < batches;) {
        await pause(Math.max(0, (1_000 * batch * BATCH) / PER_SECOND - (performance.now() - began)));
        const from = (batch * BATCH) % ids.length;
        const inputs = ids
          .slice(from, from + BATCH)
          .map((id) => ({ id, properties: { city: `City of ${batch}` } }));
        await api.post(`${CONTACTS}/batch/update`, { inputs });
      }
    };
    const writing = Promise.all(Array.from({ length: WRITERS }, write)).then(() => performance.now() - began);
    let isOver = false;
    void writing.finally(() => (isOver = true));

    const shown: number[] = [];
    const changing = async () => {
      for (let count = 1; !isOver; count++) {
        await api.call('PATCH', `/crm/v3/objects/companies/${probe.id}`, {
          properties: { city: `City ${count}` },
        });
        const rows = `/audit/v1/entries?targetType=companies&targetId=${probe.id}&action=UPDATE&limit=100`;
        const isShown = async () =>
          (await api.get<Listed<unknown>>(rows)).results.length >= Math.min(count, 100);
        const answered = performance.now();
        if (count <= 100) shown.push(await seen(answered, isShown));
        await pause(PROBE_MS);
      }
    };
    const alarmed: number[] = [];
    const deleting = async () => {
      while (!isOver) {
        const deal = await api.post<Made>('/crm/v3/objects/deals', { properties: { dealname: 'Planted' } });
        await api.call('DELETE', `/crm/v3/objects/deals/${deal.id}`);
        const answered = performance.now();
        const incidents = `/audit/v1/alerts/${alert.id}/incidents?limit=200`;
        const due = alarmed.length + 1;
        const isFound = async () => (await api.get<Listed<unknown>>(incidents)).results.length >= due;
        alarmed.push(await seen(answered, isFound));
        await pause(ALERT_MS);
      }
    };
    const [tookMs] = await Promise.all([writing, changing(), deleting()]);
    const perSecond = Math.round(n / (tookMs / 1_000));
    const about = { n, seconds: Number((tookMs / 1_000).toFixed(1)), perSecond };
    emit({
      ...about,
      what: 'from a change to its row',
      ...figures(shown),
      times: shown.length,
      limitMs: 1_000,
    });
    emit({
      ...{ ...about, what: 'from a deletion to an alert', ...figures(alarmed) },
      ...{ times: alarmed.length, limitMs: 10_000 },
    });
  } finally {
    await server.stop();
    await server.remove();
  }
}
