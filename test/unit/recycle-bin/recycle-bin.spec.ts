// The recycle bin's own decisions: what is in it, its restore jobs, and the list of them.
import { binRestores } from '../../../projections/bin-restores';
import { findObjectType } from '../../../src/crm/schemas/object-type.vocabulary';
import { createRecord, record } from '../../../src/crm/records/record.decider';
import {
  purgeRecord,
  archiveRecord,
  unarchiveRecord,
} from '../../../src/crm/records/ends/record-end.decider';
import { groupsFilter } from '../../../src/crm/search/search';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import { eventsOf } from '../../../src/eventsourcing/event';
import { binFilter, purgeTime } from '../../../src/recycle-bin/bin';
import {
  binRestore,
  cancelBinRestore,
  endBinRestore,
  noOutcomes,
  requestBinRestore,
  startBinRestore,
} from '../../../src/recycle-bin/bin-restore.decider';
import type { BinRestoreEvents } from '../../../src/recycle-bin/bin-restore.events';
import { at, by, deciding, later, projecting } from '../../support/spec';

describe('what is in the bin', () => {
  const contacts = findObjectType('contacts')!;
  const definitions = standardProperties('contacts');
  const now = '2024-08-01T00:00:00.000Z';

  test('is archived and younger than 90 days to the millisecond', () => {
    expect(purgeTime('2024-05-03T00:00:00.000Z')).toBe(now);
    expect(binFilter(contacts, definitions, { filterGroups: [] }, now)).toEqual({
      objectType: 'contacts',
      archived: true,
      archivedAt: { $gt: '2024-05-03T00:00:00.000Z' },
    });
  });

  test('can be asked for by who archived it, when, and by its values', () => {
    const filters = [{ propertyName: 'city', operator: 'EQ' as const, value: 'London' }];
    const selection = { filterGroups: [{ filters }], archivedBy: '7', from: at, to: later };
    expect(binFilter(contacts, definitions, selection, now)).toEqual({
      objectType: 'contacts',
      archived: true,
      archivedAt: { $gt: '2024-05-03T00:00:00.000Z', $gte: at, $lte: later },
      $and: [
        { $or: [{ 'archivedBy.id': '7' }, { 'archivedBy.userId': '7' }] },
        groupsFilter('contacts', definitions, selection.filterGroups)!,
      ],
    });
  });
});

describe('a record in the bin', () => {
  const values = { email: 'ada@example.com' };
  const ada = { objectType: 'contacts', recordId: '1', values, at };
  const created = createRecord(record.initial, ada)[0]!;
  const live = deciding(record)(created).state;
  const archived = by(archiveRecord(live, 0)[0]!, { at: later });
  const unarchived = { type: 'record.unarchived.v1' as const };
  const before = { updatedAt: later, archived: true, archivedAt: later, revision: 1 };
  const back = { ...unarchived, data: { objectType: 'contacts', recordId: '1', before } };
  const given = deciding(record);

  test('comes back while its time is not over', () =>
    given(created, archived)
      .when((state, revision) => unarchiveRecord(state, revision, { after: at }))
      .then(back));
  test('is gone for whoever comes when its time is over, purged or not yet', () =>
    given(created, archived)
      .when((state, revision) => unarchiveRecord(state, revision, { after: later }))
      .thenRefused('record-purged'));
  test('comes back where it was archived up to a position, which here is 10', () =>
    given(created, archived)
      .when((state, revision) => unarchiveRecord(state, revision, { upTo: 10n }))
      .then(back));
  test('is left alone where it was archived later', () =>
    given(created, archived)
      .when((state, revision) => unarchiveRecord(state, revision, { upTo: 9n }))
      .thenNothing());
  test('is purged when its time is over, and not a moment before', () => {
    const purging = (until: string) => given(created, archived).when((s, r) => purgeRecord(s, r, until));
    purging('2024-05-02T11:29:59.999Z').thenNothing();
    purging(later).then({ type: 'record.purged.v1', data: back.data });
  });
  test('is not purged once it is back', () =>
    given(created, archived, back)
      .when((state, revision) => purgeRecord(state, revision, later))
      .thenNothing());
});

const event = eventsOf<BinRestoreEvents>();
const restoreId = '88';
const selection = { filterGroups: [] };
const requested = event('binrestore.requested.v1', { restoreId, objectType: 'contacts', selection });
const started = event('binrestore.started.v1', { restoreId });
const outcomes = { restored: 2, live: 1, refused: 1 };
const completed = event('binrestore.completed.v1', { restoreId, outcomes });

describe('a restore from the bin', () => {
  const given = deciding(binRestore);

  test('is asked for once and started once', () => {
    given()
      .when((state) => requestBinRestore(state, requested.data))
      .then(requested);
    given(requested)
      .when((state) => requestBinRestore(state, requested.data))
      .thenNothing();
    given(requested).when(startBinRestore).then(started);
    given(requested, started).when(startBinRestore).thenNothing();
  });
  test('that waits ends at once when it is cancelled', () =>
    given(requested)
      .when(cancelBinRestore)
      .then(event('binrestore.cancelled.v1', { restoreId, outcomes: noOutcomes })));
  test('that runs is told to stop, once', () => {
    const asked = event('binrestore.cancel-requested.v1', { restoreId });
    given(requested, started).when(cancelBinRestore).then(asked);
    given(requested, started, asked).when(cancelBinRestore).thenNothing();
  });
  test('that has ended, or never was, cannot be cancelled', () => {
    given(requested, started, completed).when(cancelBinRestore).thenRefused('bin-restore-ended');
    given().when(cancelBinRestore).thenRefused('bin-restore-unknown');
  });
  test('ends once, with what became of the records', () => {
    given(requested, started)
      .when((state) => endBinRestore(state, 'completed', { outcomes }))
      .then(completed);
    given(requested, started)
      .when((state) => endBinRestore(state, 'cancelled', { outcomes }))
      .then(event('binrestore.cancelled.v1', { restoreId, outcomes }));
    given(requested, started)
      .when((state) => endBinRestore(state, { failed: 'why' }, { outcomes }))
      .then(event('binrestore.failed.v1', { restoreId, reason: 'why', outcomes }));
    given(requested, completed)
      .when((state) => endBinRestore(state, 'completed', { outcomes }))
      .thenNothing();
  });
});

describe('the list of restores from the bin', () => {
  const asked = {
    ...{ objectType: 'contacts', selection, position: '0' },
    ...{ requestedAt: at, requestedBy: 'user-1' },
  };
  test('shows one from its request on, with the position that its records are of', () =>
    projecting(binRestores)
      .given(requested)
      .then({ '88': { status: 'QUEUED', ...asked } }));
  test('shows when it began and ended, and what became of the records', () => {
    const times = { startedAt: at, endedAt: later };
    projecting(binRestores)
      .given(requested, started, by(completed, { at: later }))
      .then({ '88': { status: 'COMPLETED', ...asked, ...times, outcomes } });
    const failed = event('binrestore.failed.v1', { restoreId, reason: 'why', outcomes });
    projecting(binRestores)
      .given(requested, started, by(failed, { at: later }))
      .then({ '88': { status: 'FAILED', ...asked, ...times, outcomes, error: 'why' } });
    projecting(binRestores)
      .given(
        requested,
        started,
        event('binrestore.cancel-requested.v1', { restoreId }),
        by(event('binrestore.cancelled.v1', { restoreId, outcomes }), { at: later }),
      )
      .then({ '88': { status: 'CANCELLED', ...asked, ...times, outcomes, cancelRequested: true } });
  });
});
