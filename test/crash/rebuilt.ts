// Compares the read models that a server left behind with ones built from the log alone.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { projections } from '../../projections';
import { collectionOf, type Digest } from '../../projections/projection';
import { parseConfig } from '../../src/config';
import { openDocumentStore, openEventStore } from '../../src/engine';
import { Digests } from '../../src/read/filters/digests';
import { masterKeyOf } from '../../src/vault/master-key';
import { Seal } from '../../src/vault/seal';
import { Codec } from '../../src/eventsourcing/codec';
import type { EventStore } from '../../src/eventsourcing/event-store';
import { Streams } from '../../src/eventsourcing/streams';
import type { DocumentStore, Stamped } from '../../src/read/document-store';
import { Feed } from '../../src/read/feed';
import { Projector } from '../../src/read/projector';
import { ReadModels } from '../../src/read/read-models';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded/document-store';
import { upcasts } from '../../src/upcasts';
import { FaultsSeen } from '../support/faults-seen';

export interface Compared {
  readonly documents: number;
  /** Names of the documents that differ, as `collection/id`; at most ten. */
  readonly differ: string[];
}

/** The stores that are left when all processes have ended. */
export interface Left {
  readonly log: EventStore;
  readonly documents: DocumentStore;
  readonly digest: Digest;
  readonly close: () => Promise<void>;
}

async function project(
  log: EventStore,
  documents: DocumentStore,
  upTo: bigint,
  digest: Digest,
): Promise<void> {
  const codec = new Codec(upcasts);
  const faults = new FaultsSeen();
  const feed = new Feed(log, codec, faults);
  const projector = new Projector(documents, feed, log, projections, faults, digest);
  const readModels = new ReadModels(documents, projector, feed, new Streams(log, codec));
  feed.start();
  await projector.start();
  for (const projection of projections)
    await readModels.waitFor(projection, upTo, AbortSignal.timeout(120_000));
  await projector.stop();
  await feed.stop();
}

/** Compares the read models of a document store, to which nobody writes any more, with the log. */
export async function differencesFromLog(
  log: EventStore,
  left: DocumentStore,
  digest: Digest,
): Promise<Compared> {
  const freshDir = await mkdtemp(join(tmpdir(), 'strata-rebuilt-'));
  const fresh = await EmbeddedDocumentStore.open(freshDir, new FaultsSeen());
  const differ: string[] = [];
  let documents = 0;
  try {
    const head = await log.head();
    await project(log, left, head, digest);
    await project(log, fresh, head, digest);
    for (const projection of projections) {
      const { name } = collectionOf(projection);
      const expected = new Map<string, Stamped>();
      for await (const page of fresh.scan(name))
        for (const one of page) if (one.doc) expected.set(one.id, one);
      for await (const page of left.scan(name))
        for (const one of page) {
          if (!one.doc) continue;
          documents++;
          // Stores may change the order of a document's fields.
          if (!isDeepStrictEqual(expected.get(one.id), one)) differ.push(`${name}/${one.id}`);
          expected.delete(one.id);
        }
      differ.push(...[...expected.keys()].map((id) => `${name}/${id} (missing)`));
    }
  } finally {
    await fresh.close();
    await rm(freshDir, { recursive: true, force: true });
  }
  return { documents, differ: differ.slice(0, 10) };
}

/** Opens the stores that the settings name, to which no process writes any more. */
export async function leftIn(settings: Parameters<typeof parseConfig>[0]): Promise<Left> {
  const config = parseConfig(settings);
  const log = await openEventStore(config, new FaultsSeen());
  const documents = await openDocumentStore(config, new FaultsSeen());
  const close = async () => {
    await documents.close();
    await log.close();
  };
  const seal = new Seal(masterKeyOf(config, () => undefined));
  return { log, documents, digest: Digests.under((...of) => seal.hmac(...of)).of, close };
}

/** Compares the stores that the settings name, to which no process writes any more. */
export async function differencesFromRebuild(settings: Parameters<typeof parseConfig>[0]): Promise<Compared> {
  const { log, documents, digest, close } = await leftIn(settings);
  try {
    return await differencesFromLog(log, documents, digest);
  } finally {
    await close();
  }
}
