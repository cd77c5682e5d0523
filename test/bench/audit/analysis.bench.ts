// Bench of the analysis of the audit log: the totals of a day and charts, from the counters of so many rows spread over a
// year, beside the 10 ms that they may take; and what counting a row costs.
import { auditCounts } from '../../../projections/audit/audit-counts';
import { teamMembers } from '../../../projections/team-members';
import { users } from '../../../projections/users';
import { collectionOf } from '../../../projections/projection';
import { chartQuery } from '../../../src/audit/analysis/analysis.bodies';
import {
  DrawChart,
  DrawChartHandler,
  SummarizeDay,
  SummarizeDayHandler,
} from '../../../src/audit/analysis/analysis.queries';
import { AuditCounters } from '../../../src/audit/analysis/audit-counters';
import type { StoredEvent } from '../../../src/eventsourcing/event';
import type { Doc, Write } from '../../../src/read/document-store';
import { askedOf, type Asked } from '../../../src/read/fold';
import { openStores, ReadSide } from '../../support/read-side';
import { digest } from '../../support/spec';
import type { Figure } from '../run';
import { quantile } from '../cases/quantile';

const YEAR_MS = 365 * 24 * 3_600_000;
const END = Date.UTC(2026, 0);
const PEOPLE = 200;
const ADDRESSES = 2_000;
const PAGE = 2_000;
const ROUNDS = 200;
const LIMIT_MS = 10;

/** A pseudo-random number below `below`, the same in every run. */
const spread = (n: number, salt: number, below: number): number =>
  (Math.imul(n ^ (salt * 0x9e3779b1), 0x85ebca6b) >>> 8) % below;

const KINDS = [
  ['record.values-changed.v1', { objectType: 'contacts', recordId: '1', changes: {} }],
  ['record.created.v1', { objectType: 'deals', recordId: '2', properties: {} }],
  ['record.archived.v1', { objectType: 'contacts', recordId: '3' }],
] as const;

function eventAt(n: number, of: number): StoredEvent {
  const kind = spread(n, 1, 100);
  const [type, data] = KINDS[kind < 85 ? 0 : kind < 95 ? 1 : 2];
  const at = new Date(END - YEAR_MS + Math.floor((n / of) * YEAR_MS)).toISOString();
  const id = `user-${spread(n, 2, PEOPLE)}`;
  return {
    ...{ id: String(n), type, data, stream: `record-${n}`, revision: 0, position: BigInt(n) },
    recordedAt: Date.parse(at),
    meta: {
      ...{ commandId: String(n), correlationId: String(n), at, source: { type: 'API' } },
      actor: { type: 'user', id, userId: id },
      client: { ip: `192.0.${spread(n, 3, 8)}.${spread(n, 3, ADDRESSES / 8)}` },
    },
  };
}

/** All documents of the counters, folded in memory; seconds that this took. */
function counted(n: number): { docs: Map<string, Doc>; seconds: number } {
  const docs = new Map<string, Doc>();
  const started = performance.now();
  for (let from = 0; from < n; from += PAGE) {
    const events = Array.from({ length: Math.min(PAGE, n - from) }, (_, i) => eventAt(from + i, n));
    for (const { ops } of askedOf(auditCounts, events, digest).asked) for (const op of ops) apply(docs, op);
  }
  return { docs, seconds: (performance.now() - started) / 1000 };
}

function apply(docs: Map<string, Doc>, op: Asked['ops'][number]): void {
  if (!('change' in op)) throw new Error('Counters are changed, nothing else');
  docs.set(op.id, { id: op.id, ...op.change(docs.get(op.id)) });
}

async function times(ask: (round: number) => Promise<unknown>) {
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await ask(round);
    taken.push(performance.now() - started);
  }
  return { p50Ms: quantile(taken, 0.5), p99Ms: quantile(taken, 0.99) };
}

export async function run({ n = 1_000_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const { docs, seconds } = counted(n);
  emit({ n, what: 'rows counted, in memory alone', seconds, perSecond: Math.round(n / seconds) });
  const { log, documents, close } = await openStores();
  const side = await new ReadSide(log, documents, [auditCounts, users, teamMembers]).start();
  try {
    const { name } = collectionOf(auditCounts);
    const all = [...docs.values()];
    for (let from = 0; from < all.length; from += PAGE) {
      const writes = all
        .slice(from, from + PAGE)
        .map((doc): Write => ({ id: doc.id, stamp: 0n, loaded: undefined, doc }));
      await documents.write(name, writes, {
        ...{ name: 'bench', from: from === 0 ? undefined : BigInt(from), to: BigInt(from + PAGE) },
      });
    }
    emit({ n, what: 'documents of counters', documents: all.length });
    const counters = new AuditCounters(side.models);
    const summary = new SummarizeDayHandler(counters);
    const chart = new DrawChartHandler(side.models, counters);
    const now = new Date(END);
    const dayOf = (round: number) =>
      new Date(END - (1 + (round % 360)) * 24 * 3_600_000).toISOString().slice(0, 10);
    const drawn =
      (chartName: DrawChart['name'], asked: object, days: number) =>
      (round: number): Promise<unknown> => {
        const to = END - (round % 20) * 24 * 3_600_000;
        const span = {
          from: new Date(to - days * 24 * 3_600_000).toISOString(),
          to: new Date(to).toISOString(),
        };
        return chart.execute(new DrawChart(chartName, chartQuery.parse({ ...span, ...asked }), now, {}));
      };
    const asks: Readonly<Record<string, (round: number) => Promise<unknown>>> = {
      'summary of a day': (round) =>
        summary.execute(new SummarizeDay({ date: dayOf(round), timeZone: 'UTC' }, now, {})),
      'summary of a day elsewhere': (round) =>
        summary.execute(new SummarizeDay({ date: dayOf(round), timeZone: 'Asia/Kolkata' }, now, {})),
      'chart of 30 days by day': drawn('by-category', {}, 30),
      'chart of 30 days by day elsewhere': drawn('by-action', { timeZone: 'Asia/Kolkata' }, 30),
      'chart of a day by hour': drawn('crm-records', { interval: 'hour' }, 1),
      'chart of 30 days, five people': drawn(
        'by-category',
        { userId: 'user-1,user-2,user-3,user-4,user-5' },
        30,
      ),
      'chart of 300 days by month': drawn('by-category', { interval: 'month' }, 300),
    };
    for (const [what, ask] of Object.entries(asks)) {
      await times(ask);
      const figures = await times(ask);
      const ratio = Math.round((figures.p99Ms / LIMIT_MS) * 100) / 100;
      emit({ n, what, ...figures, peer: { name: 'the limit', p99Ms: LIMIT_MS }, ratio });
    }
  } finally {
    await side.stop();
    await close();
  }
}
