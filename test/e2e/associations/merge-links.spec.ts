// What a merge leaves between two records is believed only as long as both say it: each may be purged and brought back.
import { SEES_ALL } from '../../../src/crm/properties/values/sensitivity';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metaOf } from '../../../src/caller';
import { Associate } from '../../../src/crm/associations/association.commands';
import { AssociationReader } from '../../../src/crm/associations/association-reader';
import { EraseRecord } from '../../../src/crm/records/ends/record-end.commands';
import {
  ArchiveRecord,
  CreateRecord,
  MergeRecords,
  RecreateRecord,
  UpdateRecord,
} from '../../../src/crm/records/record.commands';
import { record } from '../../../src/crm/records/record.decider';
import type { RecordEvents } from '../../../src/crm/records/record.events';
import { recordStream, MERGED_IDS } from '../../../src/crm/records/record.vocabulary';
import { GetRecord } from '../../../src/crm/records/record.queries';
import { eventsOf } from '../../../src/eventsourcing/event';
import { BinPurge } from '../../../src/recycle-bin/bin-purge';
import { purgeTime } from '../../../src/recycle-bin/bin';
import { Inside } from '../../support/servers/inside';
import { oneRound } from '../../support/rounds';
import { meta } from '../../support/spec';

const CONTACTS = 'contacts';
let folder: string;
let inside: Inside;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-links-'));
  inside = await Inside.open(folder);
});
afterAll(async () => {
  await inside.close();
  await rm(folder, { recursive: true, force: true });
});

const context = () => ({ meta: metaOf(inside.asked()) });
const send = {
  create: async (values: Record<string, string> = {}) => {
    const id = await inside.engine.ids.draw();
    await inside.commands.execute(new CreateRecord(CONTACTS, id, values, context()));
    return id;
  },
  merge: (intoId: string, id: string) =>
    inside.commands.execute(new MergeRecords(CONTACTS, intoId, id, context())),
  back: (id: string, values: Record<string, string> = {}) =>
    inside.commands.execute(
      new RecreateRecord(CONTACTS, id, values, { ...context(), verbatim: true, mayRepeat: true }),
    ),
  archive: async (id: string) =>
    (await inside.commands.execute(new ArchiveRecord(CONTACTS, id, context()))).record.archivedAt!,
  erase: (id: string) => inside.commands.execute(new EraseRecord(CONTACTS, id, context())),
  change: (id: string, values: Record<string, string>) =>
    inside.commands.execute(new UpdateRecord(CONTACTS, id, values, context())),
};
async function purge(time: number): Promise<void> {
  const purging = inside.app.get(BinPurge);
  expect(await oneRound((round) => purging.sweep(round, new Date(time)))).toEqual([]);
}
const goneAfter = (archivedAt: string) => Date.parse(purgeTime(archivedAt));
const stateOf = async (id: string) =>
  (await inside.engine.streams.load(record, recordStream(CONTACTS, id))).state;
const statusOf = async (id: string) => (await stateOf(id)).status;
const mergedIds = async (id: string) => {
  const state = await stateOf(id);
  return 'values' in state ? state.values[MERGED_IDS] : undefined;
};
const shown = async (id: string) => {
  const wanted = { viewer: inside.asked().caller, properties: ['city'], propertiesWithHistory: [] };
  const read = await inside.queries.execute(new GetRecord(CONTACTS, id, wanted));
  return read && { id: read.view.id, city: read.view.properties['city'] };
};

/** A survivor and what was merged into it, both purged. */
async function bothGone(): Promise<[survivor: string, merged: string]> {
  const [survivor, merged] = [await send.create({ city: 'A' }), await send.create({ city: 'B' })];
  await send.merge(survivor, merged);
  await purge(goneAfter(await send.archive(survivor)));
  expect([await statusOf(survivor), await statusOf(merged)]).toEqual(['purged', 'purged']);
  return [survivor, merged];
}

describe('two that were merged, purged and brought back', () => {
  test.each(['survivor first', 'survivor last'])('list each other no longer (%s)', async (order) => {
    const [survivor, merged] = await bothGone();
    for (const id of order === 'survivor first' ? [survivor, merged] : [merged, survivor])
      await send.back(id, { city: id });
    expect(await mergedIds(survivor)).toBeUndefined();
    expect([await shown(survivor), await shown(merged)]).toEqual(
      [survivor, merged].map((id) => ({ id, city: id })),
    );
  });

  test('are erased one by one', async () => {
    const [survivor, merged] = await bothGone();
    await send.back(survivor);
    await send.back(merged, { city: 'B' });
    await send.erase(survivor);
    expect(await statusOf(survivor)).toBe('erased');
    expect(await shown(merged)).toEqual({ id: merged, city: 'B' });
  });

  test('are purged one by one, each when its own time is over', async () => {
    const [survivor, merged] = await bothGone();
    await send.back(survivor);
    await send.back(merged);
    const first = await send.archive(survivor);
    let second: string;
    do second = await send.archive(merged);
    while (second === first);
    await purge(goneAfter(first));
    expect([await statusOf(survivor), await statusOf(merged)]).toEqual(['purged', 'archived']);
    await purge(goneAfter(second));
    expect(await statusOf(merged)).toBe('purged');
  });

  test('are merged again as if they never had been, with values and associations', async () => {
    const [survivor, merged] = await bothGone();
    await send.back(survivor);
    await send.back(merged, { city: 'B again' });
    const company = await inside.engine.ids.draw();
    await inside.commands.execute(new CreateRecord('companies', company, { name: 'C' }, context()));
    const [from, to] = [
      { objectType: CONTACTS, recordId: merged },
      { objectType: 'companies', recordId: company },
    ];
    await inside.commands.execute(new Associate(from, to, [], context()));
    await send.merge(survivor, merged);
    expect(await shown(merged)).toEqual({ id: survivor, city: 'B again' });
    expect(await mergedIds(survivor)).toBe(merged);
    const after = inside.engine.streams.lastPosition;
    const found = await inside.app
      .get(AssociationReader, { strict: false })
      .associated({ ...from, recordId: survivor }, 'companies', { limit: 10 }, SEES_ALL, { after });
    expect(found.docs.map(({ recordId }) => recordId)).toEqual([company]);
    await send.erase(merged);
    expect([await statusOf(survivor), await statusOf(merged)]).toEqual(['erased', 'erased']);
  });

  test('are merged the other way round, too', async () => {
    const [survivor, merged] = await bothGone();
    await send.back(survivor, { city: 'A' });
    await send.back(merged);
    await send.merge(merged, survivor);
    expect(await shown(survivor)).toEqual({ id: merged, city: 'A' });
    expect(await mergedIds(merged)).toBe(survivor);
  });
});

test('what was merged into a record stays part of it as long as it is not brought back', async () => {
  const [survivor, merged] = await bothGone();
  await send.back(survivor);
  expect(await mergedIds(survivor)).toBe(merged);
  await send.erase(survivor);
  expect(await statusOf(merged)).toBe('erased');
});

test('of a chain that is brought back in part, each is part of what its own links lead to', async () => {
  const [last, middle, first] = [await send.create(), await send.create(), await send.create({ city: 'F' })];
  await send.merge(middle, first);
  await send.merge(last, middle);
  await purge(goneAfter(await send.archive(last)));
  await send.back(last);
  expect(await mergedIds(last)).toBe(`${middle};${first}`);
  await send.back(middle);
  expect(await mergedIds(last)).toBeUndefined();
  expect(await mergedIds(middle)).toBe(first);
  await send.erase(middle);
  expect(await Promise.all([last, middle, first].map(statusOf))).toEqual(['live', 'erased', 'erased']);
});

test('a whole chain is erased, also by a repeat after a crash in its middle', async () => {
  const [last, middle, first] = [await send.create(), await send.create(), await send.create()];
  await send.merge(middle, first);
  await send.merge(last, middle);
  const erased = (id: string) => ({
    ...eventsOf<RecordEvents>()('record.erased.v1', { objectType: CONTACTS, recordId: id, before: null }),
    ...{ id: randomUUID(), meta: { ...meta, commandId: randomUUID() } },
  });
  const { eventStore } = inside.engine;
  for (const id of [last, middle]) {
    const { length } = (await eventStore.read(recordStream(CONTACTS, id))).events;
    await eventStore.append(recordStream(CONTACTS, id), [erased(id)], length - 1);
  }
  await send.erase(last);
  expect(await statusOf(first)).toBe('erased');
});

test('a job that finishes a merge takes the last one of a record that was merged before', async () => {
  const [, merged] = await bothGone();
  await send.back(merged, { city: 'B' });
  const other = await send.create();
  const { eventStore, streams } = inside.engine;
  const stream = recordStream(CONTACTS, merged);
  const before = { updatedAt: meta.at, archived: false, archivedAt: null, revision: 0 };
  const data = { objectType: CONTACTS, recordId: merged, intoId: other, before };
  const into = eventsOf<RecordEvents>()('record.merged-into.v1', data);
  const { length } = (await eventStore.read(stream)).events;
  await eventStore.append(
    stream,
    [{ ...into, id: randomUUID(), meta: { ...meta, commandId: randomUUID() } }],
    length - 1,
  );
  for await (const page of eventStore.subscribe(streams.lastPosition, AbortSignal.timeout(20_000)))
    if (
      page.some(
        ({ type, data }) => type === 'record.merged.v1' && (data as typeof into.data).recordId === other,
      )
    )
      break;
  expect(await shown(merged)).toEqual({ id: other, city: 'B' });
});

test('records whose links go round in a circle are no records, and hold up nobody', async () => {
  const [one, other] = [await send.create(), await send.create()];
  const { eventStore } = inside.engine;
  for (const [recordId, intoId] of [
    [one, other],
    [other, one],
  ] as const) {
    const before = { updatedAt: meta.at, archived: false, archivedAt: null, revision: 0 };
    const into = eventsOf<RecordEvents>()('record.merged-into.v1', {
      objectType: CONTACTS,
      recordId,
      intoId,
      before,
    });
    // Long ago, so that the job which finishes merges has tried already.
    await eventStore.append(
      recordStream(CONTACTS, recordId),
      [{ ...into, id: randomUUID(), meta: { ...meta, commandId: randomUUID() } }],
      0,
    );
  }
  expect(await shown(one)).toBeUndefined();
  await expect(send.change(one, { city: 'X' })).rejects.toMatchObject({ code: 'record-merged' });
  await expect(send.erase(one)).rejects.toMatchObject({ code: 'record-unknown' });
  const company = { objectType: 'companies', recordId: '1' };
  const associate = new Associate({ objectType: CONTACTS, recordId: one }, company, [], context());
  await expect(inside.commands.execute(associate)).rejects.toMatchObject({ code: 'record-unknown' });
});
