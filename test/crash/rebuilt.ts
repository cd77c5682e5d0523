// Compares the read models a server left behind with ones built from its log alone.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projections } from '../../projections';
import { collectionOf } from '../../projections/projection';
import { Codec } from '../../src/eventsourcing/codec';
import { EmbeddedEventStore } from '../../src/eventsourcing/stores/embedded.event-store';
import { Streams } from '../../src/eventsourcing/streams';
import type { DocumentStore } from '../../src/read/document-store';
import { Feed } from '../../src/read/feed';
import { Projector } from '../../src/read/projector';
import { ReadModels } from '../../src/read/read-models';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded.document-store';
import { upcasts } from '../../src/upcasts';

async function project(log: EmbeddedEventStore, documents: DocumentStore): Promise<void> {
  const codec = new Codec(upcasts);
  const feed = new Feed(log, codec);
  const projector = new Projector(documents, feed, log, projections);
  const readModels = new ReadModels(documents, projector, feed, new Streams(log, codec));
  feed.start();
  await projector.start();
  const head = await log.head();
  for (const projection of projections)
    await readModels.waitFor(projection, head, AbortSignal.timeout(120_000));
  await projector.stop();
  await feed.stop();
}

/** Names of the documents that differ: `collection/id`, at most ten. */
export async function differencesFromRebuild(
  dataDir: string,
): Promise<{ documents: number; differ: string[] }> {
  const log = await EmbeddedEventStore.open(dataDir);
  const left = await EmbeddedDocumentStore.open(dataDir);
  const freshDir = await mkdtemp(join(tmpdir(), 'strata-rebuilt-'));
  const fresh = await EmbeddedDocumentStore.open(freshDir);
  const differ: string[] = [];
  let documents = 0;
  try {
    await project(log, left);
    await project(log, fresh);
    for (const projection of projections) {
      const { name } = collectionOf(projection);
      const expected = new Map<string, string>();
      for await (const page of fresh.scan(name))
        for (const { id, stamp, doc } of page) if (doc) expected.set(id, `${stamp} ${JSON.stringify(doc)}`);
      for await (const page of left.scan(name))
        for (const { id, stamp, doc } of page) {
          if (!doc) continue;
          documents++;
          if (expected.get(id) !== `${stamp} ${JSON.stringify(doc)}`) differ.push(`${name}/${id}`);
          expected.delete(id);
        }
      differ.push(...[...expected.keys()].map((id) => `${name}/${id} (missing)`));
    }
  } finally {
    await left.close();
    await fresh.close();
    await log.close();
    await rm(freshDir, { recursive: true, force: true });
  }
  return { documents, differ: differ.slice(0, 10) };
}
