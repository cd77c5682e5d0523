// A day of realistic traffic of an account, from a seed, with incidents planted in it: events as they are stored, by the
// times when they were done.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Client, Meta, NewEvent } from '../../../src/eventsourcing/event';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;

/** Numbers of a seed (mulberry32): the same on any machine. */
export function numbersOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Who {
  readonly userId: string;
  readonly keyId?: string;
  readonly client?: Client;
}

/** An act, before it has become an event. */
interface Act {
  readonly time: number;
  readonly type: string;
  readonly data: object;
  readonly who: Who;
}

/** What a stored sample of an event tells. */
const sample = (type: string): object =>
  (JSON.parse(readFileSync(`test/fixtures/events/${type}.json`, 'utf8')) as { data: object }).data;
const like = (type: string, rest: object) => [type, { ...sample(type), ...rest }] as const;

const of = {
  created: (n: number) => like('record.created.v1', { recordId: String(n) }),
  changed: (n: number) => like('record.values-changed.v1', { recordId: String(n) }),
  deleted: (n: number) => like('record.archived.v1', { recordId: String(n) }),
  exported: () => like('export.requested.v1', { exportId: randomUUID() }),
  loggedIn: (userId: string) => like('session.started.v1', { sessionId: randomUUID(), userId }),
  failed: (userId: string | null) =>
    like('login.failed.v2', { userId, email: null, reason: 'wrong-password' }),
  adminTaken: (userId: string) => like('account.super-admin-taken.v1', { userId }),
  roleChanged: (userId: string) => like('user.role-changed.v1', { userId }),
};

/** What people of an office do on a working day, each hour in proportion to how many are at work. */
const AT_WORK = [0, 0, 0, 0, 0, 0.1, 0.3, 0.8, 1, 1, 1, 0.8, 0.9, 1, 1, 0.9, 0.6, 0.3, 0.1, 0.1, 0, 0, 0, 0];

export interface Account {
  readonly people: readonly string[];
  readonly key: string;
}

const office = (n: number): Client => ({
  ip: `198.51.100.${(n % 50) + 1}`,
  country: 'NO',
  loginType: 'PASSWORD',
});

/** Acts of the days from one on, of weekends few. */
export function* usualDays(
  { people, key }: Account,
  begin: number,
  days: number,
  random: () => number,
  busy = 1,
): Generator<Act> {
  for (let day = 0; day < days; day++) {
    const start = begin + day * DAY_MS;
    const isWeekend = [0, 6].includes(new Date(start).getUTCDay());
    for (const [hour, atWork] of AT_WORK.entries()) {
      const at = () => start + hour * HOUR_MS + Math.floor(random() * HOUR_MS);
      const acts: Act[] = [];
      const times = (mean: number) => Math.floor(2 * mean * random() + random());
      const add = (who: Who, [type, data]: readonly [string, object]) =>
        acts.push({ time: at(), type, data, who });
      for (const [n, userId] of people.entries()) {
        const share = atWork * (isWeekend ? 0.05 : 1) * busy;
        const who = { userId, client: office(n) };
        if (random() < share * 0.5) add(who, of.loggedIn(userId));
        if (random() < share * 0.08) for (let i = 0; i < 1 + random() * 2; i++) add(who, of.failed(userId));
        for (let i = times(share * 6); i > 0; i--) add(who, of.changed(Math.floor(random() * 1e6)));
        for (let i = times(share * 1.5); i > 0; i--) add(who, of.created(Math.floor(random() * 1e6)));
        if (random() < share * 0.3)
          for (let i = 0; i < random() * 6; i++) add(who, of.deleted(Math.floor(random() * 1e6)));
        if (random() < share * 0.03) add(who, of.exported());
      }
      // An integration that never sleeps.
      const integration = {
        userId: people[0]!,
        keyId: key,
        client: { ip: `203.0.113.${Math.floor(random() * 20)}` },
      };
      for (let i = times(10 * busy); i > 0; i--) add(integration, of.changed(Math.floor(random() * 1e6)));
      if (random() < 0.01) add({ userId: people[1]! }, of.roleChanged(people[2]!));
      yield* acts.sort((a, b) => a.time - b.time);
    }
  }
}

/** The kinds of what is planted, each told once. */
export const planted = (
  { people, key }: Account,
  day: number,
): { readonly alert: string; readonly acts: readonly Act[] }[] => {
  const burst = (
    hour: number,
    count: number,
    everyMs: number,
    who: Who,
    what: (n: number) => readonly [string, object],
  ) =>
    Array.from({ length: count }, (_, n): Act => {
      const [type, data] = what(n);
      return { time: day + hour * HOUR_MS + n * everyMs, type, data, who };
    });
  const at = (n: number): Who => ({ userId: people[n]!, client: office(n) });
  const abroad = {
    userId: people[5]!,
    client: { ip: '192.0.2.77', country: 'BR', loginType: 'PASSWORD' },
  } as const;
  const elsewhere = { userId: people[0]!, keyId: key, client: { ip: '192.0.2.200' } };
  return [
    { alert: 'exports', acts: burst(9, 14, 20 * MINUTE_MS, at(3), of.exported) },
    { alert: 'admin-removed', acts: burst(10.2, 1, 0, at(4), () => of.adminTaken(people[6]!)) },
    { alert: 'mass-deletion', acts: burst(11, 260, 4_000, at(7), (n) => of.deleted(n)) },
    { alert: 'mass-change', acts: burst(13, 2_100, 1_000, at(8), (n) => of.changed(n)) },
    { alert: 'failed-logins', acts: burst(3, 15, 40_000, at(9), () => of.failed(people[9]!)) },
    {
      alert: 'failed-logins',
      acts: burst(15.5, 30, 10_000, { userId: '', client: { ip: '192.0.2.9' } }, () => of.failed(null)),
    },
    { alert: 'new-country', acts: burst(14.1, 1, 0, abroad, () => of.loggedIn(people[5]!)) },
    { alert: 'new-network', acts: burst(4.4, 40, 30_000, elsewhere, (n) => of.changed(n)) },
    // Everybody deletes more than anybody has at this hour, nobody of them very many.
    {
      alert: 'mass-deletion',
      acts: [10, 11, 12, 13, 14, 15, 16, 17].flatMap((who) =>
        burst(20.1, 60, 20_000, at(who), (n) => of.deleted(n)),
      ),
    },
    { alert: 'roles', acts: burst(16.4, 6, 60_000, at(1), () => of.roleChanged(people[12]!)) },
  ];
};

/** The events of an act; an export is over at once, so that nobody carries it out. */
export function eventsOf(act: Act): NewEvent[] {
  const { exportId } = act.data as { readonly exportId?: string };
  const end = {
    ...act,
    type: 'export.failed.v1',
    data: { ...sample('export.failed.v1'), exportId },
    who: SYSTEM,
  };
  return exportId === undefined ? [eventOf(act)] : [eventOf(act), eventOf(end)];
}

const SYSTEM: Who = { userId: '' };

function eventOf({ time, type, data, who: { userId, keyId, client } }: Act): NewEvent {
  const meta: Meta = {
    commandId: randomUUID(),
    correlationId: randomUUID(),
    actor:
      keyId !== undefined
        ? { type: 'apiKey', id: keyId, userId }
        : userId === ''
          ? { type: 'system', id: 'unknown' }
          : { type: 'user', id: userId, userId },
    source: { type: 'API' },
    ...(client && { client }),
    at: new Date(time).toISOString(),
  };
  return { id: randomUUID(), type, data, meta };
}
