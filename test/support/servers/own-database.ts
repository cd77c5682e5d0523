// Gives each caller a MongoDB database of its own on the server that MONGODB_URL names, so that suites of one process
// share nothing.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

/** The driver is large, and most runs of a suite know no server: it is loaded where there is one. */
const load = createRequire(__filename);

export function ownDatabase(serverUrl: string): string {
  const own = new URL(serverUrl);
  own.pathname = `/strata_${randomUUID().slice(0, 8)}`;
  return own.href;
}

export async function dropDatabase(url: string): Promise<void> {
  const { MongoClient } = load('mongodb') as typeof import('mongodb');
  const client = await MongoClient.connect(url);
  await client.db().dropDatabase();
  await client.close();
}
