import { AssociationTypes } from '../../../../src/crm/associations/types/association-types';
import { AssociationWriter } from '../../../../src/crm/associations/association-writer';
import { createRecord, record } from '../../../../src/crm/records/record.decider';
import { mergeInto } from '../../../../src/crm/records/ends/record-end.decider';
import { Codec } from '../../../../src/eventsourcing/codec';
import type { EventStore } from '../../../../src/eventsourcing/event-store';
import { Streams } from '../../../../src/eventsourcing/streams';
import { openStores, type Stores } from '../../../support/read-side';
import { meta } from '../../../support/spec';

let stores: Stores;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

let commands = 0;
const command = () => ({ ...meta, commandId: `writer-${++commands}` });
const contact = (recordId: string) => ({ objectType: 'contacts', recordId });
const acme = { objectType: 'companies', recordId: '50' };

async function create(streams: Streams, objectType: string, singular: string, recordId: string) {
  await streams.change(
    record,
    `${singular}-${recordId}`,
    (state) => createRecord(state, { objectType, recordId, values: {}, at: meta.at }),
    command(),
  );
}

/** `between` happens once both ends have been looked at, just before the first append to the pair. */
async function writing(shared: boolean, between: (others: Streams) => Promise<void>) {
  const codec = new Codec();
  let happened = false;
  const log = Object.create(stores.log, { shared: { value: shared } }) as EventStore;
  log.append = async (stream, events, expected) => {
    if (stream.startsWith('association-') && !happened) {
      happened = true;
      // What another process does is not seen here until it is read.
      await between(shared ? new Streams(stores.log, codec) : streams);
    }
    return stores.log.append(stream, events, expected);
  };
  const streams = new Streams(log, codec);
  return { streams, writer: new AssociationWriter(streams, new AssociationTypes(streams)) };
}

const merge = (streams: Streams, mergedId: string, intoId: string) =>
  streams.change(record, `contact-${mergedId}`, (s, revision) => mergeInto(s, revision, intoId), command());

describe('A record that is merged while it is being associated', () => {
  beforeAll(async () => {
    const streams = new Streams(stores.log, new Codec());
    await create(streams, 'companies', 'company', '50');
    for (const id of ['1', '2', '3', '4', '5', '6']) await create(streams, 'contacts', 'contact', id);
  });

  test.each([
    ['by this process', false, '1', '2'],
    ['by another', true, '3', '4'],
  ])('%s gives the association to its survivor', async (_, shared, mergedId, intoId) => {
    const { writer } = await writing(shared, async (others) => void (await merge(others, mergedId, intoId)));
    const written = await writer.associate(contact(mergedId), acme, [], { meta: command() });
    expect(written.from).toEqual(contact(intoId));
    expect(written.links.map(({ typeId }) => typeId)).toEqual([279]);
    expect(await writer.part(contact(mergedId), acme, { meta: command() })).toMatchObject({ changed: false });
    const parted = await writer.dissociate(contact(mergedId), acme, undefined, { meta: command() });
    expect(parted).toMatchObject({ from: contact(intoId), changed: true, links: [] });
  });

  test('with the other end is associated with nothing', async () => {
    const { writer } = await writing(false, async (others) => void (await merge(others, '5', '6')));
    const written = await writer.associate(contact('5'), contact('6'), [], { meta: command() });
    expect(written).toMatchObject({ from: contact('6'), to: contact('6'), links: [] });
  });

  test('a moment before by another process counts as merged', async () => {
    const { streams, writer } = await writing(true, async () => undefined);
    expect((await writer.live(contact('6'), undefined)).ref).toEqual(contact('6'));
    await merge(new Streams(stores.log, new Codec()), '6', '2');
    expect((await writer.live(contact('6'), undefined)).ref).toEqual(contact('2'));
    expect((await streams.load(record, 'contact-6')).state.status).toBe('merged');
  });
});
