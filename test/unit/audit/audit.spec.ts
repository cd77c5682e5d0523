// The audit log: every event is accounted for, in the words of the vocabulary.
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findObjectType } from '../../../src/crm/schemas/object-type.vocabulary';
import { auditEventOf, auditRows, type AuditedEvents } from '../../../src/audit/audit-rows.vocabulary';
import { audit, type AuditEntry } from '../../../projections/audit/audit';
import { auditHours } from '../../../projections/audit/audit-hours';
import { hourOf } from '../../../src/audit/audit-entry.vocabulary';
import { entryFilter, entryQuery } from '../../../src/audit/entry-filter';
import {
  actions,
  categories,
  employeeDepartments,
  findSubCategory,
  visibleIn,
} from '../../../src/audit/taxonomy';
import { at, by, meta, projecting, type Scene } from '../../support/spec';
import { samples } from './audit-samples';

const root = resolve(__dirname, '../../../..');

type Type = keyof AuditedEvents;
const sceneOf = (type: Type) => ({ type, data: samples[type] }) as unknown as Scene<AuditedEvents>;
const entryOf = (type: Type, part: Parameters<typeof by>[1] = {}): AuditEntry => {
  const found = Object.values(projecting(audit).given(by(sceneOf(type), part)).documents);
  expect(found).toHaveLength(1);
  return found[0]!;
};
const withRow = (Object.keys(auditRows) as Type[]).filter((type) => typeof auditRows[type] === 'function');

test('every event of an events file has its line in audit-rows.vocabulary.ts: a row, or why there is none', () => {
  const eventFiles = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.events.ts'))
    .map((file) => readFileSync(join(root, 'src', file), 'utf8'));
  const types = eventFiles.flatMap((text) =>
    [...text.matchAll(/'([a-z-]+\.[a-z-]+\.v\d+)'/g)].map((m) => m[1]!),
  );
  expect(types.length).toBeGreaterThan(30);
  expect(types.filter((type) => !(type in auditRows))).toEqual([]);
});

test('an event without a row says why it has none', () => {
  const rows = Object.values(auditRows).filter((row) => typeof row !== 'function');
  expect(rows.length).toBeGreaterThan(20);
  for (const { none } of rows) expect(none).toMatch(/^[a-z].* .{3,}/);
});

test.each(withRow)('%s is told in words of the vocabulary', (type) => {
  const { category, subCategory, action, summary, target } = entryOf(type);
  const known = categories.find(({ id }) => id === category);
  expect(known && findSubCategory(known, subCategory, findObjectType)).toBe(subCategory);
  expect(actions).toContain(action);
  expect(summary).toMatch(/^[A-Z]/);
  expect(target?.id).toBeTruthy();
});

test('the vocabulary is the published one', () => {
  const file = join(root, 'test/fixtures/audit-taxonomy.json');
  const published = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  expect({ actions, categories, employeeDepartments }).toEqual({
    actions: published.actions,
    categories: published.categories,
    employeeDepartments: published.employeeDepartments,
  });
});

test.each<[string, readonly Type[]]>([
  ['DELETE', ['record.archived.v1', 'backup.withdrawn.v1', 'restoreplan.withdrawn.v1']],
  [
    'ARCHIVE',
    [
      ...(['property.archived.v1', 'propertygroup.archived.v1', 'schema.archived.v1'] as const),
      ...(['pipeline.archived.v1', 'pipeline.stage-archived.v1', 'associationtype.archived.v1'] as const),
    ],
  ],
  ['PURGE', ['record.purged.v1', 'backup.file-expired.v1', 'export.file-expired.v1']],
])('%s is the action of what the vocabulary means by it', (action, types) =>
  expect(types.map((type) => entryOf(type).action)).toEqual(types.map(() => action)),
);

test('an entry says who, what, which, when and from where', () => {
  const client = { ip: '192.0.2.7', userAgent: 'curl', loginType: 'API_KEY' as const };
  const actor = { type: 'apiKey' as const, id: 'k-1', userId: 'u-2' };
  expect(entryOf('record.values-changed.v1', { client, actor })).toEqual({
    id: '00000000000000000000',
    position: '0',
    occurredAt: Date.parse(at),
    recordedAt: Date.parse(at),
    category: 'PROPERTY_VALUE',
    subCategory: 'contacts',
    action: 'UPDATE',
    actor: { ...actor, keyId: 'k-1' },
    target: { type: 'contacts', id: '1854000000000000' },
    summary: 'Changed firstname of a contact',
    nonUser: false,
    client,
    address: '00000000000000000000ffffc0000207',
    source: { type: 'API' },
    causes: { commandId: meta.commandId, correlationId: meta.correlationId },
    terms: [
      ...['source.type=API', 'address=00000000000000000000ffffc0000207'],
      ...['changed', 'firstname', 'of', 'a', 'contact', '#firstname'],
      ...['=digest of ADA', '=digest of AUGUSTA'],
    ],
    eventType: 'record.values-changed.v1',
    stream: 'test-1',
    revision: 0,
  });
});

test('what an event of a record tells has its values and its name', () => {
  const event = { type: 'record.created.v1', data: samples['record.created.v1'] };
  expect(auditEventOf(event as unknown as Parameters<typeof auditEventOf>[0])).toMatchObject({
    target: { label: 'ada@example.com' },
    changes: samples['record.created.v1'].changes,
  });
});

test('no entry of a record holds a value of it', () => {
  for (const type of withRow.filter((name) => name.startsWith('record.')))
    expect(JSON.stringify(entryOf(type))).not.toMatch(/"Ada|Augusta|London|example\.com/);
});

test('no summary holds a value', () => {
  for (const type of withRow) expect(entryOf(type).summary).not.toMatch(/ada|Augusta|example\.com|Sync/);
});

test('what no person did is marked; a failed login never is', () => {
  const system = { actor: { type: 'system' as const, id: 'retention' } };
  expect(entryOf('backup.file-expired.v1', system).nonUser).toBe(true);
  const forSomebody = { actor: { type: 'system' as const, id: 'backups', userId: 'u-2', keyId: 'k-1' } };
  expect(entryOf('backup.completed.v2', forSomebody)).toMatchObject({ nonUser: true, ...forSomebody });
  expect(entryOf('record.created.v1', { actor: { type: 'import', id: '77', userId: 'u-2' } }).nonUser).toBe(
    false,
  );
  expect(entryOf('login.failed.v2', system)).toMatchObject({
    nonUser: false,
    actor: { type: 'system', id: 'unknown' },
    target: { type: 'unknown-users', id: '7c4d' },
  });
});

test('a person who acts without a key is the user of the entry', () =>
  expect(entryOf('record.archived.v1', { actor: { type: 'user', id: 'u-3' } }).actor.userId).toBe('u-3'));

test('Starter and Professional see logins and security activity, Enterprise everything', () => {
  const ids = (tier: Parameters<typeof visibleIn>[0]) => visibleIn(tier).map(({ id }) => id);
  expect(ids('STARTER')).toEqual(['LOGIN', 'SECURITY_ACTIVITY']);
  expect(ids('PROFESSIONAL')).toEqual(ids('STARTER'));
  expect(ids('ENTERPRISE')).toHaveLength(categories.length);
  expect(entryFilter(entryQuery.parse({}), ids('STARTER'), findObjectType)).toEqual({
    category: { $in: ['LOGIN', 'SECURITY_ACTIVITY'] },
    nonUser: false,
  });
});

const filterOf = (query: Record<string, string>) =>
  entryFilter(
    entryQuery.parse(query),
    categories.map(({ id }) => id),
    findObjectType,
  );

test('a query is the filter that it says', () => {
  expect(
    filterOf({
      category: 'PROPERTY_VALUE',
      subCategory: 'CONTACT,deal',
      action: 'UPDATE,CREATE',
      userId: 'u-2',
    }),
  ).toEqual({
    category: 'PROPERTY_VALUE',
    subCategory: { $in: ['contacts', 'deals'] },
    action: { $in: ['UPDATE', 'CREATE'] },
    'actor.userId': 'u-2',
    nonUser: false,
  });
  expect(
    filterOf({ targetType: 'contact', targetId: '1', ip: '::1', source: 'IMPORT', includeNonUser: 'true' }),
  ).toEqual({
    ...{ 'target.type': 'contacts', 'target.id': '1', 'source.type': 'IMPORT' },
    address: '00000000000000000000000000000001',
    terms: { $all: ['source.type=IMPORT'] },
    $and: [{ terms: { $all: ['address=00000000000000000000000000000001'] } }],
  });
});

test('a span of time holds its two ends', () => {
  const { occurredAt } = filterOf({ from: at, to: at }) as { occurredAt: { $gte: number; $lte: number } };
  const entry = entryOf('record.created.v1');
  expect(occurredAt).toEqual({ $gte: entry.occurredAt, $lte: entry.occurredAt });
});

test('an hour knows the first and the last entry of what was done in it, in whatever order', () => {
  const done = (time: string) => by(sceneOf('record.created.v1'), { at: time });
  const unseen = sceneOf('record.fenced.v1');
  const next = new Date(Date.parse(at) + 3_600_000).toISOString();
  projecting(auditHours)
    .given(unseen, done(at), done(next), done(at), unseen)
    .then({
      [hourOf(at)]: { first: '00000000000000000010', last: '00000000000000000030' },
      [hourOf(next)]: { first: '00000000000000000020', last: '00000000000000000020' },
    });
});

test.each([
  ['category', { category: 'NONSENSE' }],
  ['category', { category: 'LOGIN,NONSENSE' }],
  ['subCategory', { subCategory: 'USER' }],
  ['action', { action: 'create' }],
  ['from', { from: 'yesterday' }],
  ['to', { from: '2024-05-02T00:00:00Z', to: '2024-05-01T00:00:00Z' }],
  ['source', { source: 'MARS' }],
  ['sort', { sort: 'category' }],
  ['limit', { limit: '201' }],
  ['after', { after: 'WyIxIl0', sort: 'position' }],
  ['after', { after: 'not a cursor' }],
  ['q', { q: 'catgory:LOGIN' }],
  ['timeZone', { timeZone: 'Mars/Olympus' }],
  ['ip', { ip: '10.0.0.0/33' }],
])('a wrong %s is refused by name: %j', (parameter, query) => {
  const { error } = entryQuery.safeParse(query);
  expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([parameter]);
});

test('a sub-category that is none of the category is refused by name', () =>
  expect(() => filterOf({ category: 'LOGIN', subCategory: 'USER' })).toThrow(/^subCategory must be/));
