import type { AssociationEvents, Link } from '../../../src/crm/associations/association.events';
import type { Changes, RecordEvents } from '../../../src/crm/records/record.events';
import { eventsOf } from '../../../src/eventsourcing/event';
import { records } from '../../../projections/crm/records';
import { numberOf, recordDocumentId } from '../../../src/crm/records/record.vocabulary';
import { at, by, later, meta, projecting } from '../../support/spec';

const ev = eventsOf<RecordEvents>();
const association = eventsOf<AssociationEvents>();
const of = { objectType: 'deals', recordId: '101' };
const DOCUMENT = recordDocumentId('deals', '101');
const set = (values: Record<string, string>): Changes =>
  Object.fromEntries(Object.entries(values).map(([name, to]) => [name, { from: null, to }]));
const before = { updatedAt: at, archived: false, archivedAt: null, revision: 0 };

const created = ev('record.created.v1', {
  ...of,
  changes: set({ hs_object_id: '101', dealname: 'GTXPro', amount: '1200.50' }),
  before: null,
});
const changed = by(
  ev('record.values-changed.v1', {
    ...of,
    changes: { dealname: { from: 'GTXPro', to: null }, amount: { from: '1200.50', to: '-3e2' } },
    before,
  }),
  { at: later },
);
const archived = by(ev('record.archived.v1', { ...of, before }), { at: later });
const unarchived = by(ev('record.unarchived.v1', { ...of, before }), { at: later });

/** By the metadata of the scenes. */
const source = { hs_object_source: 'API', hs_object_source_label: 'API' };
const asCreated = {
  ...of,
  values: { hs_object_id: '101', dealname: 'GTXPro', amount: '1200.50', ...source },
  numbers: { amount: 1200.5 },
  forms: {},
  keys: { a: 'GTXPRO' },
  createdAt: at,
  updatedAt: at,
  archived: false,
  archivedAt: null,
  archivedBy: null,
  revision: 0,
};

describe('records', () => {
  test('a new record shows its values, and those that read as numbers as numbers too', () =>
    projecting(records)
      .given(created)
      .then({ [DOCUMENT]: asCreated }));

  test('a changed value replaces the old one and a cleared one disappears', () =>
    projecting(records)
      .given(created, changed)
      .then({
        [DOCUMENT]: {
          ...asCreated,
          values: { hs_object_id: '101', amount: '-3e2', ...source },
          numbers: { amount: -300 },
          forms: {},
          keys: {},
          updatedAt: later,
          revision: 1,
        },
      }));

  test('an archived record keeps its values, and who archived it', () =>
    projecting(records)
      .given(created, archived)
      .then({
        [DOCUMENT]: {
          ...asCreated,
          archived: true,
          archivedAt: later,
          archivedBy: meta.actor,
          updatedAt: later,
          revision: 1,
        },
      }));

  test('an unarchived record is as before', () =>
    projecting(records)
      .given(created, archived, unarchived)
      .then({ [DOCUMENT]: { ...asCreated, updatedAt: later, revision: 2 } }));

  test('a fence moves the revision of a record and makes none', () => {
    projecting(records)
      .given(ev('record.fenced.v1', { ...of, before: null }))
      .then({});
    projecting(records)
      .given(created, ev('record.fenced.v1', { ...of, before }))
      .then({ [DOCUMENT]: { ...asCreated, revision: 1 } });
  });

  test('a survivor takes over values; what was merged, erased or purged is gone', () => {
    const merged = by(
      ev('record.merged.v1', {
        ...of,
        mergedId: '102',
        changes: { amount: { from: '1200.50', to: '7' } },
        before,
      }),
      { at: later },
    );
    projecting(records)
      .given(created, merged)
      .then({
        [DOCUMENT]: {
          ...asCreated,
          values: { ...asCreated.values, amount: '7' },
          numbers: { amount: 7 },
          updatedAt: later,
          revision: 1,
        },
      });
    for (const end of [
      ev('record.merged-into.v1', { ...of, intoId: '102', before }),
      ev('record.erased.v1', { ...of, before }),
      ev('record.purged.v1', { ...of, before }),
    ])
      projecting(records).given(created, end).then({});
  });

  test('what waits to be erased shows nothing of itself, and is as before when that is cancelled', () => {
    const asked = by(ev('record.erasure-requested.v1', { ...of, dueAt: later, before }), { at: later });
    const cancelled = by(ev('record.erasure-cancelled.v1', { ...of, before: null }), { at: later });
    const { values, numbers, forms, keys, updatedAt } = asCreated;
    projecting(records)
      .given(created, asked)
      .then({
        [DOCUMENT]: {
          ...asCreated,
          ...{ values: {}, numbers: {}, forms: {}, keys: {}, archived: true, revision: 1 },
          waiting: {
            values,
            numbers,
            forms,
            keys,
            updatedAt,
            archived: false,
            archivedAt: null,
            archivedBy: null,
          },
        },
      });
    projecting(records)
      .given(created, asked, cancelled)
      .then({ [DOCUMENT]: { ...asCreated, revision: 2 } });
    projecting(records)
      .given(created, asked, ev('record.erased.v1', { ...of, before: null }))
      .then({});
  });

  test('a recreated record keeps its creation date', () =>
    projecting(records)
      .given(
        created,
        ev('record.purged.v1', { ...of, before }),
        by(
          ev('record.recreated.v1', { ...of, changes: set({ createdate: at, dealname: 'X' }), before: null }),
          { at: later },
        ),
      )
      .then({
        [DOCUMENT]: {
          ...asCreated,
          values: { createdate: at, dealname: 'X', ...source },
          numbers: {},
          forms: {},
          keys: { a: 'X' },
          updatedAt: later,
          revision: 2,
        },
      }));

  test('a record counts whom it is associated with, by the types of the associations as it sees them', () => {
    const ends = { from: { objectType: 'contacts', recordId: '7' }, to: of };
    const usual = { category: 'HUBSPOT_DEFINED', typeId: 4, inverseTypeId: 3 } as const;
    const label = { category: 'USER_DEFINED', typeId: 100_001, inverseTypeId: 100_002 } as const;
    const with7 = (from: readonly Link[], to: readonly Link[]) => ({ ...ends, links: { from, to } });
    const with8 = (from: readonly Link[], to: readonly Link[]) => ({
      ...{ ...ends, from: { objectType: 'contacts', recordId: '8' }, links: { from, to } },
    });
    const linked = by(association('association.created.v1', with7([], [usual])), {}, 'association-7');
    const labelled = by(
      association('association.changed.v1', with7([usual], [usual, label])),
      {},
      'association-7',
    );
    const parted = by(association('association.removed.v1', with7([usual, label], [])), {}, 'association-7');
    const other = by(association('association.created.v1', with8([], [usual])), {}, 'association-8');
    projecting(records)
      .given(created, linked, labelled, other)
      .then({ [DOCUMENT]: { ...asCreated, linked: { 3: 2, 100_002: 1 } } });
    projecting(records)
      .given(created, linked, labelled, other, parted)
      .then({ [DOCUMENT]: { ...asCreated, linked: { 3: 1 } } });
    projecting(records)
      .given(created, linked, labelled, parted)
      .then({ [DOCUMENT]: asCreated });
    // Of a record that is not there nothing is counted.
    projecting(records).given(linked).then({});
  });

  test('only plain decimal numbers read as numbers', () => {
    expect(['12', '-1.5', '+3', '.5', '1e3', '007'].map(numberOf)).toEqual([12, -1.5, 3, 0.5, 1000, 7]);
    for (const text of ['', ' 1', '0x10', '1,000', 'Infinity', 'NaN', '1e999', '2024-05-01', '12 GB'])
      expect(numberOf(text)).toBeUndefined();
  });
});
