// Queries against a naive matcher: thousands of queries, made at random with what each means, find the same entries in
// the document store, through the test of a filter, and by plain code that knows the acts and nothing of filters.
import fc from 'fast-check';
import { audit, type AuditEntry } from '../../../projections/audit/audit';
import { collectionOf } from '../../../projections/projection';
import { entryOf, type AnyEvent } from '../../../src/audit/entry-of';
import { entryQuery } from '../../../src/audit/entry-filter';
import { EntryFilters } from '../../../src/audit/entry-filters';
import type { QueryNames } from '../../../src/audit/query/query-names';
import type { ObjectTypes } from '../../../src/crm/schemas/object-types-known';
import { findObjectType } from '../../../src/crm/schemas/object-type.vocabulary';
import { Digests } from '../../../src/read/filters/digests';
import type { Filter } from '../../../src/read/document-store';
import { matcher } from '../../../src/read/filters/matcher';
import { openStores, type Stores } from '../../support/read-side';

/** What was done, in plain words. */
interface Act {
  readonly who: 'ann' | 'bob' | 'cem';
  readonly what: 'create' | 'change' | 'delete' | 'login';
  readonly record: string;
  readonly property: string;
  readonly from: string | null;
  readonly to: string;
  readonly ip: string | undefined;
  readonly country: string | undefined;
  readonly source: 'API' | 'IMPORT';
  readonly hour: number;
}

const START = Date.parse('2026-10-01T00:00:00Z');
const HOUR = 3_600_000;
const people = {
  ann: ['ann@x.org', 'Ann Lee'],
  bob: ['bob@x.org', 'Bob Şahin'],
  cem: ['cem@y.org', 'Cem Lee'],
};
const properties = ['amount', 'city_name', 'stage'];
const values = ['Oslo', 'oslo ', 'a;b', '10', 'Über uns'];
const ips = ['10.0.0.1', '10.1.2.3', '192.0.2.7', '2001:db8::1'];

const acts = fc.record<Act>({
  who: fc.constantFrom('ann', 'bob', 'cem'),
  what: fc.constantFrom('create', 'change', 'delete', 'login'),
  record: fc.constantFrom('1', '2', '3'),
  property: fc.constantFrom(...properties),
  from: fc.constantFrom(null, ...values),
  to: fc.constantFrom(...values),
  ip: fc.constantFrom(undefined, ...ips),
  country: fc.constantFrom(undefined, 'NO', 'DE'),
  source: fc.constantFrom('API', 'IMPORT'),
  hour: fc.integer({ min: 0, max: 100 }),
});

function eventOf(act: Act, n: number): AnyEvent {
  const record = { objectType: 'contacts', recordId: act.record };
  const before = { updatedAt: '', archived: false, archivedAt: null, revision: 0 };
  const changes = { [act.property]: { from: act.what === 'create' ? null : act.from, to: act.to } };
  const events = {
    create: ['record.created.v1', { ...record, changes, sensitive: [], before: null }],
    change: ['record.values-changed.v1', { ...record, changes, before }],
    delete: ['record.archived.v1', { ...record, before }],
    login: ['session.started.v1', { sessionId: 's', userId: act.who, email: people[act.who][0] }],
  } as const;
  const [type, data] = events[act.what];
  return {
    ...{ id: `e${n}`, type, data, stream: `contact-${act.record}`, revision: n, position: BigInt(n) },
    recordedAt: START,
    meta: {
      ...{ commandId: 'c', correlationId: 'c', at: new Date(START + act.hour * HOUR).toISOString() },
      actor: { type: 'user', id: act.who, userId: act.who },
      source: { type: act.source },
      client: { ...(act.ip && { ip: act.ip }), ...(act.country && { country: act.country }) },
    },
  };
}

/** A query as text, and the acts that it means. */
interface Asked {
  readonly text: string;
  readonly means: (act: Act) => boolean;
}

const category = { create: 'CRM_OBJECT', change: 'PROPERTY_VALUE', delete: 'CRM_OBJECT', login: 'LOGIN' };
const action = { create: 'CREATE', change: 'UPDATE', delete: 'DELETE', login: 'LOGIN' };
const summary = {
  create: 'Created a contact',
  change: (property: string) => `Changed ${property} of a contact`,
  delete: 'Deleted a contact',
  login: 'Logged in',
};
const changes = (act: Act) => act.what === 'create' || act.what === 'change';
const same = (one: string | null, other: string) => one?.trim().toUpperCase() === other.trim().toUpperCase();
const words = (text: string) => text.toLowerCase().split(/[^a-z0-9\u0080-\uffff]+/);

function textOf(act: Act): string {
  const told = act.what === 'change' ? summary.change(act.property) : summary[act.what];
  const name = act.what === 'login' ? people[act.who][0]! : '';
  return [told, name, changes(act) ? act.property : '', ...people[act.who]].join(' ');
}

const inCase = (text: string) => fc.constantFrom(text, text.toLowerCase(), text.toUpperCase());
const listed = <T extends string>(field: string, all: readonly T[], means: (act: Act, one: T) => boolean) =>
  fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...all), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([some, spaced, quoted]): Asked => {
      const written = some.map((one) => (quoted || /[\s,()"]/.test(one) ? JSON.stringify(one) : one));
      const list = written.length === 1 ? written[0]! : `(${written.join(spaced ? ' or ' : ', ')})`;
      return { text: `${field}:${list}`, means: (act) => some.some((one) => means(act, one)) };
    });

const networks: Readonly<Record<string, readonly string[]>> = {
  '10.0.0.0/8': ['10.0.0.1', '10.1.2.3'],
  '10.0.0.0/15': ['10.0.0.1', '10.1.2.3'],
  '10.0.0.0/16': ['10.0.0.1'],
  '192.0.2.7': ['192.0.2.7'],
  '192.0.2.0..192.0.2.9': ['192.0.2.7'],
  '2001:db8::/32': ['2001:db8::1'],
  '::ffff:10.0.0.1': ['10.0.0.1'],
  '::/0': ips,
};
/** Hours from the start; the end is the first hour that is not meant. */
const times: Readonly<Record<string, readonly [number, number]>> = {
  '2026-10-01': [0, 24],
  '2026-10-02..2026-10-03': [24, 72],
  '2026-10-04..': [72, Infinity],
  '..2026-10-02': [-Infinity, 48],
  '2026-10': [0, Infinity],
  '2026-10-01T05:00..2026-10-01T06:00': [5, 7],
  '2026-10-01T02:00-03:00..2026-10-01T05:00:00.000Z': [5, 6],
  'last:2d': [52, 101],
  'from:-1d': [76, Infinity],
  'to:yesterday': [-Infinity, 96],
  'on:today': [96, 120],
  '-24h..now': [76, 101],
};
const NOW = START + 100 * HOUR;

const leaves = fc
  .oneof(
    listed('category', ['CRM_OBJECT', 'PROPERTY_VALUE', 'LOGIN'], (act, one) => category[act.what] === one),
    listed('action', ['CREATE', 'UPDATE', 'DELETE', 'LOGIN'], (act, one) => action[act.what] === one),
    listed('user', ['ann@x.org', 'bob@x.org', 'ann', 'Lee'], (act, one) =>
      one.includes('@') ? people[act.who][0] === one : people[act.who][1]!.includes(one) || act.who === one,
    ),
    listed('team', ['Sales EMEA', 'none'], (act, one) => one === 'Sales EMEA' && act.who !== 'bob'),
    listed(
      'target',
      ['contacts/1', '2', 'contact/3', 'users/', 'users', 'contact', 'contacts/*'],
      (act, one) =>
        one.startsWith('users')
          ? act.what === 'login'
          : act.what !== 'login' && (!/\d$/.test(one) || one.endsWith(act.record)),
    ),
    listed('property', [...properties, 'AMOUNT'], (act, one) => changes(act) && same(act.property, one)),
    listed('value', values, (act, one) =>
      act.what === 'create'
        ? same(act.to, one)
        : act.what === 'change' && (same(act.from, one) || same(act.to, one)),
    ),
    listed('source', ['API', 'import'], (act, one) => same(act.source, one)),
    listed(
      'ip',
      Object.keys(networks),
      (act, one) => act.ip !== undefined && networks[one]!.includes(act.ip),
    ),
    listed('country', ['no', 'DE', 'SE'], (act, one) => act.country !== undefined && same(act.country, one)),
    fc.constantFrom(...Object.keys(times)).map((text): Asked => {
      const [from, end] = times[text]!;
      return { text, means: ({ hour }) => hour >= from && hour < end };
    }),
    fc
      .constantFrom(
        'contact',
        'changed amount',
        'ann',
        'Lee',
        'city_name',
        'ŞAHIN',
        'x.org',
        'oslo',
        'conta',
        'in',
      )
      .map((text): Asked => ({
        text: /\W/.test(text) ? `"${text}"` : text,
        means: (act) => words(text).every((word) => words(textOf(act)).includes(word)),
      })),
  )
  .chain((asked) =>
    inCase(asked.text).map((text) => ({ ...asked, text: asked.text.includes('T0') ? asked.text : text })),
  );

const queries = fc.letrec<{ query: Asked }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaves,
    fc.tuple(fc.constantFrom('-', 'not ', 'NOT '), tie('query')).map(([not, { text, means }]) => ({
      text: `${not}(${text})`,
      means: (act: Act) => !means(act),
    })),
    fc
      .tuple(fc.constantFrom(' ', ' and ', ' or '), fc.array(tie('query'), { minLength: 2, maxLength: 3 }))
      .map(([word, of]) => ({
        text: `(${of.map(({ text }) => (/ or /i.test(text) ? `(${text})` : text)).join(word)})`,
        means: (act: Act) =>
          word === ' or ' ? of.some(({ means }) => means(act)) : of.every(({ means }) => means(act)),
      })),
  ),
})).query;

const names = {
  people: async (asked: readonly string[]): Promise<Filter> => ({
    'actor.userId': {
      $in: Object.entries(people)
        .filter(([id, [email, name]]) =>
          asked.some((one) => same(id, one) || same(email!, one) || words(name!).includes(one.toLowerCase())),
        )
        .map(([id]) => id),
    },
  }),
  teams: async (asked: readonly string[]): Promise<Filter> => ({
    'actor.userId': { $in: asked.some((one) => same('Sales EMEA', one)) ? ['ann', 'cem'] : [] },
  }),
  actorsNamed: async (word: string): Promise<Filter | undefined> => {
    const ids = Object.entries(people).flatMap(([id, told]) =>
      words(told.join(' ')).includes(word) ? [id] : [],
    );
    return ids.length === 0 ? undefined : { 'actor.userId': { $in: ids } };
  },
} as unknown as QueryNames;

const digests = new Digests('key');
const objectTypes = { finder: async () => findObjectType } as unknown as ObjectTypes;
const filters = new EntryFilters(objectTypes, names, digests, () => NOW);
const spec = collectionOf(audit);

let stores: Stores;
beforeAll(async () => void (stores = await openStores()));
afterAll(() => stores.close());

test('what a query finds is what it means, in the store and entry by entry', async () => {
  const done = fc.sample(acts, { numRuns: 120, seed: 7 });
  const entries = done.map((act, n) => entryOf(eventOf(act, n), digests.of)!);
  await stores.documents.ensure(spec);
  const writes = entries.map((doc, n) => ({ id: doc.id, stamp: BigInt(n), loaded: undefined, doc }));
  await stores.documents.write(spec.name, writes, { name: 'fuzz', from: undefined, to: 1_000n });
  const runs = Number(process.env['QUERY_RUNS'] ?? 1_000);
  await fc.assert(
    fc.asyncProperty(queries, fc.constantFrom('-id', '-occurredAt'), async ({ text, means }, sort) => {
      const asked = entryQuery.parse({ q: text });
      const filter = await filters.filterOf(asked, { tier: 'ENTERPRISE', addOns: [] }, {});
      const meant = entries.filter((_, n) => means(done[n]!)).map(({ id }) => id);
      const { docs } = await stores.documents.find<AuditEntry>(spec.name, {
        filter,
        sort: [sort],
        limit: 200,
      });
      expect(docs.map(({ id }) => id).sort()).toEqual(meant);
      expect(entries.filter(matcher(filter)).map(({ id }) => id)).toEqual(meant);
    }),
    { numRuns: runs },
  );
}, 120_000);
