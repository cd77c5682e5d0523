// What has been in the recycle bin for 90 days goes for good, at that moment and not before, with its associations.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { associations } from '../../../projections/crm/associations';
import { audit } from '../../../projections/audit/audit';
import { records } from '../../../projections/crm/records';
import { recordDocumentId } from '../../../src/crm/records/record.vocabulary';
import { metaOf, newId } from '../../../src/caller';
import { Associate } from '../../../src/crm/associations/association.commands';
import {
  ArchiveRecord,
  CreateRecord,
  MergeRecords,
  UnarchiveRecord,
} from '../../../src/crm/records/record.commands';
import { GetRecord } from '../../../src/crm/records/record.queries';
import { SEES_ALL } from '../../../src/crm/properties/values/sensitivity';
import { purgeTime } from '../../../src/recycle-bin/bin';
import { RestoreFromBin } from '../../../src/recycle-bin/bin.commands';
import { BinPurge } from '../../../src/recycle-bin/bin-purge';
import { Inside } from '../../support/servers/inside';
import { event } from '../../support/read-side';
import { oneRound } from '../../support/rounds';

let folder: string;
let inside: Inside;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-purge-'));
  inside = await Inside.open(folder);
});
afterAll(async () => {
  await inside.close();
  await rm(folder, { recursive: true, force: true });
});

async function create(properties: Record<string, string>): Promise<string> {
  const asked = inside.asked();
  const id = await newId(asked.command);
  await inside.commands.execute(new CreateRecord('contacts', id, properties, { meta: metaOf(asked) }));
  return id;
}
/** When it was archived. */
async function archive(id: string): Promise<string> {
  const command = new ArchiveRecord('contacts', id, { meta: metaOf(inside.asked()) });
  return (await inside.commands.execute(command)).record.archivedAt!;
}
async function purgeAt(time: number): Promise<void> {
  expect(await failedAt(time)).toEqual([]);
}
const failedAt = (time: number) => oneRound((round) => inside.app.get(BinPurge).sweep(round, new Date(time)));
const back = async (id: string) =>
  (await inside.commands.execute(new RestoreFromBin('contacts', [id], inside.asked()))).results[0];
const typesOf = async (id: string) =>
  (await inside.engine.streams.history(`contact-${id}`)).map(({ type }) => String(type));
const inList = async (id: string) => inside.engine.readModels.get(records, recordDocumentId('contacts', id));

test('a record goes when it has been archived for 90 days, to the millisecond', async () => {
  const id = await create({ firstname: 'Ada' });
  const due = Date.parse(purgeTime(await archive(id)));
  await purgeAt(due - 1);
  expect(await typesOf(id)).toEqual(['record.created.v1', 'record.archived.v1']);
  await purgeAt(due);
  await purgeAt(due);
  expect(await typesOf(id)).toEqual(['record.created.v1', 'record.archived.v1', 'record.purged.v1']);
  const wanted = { viewer: SEES_ALL, properties: [], propertiesWithHistory: [] };
  expect(await inside.queries.execute(new GetRecord('contacts', id, wanted, true))).toBeUndefined();
  expect(await inList(id)).toBeUndefined();
  expect(await back(id)).toMatchObject({ id, outcome: 'refused', reason: { code: 'record-purged' } });
});

test('Strata itself is said to have done it', async () => {
  const id = await create({ firstname: 'Grace' });
  await purgeAt(Date.parse(purgeTime(await archive(id))));
  const { docs } = await inside.engine.readModels.find(audit, {
    filter: { 'target.id': id, action: 'PURGE' },
    limit: 10,
  });
  expect(docs).toMatchObject([{ actor: { type: 'system', id: 'recycle-bin' }, nonUser: true }]);
});

test('a record that is back, or was archived again, stays', async () => {
  const id = await create({ firstname: 'Joan' });
  const due = Date.parse(purgeTime(await archive(id)));
  await inside.commands.execute(new UnarchiveRecord('contacts', id, { meta: metaOf(inside.asked()) }));
  await purgeAt(due);
  expect(await inList(id)).toMatchObject({ archived: false });
  const again = Date.parse(purgeTime(await archive(id)));
  await purgeAt(Math.min(due, again - 1));
  expect(await inList(id)).toMatchObject({ archived: true });
});

test('its associations and what was merged into it go with it', async () => {
  const [stays, merged, other] = [await create({ city: 'Oslo' }), await create({}), await create({})];
  await inside.commands.execute(
    new MergeRecords('contacts', stays, merged, { meta: metaOf(inside.asked()) }),
  );
  const [from, to] = [stays, other].map((recordId) => ({ objectType: 'contacts', recordId }));
  await inside.commands.execute(new Associate(from!, to!, [], { meta: metaOf(inside.asked()) }));
  await purgeAt(Date.parse(purgeTime(await archive(stays))));
  expect((await typesOf(merged)).at(-1)).toBe('record.purged.v1');
  expect(await inside.engine.readModels.count(associations)).toBe(0);
});

test('however many there are, all go, and their unique values are free', async () => {
  const run = randomUUID();
  const emails = Array.from({ length: 230 }, (_, n) => `${run}-${n}@purge.example`);
  const ids = await Promise.all(emails.map((email) => create({ email })));
  const times = await Promise.all(ids.map(archive));
  await purgeAt(Date.parse(purgeTime(times.sort().at(-1)!)));
  const left = await Promise.all(ids.map(inList));
  expect(left.filter(Boolean)).toEqual([]);
  await expect(create({ email: emails[0]! })).resolves.toBeDefined();
});

test('one record that cannot be purged keeps no other in the bin', async () => {
  const ids = [await create({}), await create({}), await create({})];
  const times: string[] = [];
  for (const id of ids) times.push(await archive(id));
  // The one that comes first, so that all others come after it.
  const stream = `contact-${ids[0]}`;
  const { length } = await inside.engine.streams.history(stream);
  await inside.engine.eventStore.append(stream, [event('record.unheard-of.v1', {})], length - 1);
  expect(await failedAt(Date.parse(purgeTime(times.at(-1)!)))).toHaveLength(1);
  for (const id of ids.slice(1)) expect((await typesOf(id)).at(-1)).toBe('record.purged.v1');
  expect((await typesOf(ids[0]!)).at(-1)).toBe('record.unheard-of.v1');
});
