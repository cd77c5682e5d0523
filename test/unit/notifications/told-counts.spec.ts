import { happeningRows } from '../../../src/notifications/happening-rows.vocabulary';
import { notificationKinds } from '../../../src/notifications/notification-kinds.vocabulary';
import { countsTold, outcomesTold } from '../../../src/notifications/told-counts.vocabulary';
import { noCounters } from '../../../src/imports/import.decider';
import { nothingLoaded } from '../../../src/loads/load.decider';
import { noOutcomes } from '../../../src/restores/restore.decider';

test('numbers are told by type in the order of their names, and many types by how many they are', () => {
  expect(countsTold({ deals: 5, contacts: 1_204, tickets: 0 })).toBe('1,204 contacts, 5 deals');
  expect(countsTold({})).toBe('nothing');
  const many = Object.fromEntries(
    Array.from({ length: 25 }, (_, n) => [`t${String(n).padStart(2, '0')}`, 1]),
  );
  expect(countsTold(many)).toMatch(/^1 t00, .*1 t19, 5 more types$/);
  expect(outcomesTold({ changed: 12, drifted: 0, refused: 1 })).toBe('12 changed, 1 refused');
  expect(outcomesTold({ drifted: 2 })).toBe('2 left alone (changed since the plan was made)');
});

test('a mail of a restore and of a load says what became of how many', () => {
  const restored = happeningRows['restore.completed.v1']!({
    ...{ restoreId: 'r-1', outcomes: { ...noOutcomes, changed: 12, disassociated: 3 } },
  })!;
  expect(notificationKinds[restored.kind].says(restored.about)).toBe(
    'Restore r-1 is done. Records and associations: 12 changed, 3 disassociated.',
  );
  const counters = { ...nothingLoaded, records: { contacts: 2 }, associated: 1 };
  const loaded = (more: object) =>
    happeningRows['backupload.completed.v1']!({ loadId: 'l-1', counters: { ...counters, ...more } })!;
  expect(notificationKinds.LOAD_COMPLETED.says(loaded({}).about)).toBe(
    'Load l-1 is done. Brought in: 1 associations, 2 contacts.',
  );
  expect(notificationKinds.LOAD_COMPLETED.says(loaded({ notLoaded: 4 }).about)).toBe(
    'Load l-1 is done. Brought in: 1 associations, 2 contacts. Did not fit: 4 rows without a record.',
  );
  expect(notificationKinds.RESTORE_FAILED.says({ restoreId: 'r-1' })).toBe(
    'Restore r-1 did not come to its end.',
  );
});

test('a mail of an import says how many rows came in, and where none did that it failed', () => {
  const importId = 'i-1';
  const done = (part: object) =>
    happeningRows['import.completed.v1']!({ importId, counters: { ...noCounters, ...part } })!;
  expect(notificationKinds.IMPORT_COMPLETED.says(done({ createdObjects: 1_204, errors: 3 }).about)).toBe(
    'Import i-1 is done: 1,204 created, 3 not imported.',
  );
  const failed = (part: object, more: object = {}) =>
    happeningRows['import.failed.v1']!({
      ...{ importId, reason: 'x', counters: { ...noCounters, ...part } },
      ...more,
    });
  const none = { totalRows: 8_800, errors: 8_800 };
  expect(notificationKinds.IMPORT_FAILED.says(failed(none)!.about)).toBe(
    'Import i-1 failed: none of its 8,800 rows was imported.',
  );
  expect(notificationKinds.IMPORT_FAILED.says(failed({ createdObjects: 2 })!.about)).toBe(
    'Import i-1 did not come to its end: 2 created.',
  );
  expect(failed(none, { dryRun: true })).toBeUndefined();
});

test('a mail of an alert says what the alert is called', () => {
  const opened = {
    ...{ incidentId: 'i-1', alertId: 'a-1', name: 'Contacts made', kind: 'FILTER', rows: { userId: 'u-2' } },
    ...{ by: 'threshold', count: 3, first: '2026-11-02T09:00:00.000Z', silent: false },
  };
  const told = happeningRows['incident.opened.v1']!(opened as never)!;
  expect(notificationKinds[told.kind].says({ ...told.about, user: 'ann@example.com' })).toBe(
    'The alert “Contacts made” has found this: rows that the alert looks for. Rows so far: 3, of ann@example.com, since 2026-11-02T09:00:00.000Z.',
  );
});
