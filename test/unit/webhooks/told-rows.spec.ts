// What events tell, and which of it a subscription wants.
import type { WebhookWants } from '../../../src/webhooks/webhook.events';
import { timesOf } from '../../../src/webhooks/told.queries';
import { toldRows } from '../../../src/webhooks/telling/told-rows';
import { wantedRows } from '../../../src/webhooks/telling/wanted-rows';
import { meta } from '../../support/spec';

const record = { objectType: 'contacts', recordId: '7' };
const before = { updatedAt: '', archived: false, archivedAt: null, revision: 0 };
const user = { ...meta, actor: { type: 'user' as const, id: '7', userId: '7' } };
const rowsOf = (type: string, data: object, as = meta) => toldRows({ type, data, meta: as });
const namesOf = (type: string, data: object) => rowsOf(type, data).map(({ name }) => name);
const all: WebhookWants = {
  objectTypes: ['contacts', 'companies'],
  events: [
    'creation',
    'deletion',
    'propertyChange',
    'merge',
    'associationChange',
    'restore',
    'privacyDeletion',
  ],
  properties: null,
  told: { restores: false, undos: false, imports: false },
};

test('a creation comes before the values that the record is created with', () => {
  const changes = { city: { from: null, to: 'Oslo' } };
  expect(namesOf('record.created.v1', { ...record, changes, before: null })).toEqual([
    'creation',
    'propertyChange/city',
    'propertyChange/hs_object_source',
    'propertyChange/hs_object_source_label',
  ]);
});

test('a record that reads as erased is told to be gone, once, unless it lay in the bin', () => {
  const archived = { ...before, archived: true };
  const asked = { ...record, dueAt: '' };
  expect(namesOf('record.erasure-requested.v1', { ...asked, before })).toEqual(['deletion']);
  expect(namesOf('record.erasure-requested.v1', { ...asked, before: archived })).toEqual([]);
  expect(namesOf('record.erased.v1', { ...record, before })).toEqual(['deletion', 'privacyDeletion']);
  expect(namesOf('record.erased.v1', { ...record, before: null })).toEqual(['privacyDeletion']);
});

test('links that come and go are told from both sides, those that stay are not', () => {
  const link = (typeId: number) => ({ category: 'USER_DEFINED', typeId, inverseTypeId: typeId + 100 });
  const moved = {
    ...{ from: { objectType: 'companies', recordId: '1' }, to: record },
    links: { from: [link(1), link(2)], to: [link(2), link(3)] },
  };
  const seen = rowsOf('association.changed.v1', moved).map(({ objectType, link: one }) => [
    ...[objectType, one!.typeId, one!.removed],
  ]);
  expect(seen).toEqual([
    ...[
      ['companies', 1, true],
      ['companies', 3, false],
    ],
    ...[
      ['contacts', 101, true],
      ['contacts', 103, false],
    ],
  ]);
  expect(new Set(rowsOf('association.changed.v1', moved).map(({ name }) => name)).size).toBe(4);
});

test('nothing else is told', () => {
  for (const type of ['record.fenced.v1', 'record.purged.v1', 'record.merged-into.v1', 'user.invited.v1'])
    expect(namesOf(type, { ...record, before })).toEqual([]);
});

test('what changes by itself is wanted only where it is named', () => {
  const changes = { city: { from: null, to: 'Oslo' }, hs_lastmodifieddate: { from: null, to: '1' } };
  const rows = rowsOf('record.values-changed.v1', { ...record, changes, before });
  const wanted = (more: Partial<WebhookWants>) =>
    wantedRows(rows, { ...all, ...more }, undefined).map(({ property }) => property?.name);
  expect(wanted({})).toEqual(['city']);
  expect(wanted({ properties: ['hs_lastmodifieddate'] })).toEqual(['hs_lastmodifieddate']);
  expect(wanted({ objectTypes: ['deals'] })).toEqual([]);
  expect(wanted({ events: ['creation'] })).toEqual([]);
});

test('who changed a record last is told, where it is named, when that is somebody else', () => {
  const changes = { city: { from: null, to: 'Oslo' } };
  const told = (updatedBy: string) => {
    const rows = rowsOf(
      'record.values-changed.v1',
      { ...record, changes, before: { ...before, updatedBy } },
      user,
    );
    return wantedRows(rows, { ...all, properties: ['hs_updated_by_user_id'] }, undefined);
  };
  expect(told('6').map(({ property }) => property)).toEqual([{ name: 'hs_updated_by_user_id', value: '7' }]);
  expect(told('7')).toEqual([]);
});

test('what imports, restores and undos do is wanted by those alone that say so', () => {
  const rows = rowsOf('record.archived.v1', { ...record, before });
  for (const cause of ['imports', 'restores', 'undos'] as const) {
    expect(wantedRows(rows, all, cause)).toEqual([]);
    expect(wantedRows(rows, { ...all, told: { ...all.told, [cause]: true } }, cause)).toEqual(rows);
  }
});

test('a plan is counted as it would be told', () => {
  const changes = {
    byProperty: { contacts: { city: 3, firstname: 2 }, deals: { amount: 5 } },
    byKind: { contacts: { recreate: 1, archive: 4, links: 7 } },
  };
  const times = (more: Partial<WebhookWants>) => timesOf({ ...all, ...more }, changes);
  expect(times({})).toBe(17);
  expect(times({ events: ['propertyChange'], properties: ['city'] })).toBe(3);
  expect(times({ events: ['associationChange', 'restore'] })).toBe(8);
  expect(times({ objectTypes: ['deals'] })).toBe(5);
});
