// Bench of queries of the audit log at a million rows: first pages by one filter, by usual pairs of filters, and by
// filters that match nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import Database from 'libsql';
import { audit, type AuditEntry } from '../../../projections/audit/audit';
import { collectionOf } from '../../../projections/projection';
import { padded } from '../../../src/read/time-index.vocabulary';
import type { Filter, Write } from '../../../src/read/document-store';
import { EmbeddedDocumentStore } from '../../../src/read/stores/embedded/document-store';
import { cursorAfter, sortKeys } from '../../../src/read/filters/cursor';
import { compileFilter } from '../../../src/read/stores/embedded/sqlite-filter';
import { layoutOf } from '../../../src/read/stores/embedded/sqlite-layout';
import { allOf, facet, negated } from '../../../src/audit/query/query-filter';
import type { Figure } from '../run';
import { FaultsSeen } from '../../support/faults-seen';
import { quantile } from '../cases/quantile';

const START_MS = Date.UTC(2024, 0, 1);
/** Milliseconds between two rows. */
const STEP_MS = 100;
const BATCH = 2_000;
const LIMIT = 50;
const ROUNDS = 40;
const SORT = ['-occurredAt', '-id'];
const spec = collectionOf(audit);

/** Shares of the kinds of rows, in thousandths, as in a busy account. */
const kinds = [
  { upTo: 780, category: 'PROPERTY_VALUE', subCategory: 'contacts', action: 'UPDATE' },
  { upTo: 900, category: 'PROPERTY_VALUE', subCategory: 'deals', action: 'UPDATE' },
  { upTo: 960, category: 'CRM_OBJECT', subCategory: 'CONTACT', action: 'CREATE' },
  { upTo: 985, category: 'CRM_OBJECT', subCategory: 'DEAL', action: 'DELETE' },
  { upTo: 998, category: 'LOGIN', subCategory: 'LOGIN_SUCCEEDED', action: 'LOGIN' },
  { upTo: 999, category: 'LOGIN', subCategory: 'LOGIN_FAILED', action: 'LOGIN' },
  { upTo: 1000, category: 'SECURITY_ACTIVITY', subCategory: 'BACKUP', action: 'CREATE' },
];
/** A pseudo-random number, the same in every run. */
const spread = (n: number, salt: number): number => Math.imul(n ^ (salt * 0x9e3779b1), 0x85ebca6b) >>> 8;

const sourceAt = (n: number) => (spread(n, 7) % 100 === 0 ? 'IMPORT' : 'API');
/** A few words and names that are everywhere, a name that few have, and digests of values that hardly any other has. */
const termsAt = (n: number): string[] => [
  ...['changed', 'firstname', 'lastname', 'of', 'a', 'contact', '#firstname', '#lastname'],
  ...[
    `person${spread(n, 8) % 200_000}`,
    ...[9, 10, 11].map((salt) => `=${spread(n, salt).toString(16).padStart(24, '0')}`),
  ],
];

function entryAt(n: number): AuditEntry {
  const kind = kinds.find(({ upTo }) => spread(n, 1) % 1000 < upTo)!;
  const { category, subCategory, action } = kind;
  // One integration causes half of the entries; fifty people share the other half.
  const userId = spread(n, 2) % 2 === 0 ? 'user-0' : `user-${1 + (spread(n, 3) % 50)}`;
  const occurredAt = START_MS + n * STEP_MS;
  return {
    id: padded(BigInt(n)),
    ...{ position: String(n), occurredAt, recordedAt: occurredAt, category, subCategory, action },
    actor: { type: 'user', id: userId, userId },
    target: { type: subCategory.toLowerCase(), id: String(1_854_000_000_000_000 + (spread(n, 4) % 200_000)) },
    summary: 'Changed firstname, lastname of a contact',
    nonUser: spread(n, 5) % 10 === 0,
    address: addressAt(spread(n, 6)),
    client: { ip: `192.0.2.${spread(n, 6) % 200}`, userAgent: 'Mozilla/5.0 (X11)', loginType: 'PASSWORD' },
    source: { type: sourceAt(n) },
    causes: { commandId: `command-${n}`, correlationId: `correlation-${n}` },
    changes: { firstname: { from: 'Ada', to: 'Augusta' }, lastname: { from: null, to: 'Lovelace' } },
    terms: termsAt(n),
    eventType: 'record.values-changed.v1',
    stream: `contact-${n}`,
    revision: 3,
  };
}

async function build(store: EmbeddedDocumentStore, n: number): Promise<number> {
  const started = performance.now();
  await store.ensure(spec);
  for (let from = 0; from < n; from += BATCH) {
    const writes: Write[] = [];
    for (let i = from; i < Math.min(from + BATCH, n); i++)
      writes.push({ id: entryAt(i).id, stamp: BigInt(i), loaded: undefined, doc: entryAt(i) });
    const checkpoint = {
      name: 'bench',
      from: from === 0 ? undefined : BigInt(from),
      to: BigInt(from + BATCH),
    };
    await store.write(spec.name, writes, checkpoint);
    if (from % 100_000 === 0) process.stderr.write(`audit: ${from} rows\n`);
  }
  return (performance.now() - started) / 1000;
}

const user = (n: number) => `user-${1 + (n % 50)}`;
/** Entries since a time. */
const since = (n: number, round: number): Filter => ({
  occurredAt: { $gte: START_MS + ((n * (round % 10)) / 10) * STEP_MS },
});
/** Half of all time, and no entry beyond the last one that is whole. */
const between = (n: number, round: number): Filter => ({
  occurredAt: {
    ...(since(n, round % 5).occurredAt as object),
    $lt: START_MS + ((n * (round % 5) + n * 5) / 10) * STEP_MS,
  },
  id: { $lte: padded(BigInt(n)) },
});
const addressAt = (n: number) => `00000000000000000000ffffc00002${(n % 200).toString(16).padStart(2, '0')}`;
const has = (...$all: string[]): Filter => ({ terms: { $all } });
const persons = { nonUser: false };

/** Filters by the round, so that no two queries in a row are the same. */
const queries: Readonly<Record<string, (round: number, n: number) => Filter>> = {
  'one filter: category': (r) => ({ category: kinds[r % kinds.length]!.category, ...persons }),
  'one filter: action': (r) => ({ action: kinds[r % kinds.length]!.action, ...persons }),
  'one filter: user': (r) => ({ 'actor.userId': user(r), ...persons }),
  'one filter: target': (r, n) => ({ 'target.id': entryAt(r % n).target!.id, ...persons }),
  'one filter: time': (r, n) => ({ ...since(n, r), ...persons }),
  'any filter: ip': (r) => ({ ...facet('address', [addressAt(r)]), ...persons }),
  'any filter: not an ip': (r) => allOf([negated(facet('address', [addressAt(r)])), persons]),
  'pair: category, sub-category': (r) => {
    const { category, subCategory } = kinds[r % kinds.length]!;
    return { category, subCategory, ...persons };
  },
  'pair: category, user': (r) => ({ category: 'LOGIN', 'actor.userId': user(r), ...persons }),
  'pair: category, action': (r) => ({
    category: 'CRM_OBJECT',
    action: kinds[2 + (r % 2)]!.action,
    ...persons,
  }),
  'pair: action, user': (r) => ({ action: 'DELETE', 'actor.userId': user(r), ...persons }),
  'pair: category, time': (r, n) => ({ category: 'LOGIN', ...since(n, r), ...persons }),
  'four filters and dates': (r, n) => ({
    ...{ category: 'PROPERTY_VALUE', subCategory: 'deals', action: 'UPDATE', 'actor.userId': user(r) },
    ...{ ...between(n, r), ...persons },
  }),
  'four filters and dates, a team': (r, n) => ({
    ...{ category: 'CRM_OBJECT', subCategory: 'DEAL', action: 'DELETE' },
    'actor.userId': { $in: Array.from({ length: 20 }, (_, i) => user(r + i)) },
    ...{ ...between(n, r), ...persons },
  }),
  'history of a target': (r, n) => ({ 'target.id': entryAt(r % n).target!.id }),
  'free text: rare': (r, n) => has(`person${spread(r % n, 8) % 200_000}`),
  'free text: frequent': () => ({ ...has('changed', 'contact'), ...persons }),
  'free text: frequent, and a rare filter': (r) => ({
    ...has('changed', 'contact'),
    action: 'LOGIN',
    'actor.userId': user(r),
  }),
  value: (r, n) =>
    has(
      `=${spread(r % n, 9)
        .toString(16)
        .padStart(24, '0')}`,
    ),
  'any filter: ip, source, action': (r) =>
    allOf([facet('address', [addressAt(r)]), facet('source.type', ['IMPORT']), { action: 'LOGIN' }, persons]),
  'any filter: nothing matches': (r) =>
    allOf([
      facet('address', [addressAt(r)]),
      { 'target.type': 'contacts' },
      facet('source.type', ['RESTORE']),
      { action: 'UPDATE' },
    ]),
  'any filter: nothing matches, without terms': () => ({
    'actor.type': { $in: ['link', 'load'] },
    'client.country': { $ne: null },
  }),
};

/** Pages from the middle of all entries on, one after another. */
async function deepPages(store: EmbeddedDocumentStore, n: number) {
  let after = cursorAfter(entryAt(n >> 1), sortKeys(SORT));
  const taken = await times(async () => {
    const found = await store.find(spec.name, { filter: persons, sort: SORT, limit: LIMIT, after });
    after = found.next!;
  });
  return { p50Ms: quantile(taken, 0.5), p99Ms: quantile(taken, 0.99) };
}

async function times(ask: (round: number) => Promise<unknown>, rounds = ROUNDS): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await ask(round);
    taken.push(performance.now() - started);
  }
  return taken;
}
export async function run({ n = 1_000_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-bench-audit-'));
  const store = await EmbeddedDocumentStore.open(dataDir, new FaultsSeen());
  try {
    const seconds = await build(store, n);
    emit({ n, what: 'rows written, all indexes', seconds, perSecond: Math.round(n / seconds) });
    const plain = new Database(join(dataDir, 'read.db'), { readonly: true });
    const { table, columns } = layoutOf(spec);
    for (const [what, filterOf] of Object.entries(queries)) {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      const find = (round: number) =>
        store.find(spec.name, { filter: filterOf(round, n), sort: SORT, limit: LIMIT });
      await times(find, 3);
      delay.enable();
      const ours = await times(find);
      delay.disable();
      const theirs = await times(async (round) => {
        const { sql, values } = compileFilter(filterOf(round, n), columns);
        const asked = `SELECT doc FROM ${table} WHERE ${sql} ORDER BY ${columns.get('occurredAt')} DESC, id DESC LIMIT ${LIMIT}`;
        const rows = plain.prepare(asked).all(values) as { doc: string }[];
        return rows.map(({ doc }) => JSON.parse(doc) as AuditEntry);
      }, ROUNDS / 4);
      const [p50Ms, p99Ms, peerP99] = [quantile(ours, 0.5), quantile(ours, 0.99), quantile(theirs, 0.99)];
      emit({
        ...{ n, what, p50Ms, p99Ms, eventLoopMs: Math.round(delay.max / 1e6) },
        peer: { name: 'plain SQL, index chosen by SQLite', p99Ms: peerP99 },
        ratio: Math.round((p99Ms / peerP99) * 100) / 100,
      });
    }
    plain.close();
    emit({ n, what: 'deep pages', ...(await deepPages(store, n)) });
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
