// Opens both document stores for their contract specs: the embedded one always, MongoDB where MONGODB_URL is set.
import type { CollectionSpec, Doc, DocumentStore, Stamped } from '../../src/read/document-store';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded/document-store';
import { MongoDocumentStore } from '../../src/read/stores/mongodb/document-store';
import { dropDatabase, ownDatabase } from '../support/servers/own-database';
import { temporaryFolder } from '../support/read-side';
import { FaultsSeen } from '../support/faults-seen';

export interface Opened {
  readonly store: DocumentStore;
  /** Opens another store over the same data, as a second process or a job's thread does. */
  readonly again: () => Promise<DocumentStore>;
  readonly close: () => Promise<void>;
}

async function openEmbedded(): Promise<Opened> {
  const { path, remove } = await temporaryFolder();
  const store = await EmbeddedDocumentStore.open(path, new FaultsSeen());
  const close = async () => {
    await store.close();
    await remove();
  };
  return { store, again: () => EmbeddedDocumentStore.openReadOnly(path), close };
}

const mongoUrl = process.env.MONGODB_URL;
async function openMongo(): Promise<Opened> {
  const url = ownDatabase(mongoUrl!);
  const store = await MongoDocumentStore.connect(url);
  const close = async () => {
    await store.close();
    await dropDatabase(url);
  };
  return { store, again: () => MongoDocumentStore.connect(url), close };
}

const adapters = [
  { name: 'embedded', open: openEmbedded },
  ...(mongoUrl === undefined ? [] : [{ name: 'MongoDB', open: openMongo }]),
];

const indexed = { indexes: [['a', 'n.x'], ['n.x']], covering: [['a', 'n.x', 'id']] };

/** One store, opened for all tests of a suite. */
export class StoreWorld {
  opened!: Opened;
  private made = 0;

  get store(): DocumentStore {
    return this.opened.store;
  }

  /** A name that no other collection has. */
  newName(): string {
    return `c${++this.made}_v1`;
  }

  /**
   * Makes a new collection with documents in it, stamped 1, 2, 3 …, written under a checkpoint of the collection's
   * name. Answers its name.
   */
  async filled(docs: readonly Doc[], how: Omit<CollectionSpec, 'name'> = indexed): Promise<string> {
    const name = this.newName();
    await this.store.ensure({ name, ...how });
    const writes = docs.map((doc, i) => ({ id: doc.id, stamp: BigInt(i + 1), loaded: undefined, doc }));
    await this.store.write(name, writes, { name, from: undefined, to: BigInt(docs.length) });
    return name;
  }

  async scanned(name: string, range?: { from?: string; to?: string }, from = this.store): Promise<Stamped[]> {
    const all: Stamped[] = [];
    for await (const page of from.scan(name, range)) all.push(...page);
    return all;
  }
}

export const ofEachStore = (suite: (world: StoreWorld) => void): void =>
  describe.each(adapters)('$name', ({ open }) => {
    const world = new StoreWorld();
    beforeAll(async () => void (world.opened = await open()));
    afterAll(() => world.opened.close());
    suite(world);
  });
