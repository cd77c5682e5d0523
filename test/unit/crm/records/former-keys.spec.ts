// Values that earlier versions told apart, and reserved under other keys: held as they were until they are moved.
import { createHash, randomUUID } from 'node:crypto';
import type { Definitions } from '../../../../src/crm/properties/definitions';
import { define } from '../../../../src/crm/properties/standard/definition';
import { contacts } from '../../../../src/crm/properties/standard/people';
import { gained, emptied } from '../../../../src/crm/records/ends/values-moved';
import { createRecord, changeValues, record } from '../../../../src/crm/records/record.decider';
import { archiveRecord } from '../../../../src/crm/records/ends/record-end.decider';
import type { Changes } from '../../../../src/crm/records/record.events';
import { recordStream } from '../../../../src/crm/records/record.vocabulary';
import { UniqueValues } from '../../../../src/crm/records/unique/unique-values';
import { Codec } from '../../../../src/eventsourcing/codec';
import { Reservations } from '../../../../src/eventsourcing/reservations';
import { EmbeddedEventStore } from '../../../../src/eventsourcing/stores/embedded/event-store';
import { Streams } from '../../../../src/eventsourcing/streams';
import { folder } from '../../../contract/event-stores';
import { meta } from '../../../support/spec';

const T = 'contacts';
const email = contacts.find(({ name }) => name === 'email')!;
const code = define('', 'text', 'code', 'Code', { hasUniqueValue: true });
const definitions = { everOf: async () => new Map([email, code].map((one) => [one.name, one])) };

const place = folder();
let store: EmbeddedEventStore;
let streams: Streams;
let reservations: Reservations;
let unique: UniqueValues;
beforeAll(async () => {
  store = await EmbeddedEventStore.open(place.at);
  streams = new Streams(store, new Codec());
  reservations = new Reservations(streams, (text) => createHash('sha256').update(text).digest('hex'));
  unique = new UniqueValues(streams, reservations, definitions as unknown as Definitions);
});
afterAll(async () => {
  await store.close();
  place.remove();
});

let last = 0;
const newId = () => String(++last);
const command = () => ({ ...meta, commandId: randomUUID() });
const nobody = { holds: async () => false, fence: async () => {} };
type Values = Readonly<Record<string, string>>;

/** A record that an earlier version wrote: its values as they were given, reserved under the keys of that version. */
async function formerly(values: Values, keys: Values): Promise<string> {
  const recordId = newId();
  const holder = recordStream(T, recordId);
  for (const [name, key] of Object.entries(keys))
    await reservations.take(`contact_${name}`, key, holder, command(), nobody);
  const create = () => createRecord({ status: 'none' }, { objectType: T, recordId, values, at: meta.at });
  await streams.change(record, holder, create, command());
  return recordId;
}

async function create(values: Values): Promise<string> {
  const recordId = newId();
  const own = command();
  await streams.change(
    record,
    recordStream(T, recordId),
    async (state) => {
      const events = createRecord(state, { objectType: T, recordId, values, at: meta.at });
      for (const event of events) await unique.reserve(T, recordId, gained(event, state), own);
      return events;
    },
    own,
  );
  return recordId;
}

async function change(recordId: string, values: Values): Promise<void> {
  const own = command();
  let changes: Changes = {};
  const { position } = await streams.change(
    record,
    recordStream(T, recordId),
    async (state, revision) => {
      const events = changeValues(state, revision, { values, at: meta.at });
      for (const event of events) await unique.reserve(T, recordId, (changes = gained(event, state)), own);
      return events;
    },
    own,
  );
  await unique.giveUp(T, recordId, changes, own, position, await valuesOf(recordId));
}

async function archive(recordId: string): Promise<void> {
  const { position, state } = await streams.change(
    record,
    recordStream(T, recordId),
    (before, revision) => archiveRecord(before, revision),
    command(),
  );
  await unique.giveUp(T, recordId, emptied(state), command(), position);
}

async function valuesOf(recordId: string): Promise<Values> {
  const { state } = await streams.load(record, recordStream(T, recordId));
  return 'values' in state ? state.values : {};
}
const move = async (recordId: string) => unique.moveKeys(T, recordId, await valuesOf(recordId), command());
const held = (name: string, key: string) => reservations.holder(`contact_${name}`, key);
const taken = (id: string) => ({ code: 'value-taken', detail: { context: { existingObjectId: [id] } } });

test('a value reserved by an earlier version is refused to others and found, as it is written', async () => {
  const id = await formerly({ code: 'sku-1' }, { code: 'sku-1' });
  expect(await unique.holderOf(T, code, 'sku-1')).toBe(id);
  await expect(create({ code: 'sku-1' })).rejects.toMatchObject(taken(id));
  await expect(unique.check(T, 'new', { code: 'sku-1' })).rejects.toMatchObject(taken(id));
});

test('moved, it is held in every case, and its former key is given up', async () => {
  const id = await formerly({ code: 'sku-2' }, { code: 'sku-2' });
  await move(id);
  await move(id);
  expect([await held('code', 'SKU-2'), await held('code', 'sku-2')]).toEqual([`contact-${id}`, undefined]);
  await expect(create({ code: 'Sku-2' })).rejects.toMatchObject(taken(id));
  expect(await valuesOf(id)).toMatchObject({ code: 'sku-2' });
});

test('two values that were told apart stay where they are, each held by its own record', async () => {
  const [one, other] = [
    await formerly({ code: 'sku-3' }, { code: 'sku-3' }),
    await formerly({ code: 'Sku-3' }, { code: 'Sku-3' }),
  ];
  await move(one);
  await move(other);
  expect(await held('code', 'Sku-3')).toBe(`contact-${other}`);
  const found: string[] = [];
  for await (const id of unique.holdersOf(T, code, 'Sku-3')) found.push(id);
  expect(found).toEqual([one, other]);
  await expect(create({ code: 'SKU-3' })).rejects.toMatchObject(taken(one));
});

test('a value that is written again is held by its new key, and one that is given up by none', async () => {
  const id = await formerly({ code: 'sku-4' }, { code: 'sku-4' });
  await change(id, { code: 'SKU-4' });
  expect([await held('code', 'SKU-4'), await held('code', 'sku-4')]).toEqual([`contact-${id}`, undefined]);
  const gone = await formerly({ code: 'sku-5' }, { code: 'sku-5' });
  await archive(gone);
  expect(await create({ code: 'sku-5' })).toBeDefined();
});

test('an address that was stored with what is left out today stays as it is, and is held as it is compared', async () => {
  const stored = ' Bo@M\u00fcnchen.de ';
  const id = await formerly({ email: stored }, { email: 'bo@m\u00fcnchen.de' });
  await move(id);
  await expect(create({ email: 'bo@xn--mnchen-3ya.de' })).rejects.toMatchObject(taken(id));
  expect(await valuesOf(id)).toMatchObject({ email: stored });
});
