// A write that reaches MongoDB long after it was made, because the process or the line was paused in between, changes
// nothing that was written meanwhile.
import { MongoClient } from 'mongodb';
import { WriteConflict } from '../../../src/read/document-store';
import { MongoDocumentStore } from '../../../src/read/stores/mongodb/document-store';
import { HangingLine } from '../../support/servers/hanging-line';
import { dropDatabase, ownDatabase } from '../../support/servers/own-database';

const { MONGODB_URL } = process.env;

/**
 * Whether the server stops an ordered batch at its first error. MongoDB does; other servers with its protocol may not.
 */
async function stopsAtAnError(url: string): Promise<boolean> {
  const client = await MongoClient.connect(url);
  const numbers = client.db().collection<{ _id: number; n: number }>('numbers');
  await numbers.insertOne({ _id: 1, n: 1 });
  const put = (_id: number) => ({
    replaceOne: { filter: { _id, n: 2 }, replacement: { n: 2 }, upsert: true },
  });
  await expect(numbers.bulkWrite([put(1), put(2)], { ordered: true })).rejects.toThrow(/E11000/);
  const stops = (await numbers.countDocuments()) === 1;
  await client.close();
  return stops;
}

(MONGODB_URL ? describe : describe.skip)('a batch that MongoDB hears of late', () => {
  const url = MONGODB_URL && ownDatabase(MONGODB_URL);
  let line: HangingLine;
  let store: MongoDocumentStore;
  let late: MongoDocumentStore;
  beforeAll(async () => {
    line = await HangingLine.to(url!);
    store = await MongoDocumentStore.connect(url!);
    late = await MongoDocumentStore.connect(line.url);
  });
  afterAll(async () => {
    line.goOn();
    await late.close();
    await store.close();
    await line.close();
    await dropDatabase(url!);
  });

  const name = 'notes_v1';
  const put = (id: string, stamp: bigint, loaded?: bigint) => ({
    ...{ id, stamp, loaded, doc: { id, text: `the text of ${id}` } },
  });
  const stamps = async () => {
    const all: Record<string, bigint> = {};
    for await (const page of store.scan(name)) for (const { id, stamp } of page) all[id] = stamp;
    return all;
  };

  test('puts nothing back that was removed and swept meanwhile, and nothing over what is newer', async () => {
    if (!(await stopsAtAnError(url!))) return;
    await store.ensure({ name });
    await store.write(name, [put('kept', 1n), put('changed', 1n)], { name, from: undefined, to: 1n });
    const hangs = line.hangAt('the text of purged');
    const batch = [put('purged', 2n), put('changed', 2n, 1n)];
    const writing = expect(late.write(name, batch, { name, from: 1n, to: 2n })).rejects.toThrow(
      WriteConflict,
    );
    await hangs;
    await store.write(name, batch, { name, from: 1n, to: 2n });
    const purge = { id: 'purged', stamp: 3n, loaded: 2n };
    await store.write(name, [purge, put('changed', 3n, 2n)], { name, from: 2n, to: 3n });
    await store.sweep(name, 3n);
    line.goOn();
    await writing;
    expect(await stamps()).toEqual({ changed: 3n, kept: 1n });
    expect(await store.checkpoint(name)).toBe(3n);
    // A write that goes on from the checkpoint is accepted, although it comes from the same late store.
    await late.write(name, [put('purged', 4n)], { name, from: 3n, to: 4n });
    expect(await store.count(name)).toBe(3);
  });
});
