// What a plan says: rows, summary, conflicts, and that it is the same whenever it is made.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PropertyDefinition } from '../../../src/crm/properties/property.events';
import { Files } from '../../../src/files/files';
import type { Ended, RecordAt } from '../../../src/point-in-time/record-at';
import { linesOf, pageOfLines } from '../../../src/files/lines';
import { sideBySide } from '../../../src/point-in-time/changes/side-by-side';
import { compared } from '../../../src/restores/rows/compared';
import { makePlanFile } from '../../../src/restores/rows/plan-file';
import type { RecordRow, Row, Scope } from '../../../src/restores/rows/plan-row';
import { checkProperties, notDefinedAnyMore, scopeOf } from '../../../src/restores/plans/plan-scope';
import type { RestoreModes } from '../../../src/restores/restore.events';
import { at, refusalOf } from '../../support/spec';

let dataDir: string;
let files: Files;
let number = 0;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'restore-plan-'));
  files = new Files(dataDir);
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const record = (
  recordId: string,
  values: Record<string, string>,
  more: Partial<RecordAt> = {},
): RecordAt => ({
  ...{ objectType: 'contacts', recordId, values, createdAt: at, updatedAt: at },
  ...{ archived: false, archivedAt: null, revision: 3 },
  ...more,
});
const archived = { archived: true, archivedAt: at };
const scope = (more: Partial<Scope> = {}): Scope => ({
  ...{ objectType: 'contacts', properties: ['email', 'firstname'], picks: () => true },
  restorable: ['city', 'email', 'firstname'],
  ...more,
});
const defined = (name: string, more: Partial<PropertyDefinition> = {}): [string, PropertyDefinition] => [
  name,
  {
    ...{ name, label: name, type: 'string', fieldType: 'text', groupName: 'g', description: '', options: [] },
    ...{ displayOrder: -1, hasUniqueValue: false, hidden: false, formField: false },
    ...{ dataSensitivity: 'non_sensitive', readOnlyValue: false },
    ...more,
  },
];
const unique = ['email', 'code'].map((name) => defined(name, { hasUniqueValue: true })[1]);
const OFF: RestoreModes = { recreateDeleted: false, keepNonEmpty: false };

async function* pages(records: readonly RecordAt[], size: number) {
  for (let start = 0; start < records.length; start += size) yield records.slice(start, start + size);
}

async function planned(
  then: readonly RecordAt[],
  now: readonly RecordAt[],
  modes: Partial<RestoreModes> = {},
  scopes: readonly Scope[] = [scope()],
  size = 2,
  ended: Readonly<Record<string, Ended>> = {},
) {
  const file = `${number++}.jsonl`;
  const made = await makePlanFile({
    ...{ files, file, notDefinedAnyMore: {} },
    judged: compared({
      ...{ scopes, modes: { ...OFF, ...modes } },
      pairs: () => sideBySide(pages(then, size), pages(now, size + 1)),
      endingOf: async (_type, recordId) => ended[recordId],
      isNew: async (_type, recordId) => !then.some((one) => one.recordId === recordId),
    }),
    now: () => pages(now, size + 1),
    unique: () => unique,
    scratchDir: join(dataDir, 'scratch'),
    signal: new AbortController().signal,
    report: () => undefined,
  });
  const rows: RecordRow[] = [];
  for await (const line of linesOf(files.read(file))) rows.push(JSON.parse(line) as RecordRow);
  return { ...made, file, lines: rows };
}

test('values of then come back, empty ones included; what is the same is no row', async () => {
  const { lines, summary, rows } = await planned(
    [record('1', { email: 'a@x.org', firstname: 'Ann' }), record('2', {}), record('3', { firstname: 'Cy' })],
    [record('1', { email: 'a@x.org' }), record('2', { firstname: 'Bad' }), record('3', { firstname: 'Cy' })],
  );
  expect(lines).toEqual([
    { ...row('1'), changes: { firstname: { from: null, to: 'Ann' } } },
    { ...row('2'), changes: { firstname: { from: 'Bad', to: null } } },
  ]);
  expect(rows).toBe(2);
  expect(summary).toMatchObject({ records: 2, changes: 2, cleared: 1, missing: 0, createdSince: 0 });
  expect(summary.byObject).toEqual({ contacts: 2 });
  expect(summary.byProperty).toEqual({ contacts: { firstname: 2 } });
});

const row = (recordId: string) => ({ objectType: 'contacts', recordId, kind: 'update', revision: 3 });

test('records archived since are missing, or come back where that was asked for', async () => {
  const then = [record('1', { firstname: 'Ann' })];
  const now = [record('1', { firstname: 'Ann' }, archived)];
  expect((await planned(then, now)).summary).toMatchObject({ records: 0, missing: 1, recreated: 0 });
  const { lines, summary } = await planned(then, now, { recreateDeleted: true });
  expect(lines).toEqual([{ ...row('1'), kind: 'recreate', changes: {} }]);
  expect(summary).toMatchObject({ records: 1, missing: 0, recreated: 1, changes: 0 });
});

test('of what is gone for good the purged comes back with all it had; the merged is told and left alone', async () => {
  const then = [record('1', { firstname: 'Ann', city: 'Rome' }), record('2', { firstname: 'Bo' })];
  const ended: Record<string, Ended> = {
    1: { how: 'purged', revision: 5 },
    2: { how: 'merged', revision: 4 },
  };
  const as = async (modes: Partial<RestoreModes>) => planned(then, [], modes, [scope()], 2, ended);
  const kept = await as({});
  expect(kept.lines).toEqual([]);
  expect(kept.summary).toMatchObject({ missing: 2, gone: { merged: 1, purged: 1, erased: 0 } });
  const { lines, summary } = await as({ recreateDeleted: true, keepNonEmpty: true });
  expect(lines).toEqual([
    {
      ...{ ...row('1'), kind: 'recreate', purged: true, revision: 5 },
      changes: { city: { from: null, to: 'Rome' }, firstname: { from: null, to: 'Ann' } },
    },
  ]);
  expect(summary).toMatchObject({ missing: 1, recreated: 1, gone: { merged: 1, purged: 0, erased: 0 } });
});

test('records created since are counted and left alone', async () => {
  const { lines, summary } = await planned(
    [record('2', {}, archived)],
    [record('1', { firstname: 'New' }), record('2', { firstname: 'Back' })],
  );
  expect(lines).toEqual([]);
  expect(summary.createdSince).toBe(2);
});

test('records created since go into the bin where that was asked for, if they are selected', async () => {
  const { lines, summary } = await planned(
    [record('2', {}, archived)],
    [
      record('1', { firstname: 'New' }),
      record('2', { firstname: 'Back' }),
      record('3', {}, archived),
      record('4', { firstname: 'Other' }),
    ],
    { archiveCreatedSince: true },
    [scope({ picks: (id) => id !== '4' })],
  );
  expect(lines).toEqual([{ ...row('1'), kind: 'archive', changes: {} }]);
  // The second was in the bin then: it is no record created since.
  expect(summary).toMatchObject({ records: 1, archived: 1, createdSince: 1 });
});

test('values that are not empty now are left alone where that was asked for', async () => {
  const { lines } = await planned(
    [record('1', { email: 'a@x.org', firstname: 'Ann' })],
    [record('1', { firstname: 'Anna' })],
    { keepNonEmpty: true },
  );
  expect(lines).toEqual([{ ...row('1'), changes: { email: { from: null, to: 'a@x.org' } } }]);
});

test('a unique value that another record holds by now is named as a conflict', async () => {
  const { lines, summary } = await planned(
    [record('1', { email: 'a@x.org' }), record('2', { email: 'b@x.org' })],
    [
      record('1', {}),
      record('2', {}),
      record('3', { email: 'A@X.org' }),
      record('4', { email: 'b@x.org' }, archived),
    ],
  );
  expect(lines).toEqual([
    {
      ...row('1'),
      changes: { email: { from: null, to: 'a@x.org' } },
      conflict: { property: 'email', heldBy: '3' },
    },
    { ...row('2'), changes: { email: { from: null, to: 'b@x.org' } } },
  ]);
  expect(summary.conflicts).toBe(1);
});

test('a record that comes back needs the unique values it still has', async () => {
  const { lines } = await planned(
    [record('1', { email: 'a@x.org' })],
    [record('1', { email: 'a@x.org' }, archived), record('2', { email: 'a@x.org' })],
    { recreateDeleted: true },
  );
  expect(lines[0]?.conflict).toEqual({ property: 'email', heldBy: '2' });
});

test('a conflict is resolved where the other record gives the value up by the plan', async () => {
  const was = { 1: 'a', 2: 'b', 3: 'c', 4: 'd', 5: 'e', 6: 'f' };
  const is = { 1: 'b', 2: 'a', 3: 'd', 4: 'x', 5: 'f', 6: 'g', 7: 'e' };
  const records = (emails: object) =>
    Object.entries(emails).map(([id, email]) => record(id, { email: `${email}@x.org` }));
  const { lines, summary } = await planned(records(was), records(is), {}, [
    scope({ picks: (id) => id !== '7' }),
  ]);
  const told = Object.fromEntries(
    lines.map(({ recordId, conflict, givesWay }) => [recordId, { ...conflict, givesWay }]),
  );
  const resolved = (heldBy: string, givesWay?: string[]) => ({
    property: 'email',
    heldBy,
    resolved: true,
    givesWay,
  });
  expect(told).toEqual({
    // Two that have each other's address give way to each other.
    ...{ 1: resolved('2', ['email']), 2: resolved('1', ['email']) },
    // The end of a chain waits for nobody.
    ...{ 3: { givesWay: undefined }, 4: resolved('3') },
    // The seventh keeps the address of the fifth, which therefore keeps that of the sixth.
    5: { property: 'email', heldBy: '7', givesWay: undefined },
    6: { property: 'email', heldBy: '5', givesWay: undefined },
  });
  expect(summary).toMatchObject({ conflicts: 5, resolved: 3 });
});

test('a conflict is resolved where the record that was created since goes into the bin', async () => {
  const { lines } = await planned(
    [record('1', { email: 'a@x.org' })],
    [record('1', {}), record('2', { email: 'a@x.org' })],
    { archiveCreatedSince: true },
  );
  expect(lines.map(({ kind, conflict }) => [kind, conflict])).toEqual([
    ['update', { property: 'email', heldBy: '2', resolved: true }],
    ['archive', undefined],
  ]);
});

test('an additional address of another record is a conflict as its own address is', async () => {
  const others = { hs_additional_emails: 'b@x.org;A@x.org' };
  const { lines } = await planned(
    [record('1', { email: 'a@x.org' })],
    [record('1', {}), record('2', { email: 'c@x.org', ...others })],
  );
  expect(lines[0]?.conflict).toEqual({ property: 'email', heldBy: '2' });
});

test('an address that a record keeps among its additional ones is not given up', async () => {
  const kept = { hs_additional_emails: 'a@x.org' };
  const { lines } = await planned(
    [record('1', { email: 'a@x.org' }), record('2', { email: 'c@x.org', ...kept })],
    [record('1', {}), record('2', { email: 'a@x.org', ...kept })],
  );
  expect(lines.map(({ conflict }) => conflict)).toEqual([{ property: 'email', heldBy: '2' }, undefined]);
});

test('a record that comes back needs its additional addresses, and one that goes gives them up', async () => {
  const additional = { hs_additional_emails: 'a@x.org' };
  const { lines } = await planned(
    [record('1', additional)],
    [record('1', additional, archived), record('2', { email: 'a@x.org' }), record('3', additional)],
    { recreateDeleted: true, archiveCreatedSince: true },
    [scope({ picks: (id) => id !== '2' })],
  );
  const { lines: other } = await planned(
    [record('1', { email: 'a@x.org' })],
    [record('1', {}), record('3', additional)],
    { archiveCreatedSince: true },
  );
  expect(lines[0]?.conflict).toEqual({ property: 'email', heldBy: '2' });
  expect(other[0]?.conflict).toEqual({ property: 'email', heldBy: '3', resolved: true });
});

test('of records that all had one value, one after another, the first gets it back', async () => {
  const { lines, summary } = await planned(
    ['1', '2', '3'].map((id) => record(id, { email: 'a@x.org' })),
    ['1', '2', '3'].map((id) => record(id, {})),
  );
  const told = { property: 'email', heldBy: '1' };
  expect(lines.map(({ conflict }) => conflict)).toEqual([undefined, told, told]);
  expect(summary).toMatchObject({ conflicts: 2, resolved: 0 });
});

test('a value of a unique property that is not in the plan any more is still held', async () => {
  const { lines } = await planned(
    [record('1', { code: 'x' })],
    [record('1', { code: 'x' }, archived), record('2', { code: 'x' })],
    { recreateDeleted: true },
  );
  expect(lines[0]?.conflict).toEqual({ property: 'code', heldBy: '2' });
});

test('a plan of the same two states has the same bytes, however they are read', async () => {
  const then = Array.from({ length: 50 }, (_, n) => record(String(100 + n), { email: `${n % 7}@x.org` }));
  const now = Array.from({ length: 60 }, (_, n) => record(String(100 + n), { email: `${n % 5}@x.org` }));
  const [one, other] = [await planned(then, now), await planned(then, now, {}, [scope()], 17)];
  expect(other.sha256).toBe(one.sha256);
  expect(other.summary).toEqual(one.summary);
  expect(one.summary.conflicts).toBeGreaterThan(0);
});

test('only the records that were selected are looked at, by id and by what they are now', async () => {
  const then = ['1', '2', '3'].map((id) => record(id, { firstname: 'Then' }));
  const now = ['1', '2', '3', '4'].map((id) => record(id, { firstname: id === '2' ? 'Bad' : 'Good' }));
  const bad = scope({ picks: (_, record) => record?.values.firstname === 'Bad' });
  const { lines, summary } = await planned(then, now, {}, [bad]);
  expect(lines.map(({ recordId }) => recordId)).toEqual(['2']);
  expect(summary.createdSince).toBe(0);
});

test('rows are read page by page; a cursor of another list is refused', async () => {
  const ids = Array.from({ length: 7 }, (_, n) => String(n));
  const { file } = await planned(
    ids.map((id) => record(id, { firstname: 'Łódź 🚀' })),
    ids.map((id) => record(id, {})),
  );
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await pageOfLines<Row>(files, file, {
      limit: 3,
      matches: ({ recordId }) => recordId !== '2',
      ...(after !== undefined && { after }),
    });
    seen.push(...page.docs.map(({ recordId }) => recordId));
    after = page.next;
  } while (after !== undefined);
  expect(seen).toEqual(['0', '1', '3', '4', '5', '6']);
  for (const cursor of ['5', '-1', 'x', '99999999'])
    await expect(pageOfLines(files, file, { limit: 3, after: cursor })).rejects.toMatchObject({
      code: 'cursor-invalid',
    });
});

const then = new Map([
  defined('firstname'),
  defined('old'),
  defined('hs_lastmodifieddate', { readOnlyValue: true }),
]);
const now = new Map([
  defined('firstname'),
  defined('new'),
  defined('email', { hasUniqueValue: true }),
  defined('hs_lastmodifieddate', { readOnlyValue: true }),
]);

test('all properties are those of then that still are and that Strata does not set itself', () => {
  const all = { objectType: 'contacts', properties: '*' as const };
  expect(scopeOf(all, then, now)).toMatchObject({ properties: ['firstname'] });
  expect(notDefinedAnyMore(all, then, now)).toEqual(['old']);
});

test('a property is refused that is unknown, was not there then or is set by Strata alone', () => {
  const refusal = (name: string) =>
    refusalOf(() =>
      checkProperties(
        [{ objectType: 'contacts', properties: [name] }],
        () => then,
        () => now,
      ),
    );
  expect(refusal('firstname')).toBeUndefined();
  expect(refusal('old')).toBeUndefined();
  for (const name of ['nothing', 'new', 'hs_lastmodifieddate']) expect(refusal(name)).toBe('input-invalid');
});
