// The vault in MongoDB, collection `vault`: every write is on a majority's disks before it counts.
import { Binary, type Collection, type MongoClient } from 'mongodb';
import { answerOf, isDuplicate, mongoClient } from '../../../mongo-server';
import { SealedVault } from '../../sealed-vault';
import type { SealedEntry } from '../../vault';

const PAGE = 500;

type Sealed = { _id: string; sealed: Binary };

export class MongoVault extends SealedVault {
  private readonly places: Collection<Sealed>;

  private constructor(
    private readonly client: MongoClient,
    masterKey: Buffer,
  ) {
    super(masterKey);
    this.places = client.db().collection<Sealed>('vault');
  }

  /** `url` names the database. `masterKey`: 32 bytes; rejects with a ConfigError where it is another vault's. */
  static async connect(url: string, masterKey: Buffer): Promise<MongoVault> {
    const client = mongoClient(url);
    const vault = new MongoVault(client, masterKey);
    try {
      await client.connect();
      await vault.checkMasterKey();
    } catch (error) {
      await vault.close();
      throw error;
    }
    return vault;
  }

  protected async load(place: string): Promise<Uint8Array | undefined> {
    return (await answerOf(this.places.findOne({ _id: place })))?.sealed.value();
  }

  protected async store(place: string, sealed: Buffer): Promise<void> {
    const set = { $set: { sealed: new Binary(sealed) } };
    await answerOf(this.places.updateOne({ _id: place }, set, { upsert: true }));
  }

  protected async replace(place: string, expected: Uint8Array | undefined, sealed: Buffer): Promise<boolean> {
    if (expected) {
      const old = { _id: place, sealed: new Binary(expected) };
      const set = { $set: { sealed: new Binary(sealed) } };
      return (await answerOf(this.places.updateOne(old, set))).matchedCount === 1;
    }
    try {
      await answerOf(this.places.insertOne({ _id: place, sealed: new Binary(sealed) }));
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  protected async delete(place: string): Promise<boolean> {
    return (await answerOf(this.places.deleteOne({ _id: place }))).deletedCount === 1;
  }

  async entries(after = ''): Promise<SealedEntry[]> {
    const found = this.places.find({ _id: { $gt: after } }, { sort: { _id: 1 }, limit: PAGE });
    return (await answerOf(found.toArray())).map(({ _id, sealed }) => ({
      place: _id,
      sealed: sealed.value(),
    }));
  }

  async close(): Promise<void> {
    await answerOf(this.client.close());
  }
}
