// Erasures that wait are carried out when they are due, at that moment and not before, and only if nobody has cancelled.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metaOf, newId } from '../../../src/caller';
import { CancelErasure, RequestErasure } from '../../../src/crm/records/ends/record-end.commands';
import { ArchiveRecord, CreateRecord, MergeRecords } from '../../../src/crm/records/record.commands';
import { GetRecord } from '../../../src/crm/records/record.queries';
import { SEES_ALL } from '../../../src/crm/properties/values/sensitivity';
import { mergeInto } from '../../../src/crm/records/ends/record-end.decider';
import { record, type RecordState } from '../../../src/crm/records/record.decider';
import { DueErasures } from '../../../src/erasures/due-erasures';
import { WaitingTogether } from '../../../src/erasures/erasure.queries';
import { purgeTime } from '../../../src/recycle-bin/bin';
import { BinPurge } from '../../../src/recycle-bin/bin-purge';
import { pause } from '../../../src/supervision/pause';
import { Inside } from '../../support/servers/inside';
import { oneRound } from '../../support/rounds';

let folder: string;
let inside: Inside;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-due-'));
  inside = await Inside.open(folder);
});
afterAll(async () => {
  await inside.close();
  await rm(folder, { recursive: true, force: true });
});

const context = () => ({ meta: metaOf(inside.asked()) });
async function create(properties: Record<string, string>): Promise<string> {
  const asked = inside.asked();
  const id = await newId(asked.command);
  await inside.commands.execute(new CreateRecord('contacts', id, properties, { meta: metaOf(asked) }));
  return id;
}
const dueAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
const request = (id: string) => inside.commands.execute(new RequestErasure('contacts', id, dueAt, context()));
const cancel = (id: string) => inside.commands.execute(new CancelErasure('contacts', id, [], context()));
const carryOut = (time: number) =>
  oneRound((round) => inside.app.get(DueErasures).sweep(round, new Date(time)));
const typesOf = async (id: string) =>
  (await inside.engine.streams.history(`contact-${id}`)).map(({ type }) => String(type));
const last = async (id: string) => (await typesOf(id)).at(-1);

test('to the millisecond', async () => {
  const id = await create({ firstname: 'Ada' });
  await request(id);
  expect(await carryOut(Date.parse(dueAt) - 1)).toEqual([]);
  expect(await last(id)).toBe('record.erasure-requested.v1');
  expect(await carryOut(Date.parse(dueAt))).toEqual([]);
  expect(await carryOut(Date.parse(dueAt))).toEqual([]);
  expect(await typesOf(id)).toEqual([
    ...['record.created.v1', 'record.erasure-requested.v1', 'record.erased.v1'],
  ]);
});

test('with all that was merged into it, and nothing of it that has come back', async () => {
  const pairs = await Promise.all([0, 1].map(() => Promise.all([create({ city: 'Oslo' }), create({})])));
  for (const [survivor, merged] of pairs) {
    await inside.commands.execute(new MergeRecords('contacts', survivor, merged, context()));
    await request(merged);
  }
  const [gone, back] = pairs;
  await cancel(back![0]);
  expect(await carryOut(Date.parse(dueAt))).toEqual([]);
  for (const id of gone!) expect(await last(id)).toBe('record.erased.v1');
  for (const id of back!) expect(await last(id)).toBe('record.erasure-cancelled.v1');
});

/** Of a merge that a crash cut in two: the survivor, which waits to be erased, and the other, which the job lets wait. */
async function halves(): Promise<[survivor: string, merged: string]> {
  const [survivor, merged] = [await create({}), await create({ city: 'Oslo' })];
  const meta = { ...metaOf(inside.asked()), at: new Date(Date.now() - 60_000).toISOString() };
  const cut = (state: RecordState, revision: number) => mergeInto(state, revision, survivor);
  await request(survivor);
  await inside.engine.streams.change(record, `contact-${merged}`, cut, meta);
  while ((await last(merged)) !== 'record.erasure-requested.v1') await pause(20);
  return [survivor, merged];
}

test('both halves of a merge that a crash cut in two', async () => {
  const both = await halves();
  await carryOut(Date.parse(dueAt));
  for (const id of both) expect(await last(id)).toBe('record.erased.v1');
});

test('or neither: the merge is finished when they are back', async () => {
  const [survivor, merged] = await halves();
  const head = await inside.engine.eventStore.head();
  const found = await inside.queries.execute(new WaitingTogether('contacts', merged, { after: head }));
  expect(found).toEqual({ recordId: survivor, parts: [merged] });
  const command = new CancelErasure('contacts', survivor, found.parts, context());
  await inside.commands.execute(command);
  while ((await last(survivor)) !== 'record.merged.v1') await pause(20);
  const shown = await inside.queries.execute(
    new GetRecord(
      'contacts',
      merged,
      { viewer: SEES_ALL, properties: ['city'], propertiesWithHistory: [] },
      false,
    ),
  );
  expect(shown?.view).toMatchObject({ id: survivor, properties: { city: 'Oslo' } });
});

test('a half that was let wait for one which had come back is back, too', async () => {
  const [survivor, merged] = await halves();
  await cancel(survivor);
  expect(await last(merged)).toBe('record.erasure-requested.v1');
  await carryOut(Date.parse(dueAt));
  while ((await last(survivor)) !== 'record.merged.v1') await pause(20);
  expect(await last(merged)).toBe('record.erasure-cancelled.v1');
});

test('one that was cancelled after it was found to be due is left alone', async () => {
  const id = await create({});
  await request(id);
  await cancel(id);
  expect(await carryOut(Date.parse(dueAt))).toEqual([]);
  expect(await last(id)).toBe('record.erasure-cancelled.v1');
});

test('the recycle bin leaves alone what waits, and takes it when it is back', async () => {
  const id = await create({});
  const archived = await inside.commands.execute(new ArchiveRecord('contacts', id, context()));
  const purged = new Date(purgeTime(archived.record.archivedAt!));
  await request(id);
  const purge = () => oneRound((round) => inside.app.get(BinPurge).sweep(round, purged));
  expect(await purge()).toEqual([]);
  expect(await last(id)).toBe('record.erasure-requested.v1');
  await cancel(id);
  expect(await purge()).toEqual([]);
  expect(await last(id)).toBe('record.purged.v1');
});
