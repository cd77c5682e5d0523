// The analysis counts what the list shows: whatever was done, whenever it is told of, in any time zone.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { App, ownLog, startApp } from '../../support/servers/app';
import { contents, event, rebuilt } from '../../support/read-side';
import { audit } from '../../../projections/audit/audit';
import { auditHours } from '../../../projections/audit/audit-hours';
import type { AnyProjection } from '../../../projections/projection';
import { auditCounts } from '../../../projections/audit/audit-counts';
import { meta } from '../../support/spec';

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
  await write();
});
afterAll(() => app.close());

const ANALYSIS = '/audit/v1/analysis';
const people = ['9001', '9002', '9003'];
const ips = ['192.0.2.1', '192.0.2.2', '2001:db8::1'];
/** Around the days when clocks go back in Europe and in America, in 2024. */
const [BEGIN, END] = [Date.UTC(2024, 9, 20), Date.UTC(2024, 10, 9)];

const client = (n: number) => ({ ip: ips[n % ips.length]! });
type Deed = readonly [type: string, data: object];
const deeds = (userId: string): Deed[] => [
  ['apikey.revoked.v1', { keyId: '7', userId }],
  ['session.started.v1', { sessionId: '8', userId, loginType: 'PASSWORD', stepUp: false, idleAfter: 1 }],
  ['session.ended.v1', { sessionId: '8', userId, reason: 'logout' }],
  ['login.failed.v2', { userId, email: null, emailDigest: 'x', reason: 'wrong-password' }],
  ['record.archived.v1', { objectType: 'contacts', recordId: '1', before: {}, changes: {} }],
  ['export.requested.v1', { exportId: '5', name: 'All', objectType: 'contacts', format: 'CSV' }],
];

/** Acts of three people and of nobody, in no order of time. */
async function write(): Promise<void> {
  const [seed] = fc.sample(
    fc.array(fc.tuple(fc.noBias(fc.nat(END - BEGIN - 1)), fc.nat(3), fc.nat(5)), {
      minLength: 900,
      maxLength: 900,
    }),
    {
      numRuns: 1,
      seed: 7,
    },
  );
  const events = seed!.map(([after, who, what], n) => {
    const userId = people[who] ?? people[0]!;
    const [type, data] = deeds(userId)[what]!;
    const actor =
      who < people.length
        ? { type: 'user' as const, id: userId, userId }
        : { type: 'system' as const, id: 'sweep' };
    const at = new Date(BEGIN + after).toISOString();
    const metadata = { ...meta, commandId: randomUUID(), actor, client: client(n), at };
    return { ...event(type, data), id: randomUUID(), meta: metadata };
  });
  const { eventStore, readModels } = app.engine;
  await eventStore.append(`analysed-${randomUUID()}`, events, -1);
  const head = await eventStore.head();
  for (const projection of [audit, auditHours, auditCounts] as AnyProjection[])
    await readModels.waitFor(projection, head, AbortSignal.timeout(10_000));
}

interface Row {
  readonly occurredAt: string;
  readonly category: string;
  readonly subCategory: string;
  readonly action: string;
  readonly actor: { readonly userId?: string };
  readonly client?: { readonly ip?: string };
}
interface Series {
  readonly name: string;
  readonly count: number;
  readonly points: readonly { from: string; to: string; count: number; link?: string }[];
}
interface Chart {
  readonly from: string;
  readonly to: string;
  readonly series: readonly Series[];
  readonly topUsers: readonly { userId: string; count: number; link: string }[];
  readonly topIps?: readonly { ip: string; count: number; link: string }[];
}

async function rowsOf(link: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after = ''; ;) {
    const page = await app.ok<{ results: Row[]; paging?: { next: { after: string } } }>(
      'GET',
      `${link}&limit=200${after}`,
    );
    rows.push(...page.results);
    if (!page.paging) return rows;
    after = `&after=${page.paging.next.after}`;
  }
}

const ALL = `/audit/v1/entries?from=${new Date(BEGIN).toISOString()}&to=${new Date(END).toISOString()}`;
const chartOf = (name: string, query: Record<string, string>) =>
  app.ok<Chart>('GET', `${ANALYSIS}/${name}?${new URLSearchParams(query).toString()}`);

const linesOf: Readonly<Record<string, (row: Row) => string | undefined>> = {
  'by-category': ({ category }) => category,
  'by-action': ({ action }) => action,
  'crm-records': ({ category, action }) => (category === 'CRM_OBJECT' ? action : undefined),
  'login-trend': ({ category, subCategory, action }) =>
    category !== 'LOGIN'
      ? undefined
      : subCategory === 'LOGIN_FAILED'
        ? 'failed'
        : action === 'LOGIN'
          ? 'succeeded'
          : undefined,
};

/** What clocks of a zone show of a time, down to the interval; of weeks, the Monday. */
function labelOf(time: string, interval: string, zone: string): string {
  const shown = new Date(time).toLocaleString('sv-SE', { timeZone: zone, hour12: false });
  if (interval === 'week') {
    const day = new Date(`${shown.slice(0, 10)}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
    return day.toISOString().slice(0, 10);
  }
  return shown.slice(0, { hour: 13, day: 10, month: 7 }[interval]);
}

const countsBy = <T>(
  all: readonly T[],
  keyOf: (one: T) => string | undefined,
  count: (one: T) => number = () => 1,
) => {
  const counts: Record<string, number> = {};
  for (const one of all) {
    const key = keyOf(one);
    if (key !== undefined && count(one) > 0) counts[key] = (counts[key] ?? 0) + count(one);
  }
  return counts;
};

test('charts count what the list shows, in any zone, by any interval and filter', async () => {
  const rows = await rowsOf(ALL);
  expect(rows.length).toBeGreaterThan(300);
  const asked = fc.record({
    name: fc.constantFrom(...Object.keys(linesOf)),
    interval: fc.constantFrom('hour', 'day', 'week', 'month'),
    timeZone: fc.constantFrom(
      'UTC',
      'Europe/Oslo',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
    ),
    from: fc.integer({ min: BEGIN, max: END }),
    hours: fc.nat(380),
    category: fc.option(fc.constantFrom('LOGIN', 'CRM_OBJECT', 'LOGIN,SECURITY_ACTIVITY'), {
      nil: undefined,
    }),
    action: fc.option(fc.constantFrom('LOGIN', 'DELETE,EXPORT'), { nil: undefined }),
    userId: fc.option(fc.constantFrom('9001', '9002,9003', 'nobody'), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ name, from, hours, ...rest }) => {
      const { interval, timeZone, category, action, userId } = rest;
      const query = Object.fromEntries(
        Object.entries({
          ...rest,
          from: new Date(from).toISOString(),
          to: new Date(from + hours * 3_600_000).toISOString(),
        }).filter((one): one is [string, string] => one[1] !== undefined),
      );
      const chart = await chartOf(name, query);
      const among = (given: string | undefined, value: string) => given?.split(',').includes(value) ?? true;
      const inTime = rows.filter(({ occurredAt }) => occurredAt >= chart.from && occurredAt < chart.to);
      const counted = inTime.filter(
        (row) =>
          among(category, row.category) && among(action, row.action) && among(userId, row.actor.userId ?? ''),
      );
      const lineOf = linesOf[name]!;
      const points = chart.series.flatMap((line) => line.points.map((point) => ({ line, ...point })));
      const label = (line: string | undefined, time: string) =>
        line && `${line} ${labelOf(time, interval, timeZone)}`;
      expect(
        countsBy(
          points,
          ({ line, from: at }) => label(line.name, at),
          ({ count }) => count,
        ),
      ).toEqual(countsBy(counted, (row) => label(lineOf(row), row.occurredAt)));
      const ofLines = counted.filter((row) => lineOf(row) !== undefined);
      expect(
        countsBy(
          chart.topUsers,
          ({ userId: id }) => id,
          ({ count }) => count,
        ),
      ).toEqual(countsBy(ofLines, ({ actor }) => actor.userId));
      for (const { link, count } of points.filter(({ count: some }) => some > 0).slice(0, 2))
        expect(await rowsOf(link!)).toHaveLength(count);
      for (const { link, count } of [...chart.topUsers, ...(chart.topIps ?? [])].slice(0, 2))
        expect(await rowsOf(link)).toHaveLength(count);
    }),
    { numRuns: 40 },
  );
});

test('a day is totalled beside the same day of the week before, each with the rows behind it', async () => {
  const summary = await app.ok<{
    from: string;
    totals: Record<string, { count: number; link: string; weekBefore: { count: number; link: string } }>;
  }>('GET', `${ANALYSIS}/summary?date=2024-10-27&timeZone=Europe/Oslo`);
  expect(summary.from).toBe('2024-10-26T22:00:00.000Z');
  expect(Object.keys(summary.totals)).toEqual(['logins', 'deletions', 'exports', 'reports']);
  for (const { count, link, weekBefore } of Object.values(summary.totals)) {
    expect(await rowsOf(link)).toHaveLength(count);
    expect(await rowsOf(weekBefore.link)).toHaveLength(weekBefore.count);
  }
  expect(Object.values(summary.totals).some(({ count }) => count > 0)).toBe(true);
});

test('counters made anew from the log are the same', async () => {
  const { eventStore, documents, readModels } = app.engine;
  const anew = await rebuilt(eventStore, auditCounts);
  expect(anew.size).toBeGreaterThan(300);
  expect(await contents(documents, await readModels.collection(auditCounts))).toEqual(anew);
});

test.each([
  ['ip=192.0.2.1', 'ask GET /audit/v1/entries'],
  ['targetId=1', 'ask GET /audit/v1/entries'],
  ['interval=hour&from=2020-01-01T00:00:00Z', '400 points'],
  ['from=1999-01-01T00:00:00Z&to=1999-01-02T00:00:00Z', 'before 2000'],
  ['to=2100-01-01T00:00:00Z', 'lies ahead'],
  ['timeZone=Mars/Base', 'time zone'],
  ['category=NONE', 'must be one of'],
])('a chart of %s is refused, and it is said why', async (query, says) => {
  const { status, body } = await app.api<{ message: string; errors?: { message: string }[] }>(
    'GET',
    `${ANALYSIS}/by-category?${query}`,
  );
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain(says);
});

test('tiers below Enterprise have no analysis', async () => {
  await app.ok('PUT', '/settings/v1/account', { tier: 'PROFESSIONAL' });
  const { status, body } = await app.api<{ context: unknown }>('GET', `${ANALYSIS}/summary`);
  expect([status, body.context]).toEqual([403, { requiredTier: ['ENTERPRISE'] }]);
  await app.ok('PUT', '/settings/v1/account', { tier: 'ENTERPRISE' });
});
