// The contacts that benches fill in, as in a busy account, and the searches of the search bench, each with the SQL that
// one would write by hand for a table of typed columns.
import { keysOf } from '../../../src/crm/search/search-key.vocabulary';
import { associations } from '../../../projections/crm/associations';
import { records, type RecordDocument } from '../../../projections/crm/records';
import { collectionOf } from '../../../projections/projection';
import { recordDocumentId } from '../../../src/crm/records/record.vocabulary';
import type { Search, SearchFilter } from '../../../src/crm/search/filter-groups';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import type { Doc, Write } from '../../../src/read/document-store';
import { EmbeddedDocumentStore } from '../../../src/read/stores/embedded/document-store';
import { FaultsSeen } from '../../support/faults-seen';

const START_MS = Date.UTC(2024, 0, 1);
const FIRST_ID = 1_854_000_000_000_000;
const BATCH = 5_000;
const STORE_BATCH = 2_000;
/** A pseudo-random number, the same in every run. */
export const spread = (n: number, salt: number): number =>
  Math.imul(n ^ (salt * 0x9e3779b1), 0x85ebca6b) >>> 8;
const pick = <T>(from: readonly T[], n: number): T => from[n % from.length]!;

const firstNames = ['Anna', 'Erik', 'Åsa', 'Göran', 'Lena', 'Karl', 'Maria', 'Nils', 'Olga', 'Per'];
const cities = ['Göteborg', 'Stockholm', 'Malmö', 'Uppsala', 'Lund', 'Berlin', 'Paris'];
const stages = ['lead', 'customer', 'subscriber', 'opportunity'];
const titles = ['Senior manager', 'Buyer', 'Head of purchasing', 'Engineer', 'Managing director'];
const time = (ms: number) => new Date(ms).toISOString();

export const columns = [
  ...['firstname', 'lastname', 'email', 'phone', 'company', 'jobtitle', 'city', 'zip', 'website'],
  ...['lifecyclestage', 'hs_lead_status', 'hubspot_owner_id', 'numemployees'],
  ...['createdate', 'hs_lastmodifieddate', 'lastmodifieddate', 'hs_object_id'],
] as const;

export function valuesAt(i: number): Record<string, string> {
  const changed = time(START_MS + i * 1_000 + spread(i, 1));
  return {
    firstname: pick(firstNames, spread(i, 2)),
    lastname: `Lindberg${spread(i, 3) % 50_000}`,
    email: `user.${i}@example${spread(i, 4) % 5_000}.com`,
    phone: `+46 70 ${spread(i, 5) % 10_000_000}`,
    company: `Company ${spread(i, 6) % 100_000} AB`,
    jobtitle: pick(titles, spread(i, 7)),
    city: pick(cities, spread(i, 8)),
    zip: String(10_000 + (spread(i, 9) % 80_000)),
    website: `https://www.example${spread(i, 4) % 5_000}.com/contact`,
    lifecyclestage: pick(stages, spread(i, 10)),
    ...(spread(i, 11) % 3 > 0 && { hs_lead_status: pick(['NEW', 'OPEN'], spread(i, 11)) }),
    hubspot_owner_id: String(1_000 + (spread(i, 12) % 50)),
    numemployees: String(spread(i, 13) % 5_000),
    createdate: time(START_MS + i * 1_000),
    ...{ hs_lastmodifieddate: changed, lastmodifieddate: changed },
    hs_object_id: String(FIRST_ID + i),
  };
}

export const idAt = (i: number): string => recordDocumentId('contacts', String(FIRST_ID + i));

export function documentAt(i: number): RecordDocument {
  const values = valuesAt(i);
  const { zip, hubspot_owner_id, numemployees, createdate, hs_lastmodifieddate } = values;
  return {
    ...{ id: idAt(i), objectType: 'contacts', recordId: String(FIRST_ID + i), values },
    numbers: {
      zip: Number(zip),
      hubspot_owner_id: Number(hubspot_owner_id),
      numemployees: Number(numemployees),
    },
    forms: {},
    keys: keysOf('contacts', values),
    ...{ createdAt: createdate!, updatedAt: hs_lastmodifieddate! },
    ...{ archived: false, archivedAt: null, archivedBy: null, revision: 0 },
  };
}

/** Writes the documents of `n` records into a store that has none. Resolves with the seconds that it took. */
export async function fillStore(
  store: EmbeddedDocumentStore,
  n: number,
  documentOf: (i: number) => Doc,
  bench: string,
): Promise<number> {
  const spec = collectionOf(records);
  await store.ensure(spec);
  const started = performance.now();
  for (let from = 0; from < n; from += STORE_BATCH) {
    const writes: Write[] = [];
    for (let i = from; i < Math.min(from + STORE_BATCH, n); i++) {
      const doc = documentOf(i);
      writes.push({ id: doc.id, stamp: BigInt(i), loaded: undefined, doc });
    }
    const checkpoint = { from: from === 0 ? undefined : BigInt(from), to: BigInt(from + STORE_BATCH) };
    await store.write(spec.name, writes, { name: 'bench', ...checkpoint });
    if (from % 100_000 === 0) process.stderr.write(`${bench}: ${from} records\n`);
  }
  return (performance.now() - started) / 1000;
}

/** Fills stores, in a process of its own, so that the memory it leaves behind is not counted as idle. */
export async function fillContacts(
  dataDir: string,
  n: number,
  documentOf: (i: number) => Doc,
): Promise<void> {
  const log = await EmbeddedEventStore.open(dataDir);
  const documents = await EmbeddedDocumentStore.open(dataDir, new FaultsSeen());
  const meta = {
    ...{ commandId: 'fill', correlationId: 'fill', at: '2026-01-01T00:00:00.000Z' },
    ...{ actor: { type: 'system' as const, id: 'bench' }, source: { type: 'SYSTEM' as const } },
  };
  const id = '00000000-0000-4000-8000-000000000000';
  const { position } = await log.append('bench-1', [{ id, type: 'bench.filled.v1', data: {}, meta }], -1);
  const { name } = collectionOf(records);
  await documents.ensure(collectionOf(records), 'later');
  await documents.ensure(collectionOf(associations));
  let from: bigint | undefined;
  for (let start = 0; start < n; start += BATCH) {
    const writes = Array.from({ length: Math.min(BATCH, n - start) }, (_, i) => {
      const doc = documentOf(start + i);
      return { id: doc.id, stamp: position, loaded: undefined, doc };
    });
    await documents.write(name, writes, { name, from, to: position });
    from = position;
  }
  await documents.close();
  await log.close();
}

export interface Case {
  readonly what: string;
  readonly selective?: true;
  /** The search of a round: no two searches in a row are the same. */
  readonly search: (round: number, n: number) => Search;
  /** The same search as SQL: its condition and its order. */
  readonly sql: (round: number, n: number) => { readonly where: string; readonly order?: string };
}

const on = (propertyName: string, operator: SearchFilter['operator'], more: object = {}): SearchFilter => ({
  ...{ propertyName, operator },
  ...more,
});
const all = (...filters: SearchFilter[]): Search => ({ filterGroups: [{ filters }] });
const text = (value: string) => `'${value}'`;
const record = (round: number, n: number) => valuesAt((round * 7_919) % n);
const up = (propertyName: string) => ({ sorts: [{ propertyName, direction: 'ASCENDING' as const }] });
const down = (propertyName: string) => ({ sorts: [{ propertyName, direction: 'DESCENDING' as const }] });
const like = (word: string) => `'%${word}%'`;
const searched = ['firstname', 'lastname', 'email', 'phone', 'company', 'hs_object_id'];

export const cases: readonly Case[] = [
  {
    what: 'indexed: email EQ, in other case',
    selective: true,
    search: (r, n) => all(on('email', 'EQ', { value: record(r, n)['email']!.toUpperCase() })),
    sql: (r, n) => ({ where: `email COLLATE NOCASE = ${text(record(r, n)['email']!)}` }),
  },
  {
    what: 'indexed: lastname EQ and city EQ, newest first',
    selective: true,
    search: (r, n) => ({
      ...all(on('lastname', 'EQ', { value: record(r, n)['lastname'] }), on('city', 'EQ', { value: 'lund' })),
      ...down('createdate'),
    }),
    sql: (r, n) => ({
      where: `lastname COLLATE NOCASE = ${text(record(r, n)['lastname']!)} AND city COLLATE NOCASE = 'lund'`,
      order: 'createdate DESC',
    }),
  },
  {
    what: 'indexed: phone EQ or e-mail IN 50',
    selective: true,
    search: (r, n) => ({
      filterGroups: [
        { filters: [on('phone', 'EQ', { value: record(r, n)['phone'] })] },
        { filters: [on('email', 'IN', { values: fifty(r, n) })] },
      ],
    }),
    sql: (r, n) => ({
      where:
        `phone COLLATE NOCASE = ${text(record(r, n)['phone']!)} OR email COLLATE NOCASE IN` +
        ` (${fifty(r, n).map(text).join()})`,
    }),
  },
  {
    what: 'indexed: changed in the last 1,000 s, in that order',
    selective: true,
    search: (_, n) => ({
      ...all(on('createdate', 'GTE', { value: time(START_MS + (n - 1_000) * 1_000) })),
      ...up('createdate'),
    }),
    sql: (_, n) => ({
      where: `createdate >= ${text(time(START_MS + (n - 1_000) * 1_000))}`,
      order: 'createdate',
    }),
  },
  {
    what: 'any: city EQ',
    search: (r) => all(on('city', 'EQ', { value: pick(cities, r) })),
    sql: (r) => ({ where: `city = ${text(pick(cities, r))}` }),
  },
  {
    what: 'any: lifecyclestage NEQ, sorted by lastname',
    search: (r) => ({ ...all(on('lifecyclestage', 'NEQ', { value: pick(stages, r) })), ...up('lastname') }),
    sql: (r) => ({ where: `lifecyclestage <> ${text(pick(stages, r))}`, order: 'lastname' }),
  },
  {
    what: 'any: zip BETWEEN and no lead status, sorted by zip downwards',
    search: (r) => ({
      ...all(
        on('zip', 'BETWEEN', { value: String(20_000 + r), highValue: '60000' }),
        on('hs_lead_status', 'NOT_HAS_PROPERTY'),
      ),
      ...down('zip'),
    }),
    sql: (r) => ({
      where: `zip BETWEEN '${20_000 + r}' AND '60000' AND hs_lead_status IS NULL`,
      order: 'zip DESC',
    }),
  },
  {
    what: 'any: jobtitle CONTAINS_TOKEN, a fifth has it; the other begins so',
    search: (r) => ({
      filterGroups: ['manager', `x${r}*`].map((value) => ({
        filters: [on('jobtitle', 'CONTAINS_TOKEN', { value })],
      })),
    }),
    sql: (r) => ({ where: `jobtitle LIKE ${like('manager')} OR jobtitle LIKE 'x${r}%'` }),
  },
  {
    what: 'any: city NOT_CONTAINS_TOKEN beyond ASCII, and one of two parts',
    search: (r) =>
      all(
        on('city', 'NOT_CONTAINS_TOKEN', { value: 'göteborg' }),
        on('city', 'NOT_CONTAINS_TOKEN', { value: `ö*${r}` }),
      ),
    sql: (r) => ({ where: `city <> 'Göteborg' AND city NOT LIKE '%ö%${r}%'` }),
  },
  {
    what: 'any: query, a name few have',
    search: (r) => ({ query: `lindberg${77 + r}` }),
    sql: (r) => ({ where: searched.map((name) => `${name} LIKE ${like(`lindberg${77 + r}`)}`).join(' OR ') }),
  },
  {
    what: 'any: query of two words beyond ASCII, nothing found',
    search: (r) => ({ query: `åsa größe${r}` }),
    sql: (r) => ({ where: searched.map((name) => `${name} LIKE ${like(`größe${r}`)}`).join(' OR ') }),
  },
  {
    what: 'any: no filter, sorted by website downwards',
    search: () => down('website'),
    sql: () => ({ where: '1', order: 'website DESC' }),
  },
  {
    what: 'any: 3 groups of 6 filters, nothing found',
    search: (r) => ({
      filterGroups: Array.from({ length: 3 }, (_, g) => ({
        filters: [
          on('lifecyclestage', 'NEQ', { value: 'x' }),
          on('city', 'NEQ', { value: 'x' }),
          on('company', 'NEQ', { value: 'x' }),
          on('numemployees', 'NOT_IN', { values: ['x', 'y'] }),
          on('website', 'HAS_PROPERTY'),
          on('jobtitle', 'EQ', { value: `x${g}${r}` }),
        ],
      })),
    }),
    sql: (r) => ({
      where: Array.from(
        { length: 3 },
        (_, g) =>
          `(lifecyclestage <> 'x' AND city <> 'x' AND company <> 'x' AND numemployees NOT IN ('x','y')` +
          ` AND website IS NOT NULL AND jobtitle = 'x${g}${r}')`,
      ).join(' OR '),
    }),
  },
];

function fifty(round: number, n: number): string[] {
  return Array.from({ length: 50 }, (_, i) => record(round * 50 + i, n)['email']!);
}
