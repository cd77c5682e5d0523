// Gives each caller a MongoDB database of its own on the server that MONGODB_URL names, so that suites of one process
// share nothing.
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';

export function ownDatabase(serverUrl: string): string {
  const own = new URL(serverUrl);
  own.pathname = `/strata_${randomUUID().slice(0, 8)}`;
  return own.href;
}

export async function dropDatabase(url: string): Promise<void> {
  const client = await MongoClient.connect(url);
  await client.db().dropDatabase();
  await client.close();
}
