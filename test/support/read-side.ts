// The read side over embedded stores in a temporary folder, for specs: log, documents, feed and projector, started and
// stopped together.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyProjection } from '../../projections/projection';
import { Codec } from '../../src/eventsourcing/codec';
import type { NewEvent } from '../../src/eventsourcing/event';
import type { EventStore } from '../../src/eventsourcing/event-store';
import { EmbeddedEventStore } from '../../src/eventsourcing/stores/embedded/event-store';
import { Streams } from '../../src/eventsourcing/streams';
import type { Doc, DocumentStore } from '../../src/read/document-store';
import { Feed } from '../../src/read/feed';
import { askedOf, fold } from '../../src/read/fold';
import { Projector, type ProjectorOptions } from '../../src/read/projector';
import { ReadModels } from '../../src/read/read-models';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded/document-store';
import { FaultsSeen } from './faults-seen';
import { eventsAfter } from './log';
import { digest, meta } from './spec';

export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'strata-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export class ReadSide {
  readonly feed: Feed;
  readonly projector: Projector;
  readonly streams: Streams;
  readonly models: ReadModels;
  readonly faults = new FaultsSeen();

  constructor(
    readonly log: EventStore,
    readonly documents: DocumentStore,
    projections: readonly AnyProjection[],
    options: ProjectorOptions = {},
    codec = new Codec(),
  ) {
    this.feed = new Feed(log, codec, this.faults);
    this.projector = new Projector(documents, this.feed, log, projections, this.faults, digest, options);
    this.streams = new Streams(log, codec);
    this.models = new ReadModels(documents, this.projector, this.feed, this.streams);
  }

  async start(): Promise<this> {
    this.feed.start();
    await this.projector.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.projector.stop();
    await this.feed.stop();
  }

  /** Resolves when a projection has applied the whole log and answers queries. */
  async settled(projection: AnyProjection): Promise<void> {
    await this.models.waitFor(projection, await this.log.head(), AbortSignal.timeout(20_000));
  }
}

export interface Stores {
  readonly log: EventStore;
  readonly documents: DocumentStore;
  readonly path: string;
  readonly close: () => Promise<void>;
}

/** Embedded stores in a folder of their own. */
export async function openStores(): Promise<Stores> {
  const folder = await temporaryFolder();
  const log = await EmbeddedEventStore.open(folder.path);
  const documents = await EmbeddedDocumentStore.open(folder.path, new FaultsSeen());
  const close = async () => {
    await documents.close();
    await log.close();
    await folder.remove();
  };
  return { log, documents, path: folder.path, close };
}

let appended = 0;
/** An event as a test appends it, with an id of its own. */
export const event = (type: string, data: unknown): NewEvent => ({
  id: `00000000-0000-4000-9000-${String(++appended).padStart(12, '0')}`,
  ...{ type, data, meta },
});

/** Every live document of a collection, by its id. */
export async function contents(documents: DocumentStore, collection: string): Promise<Map<string, Doc>> {
  const found = new Map<string, Doc>();
  for await (const page of documents.scan(collection))
    for (const { id, doc } of page) if (doc) found.set(id, doc);
  return found;
}

/**
 * The documents that a projection gives for the whole log, folded at once and in memory: every collection of the
 * projection must equal them.
 */
export async function rebuilt(
  log: EventStore,
  projection: AnyProjection,
  codec = new Codec(),
): Promise<Map<string, Doc>> {
  const events = await eventsAfter(log);
  const { asked, failure } = askedOf(
    projection,
    events.map((stored) => codec.decode(stored) as typeof stored),
    digest,
  );
  const folded = fold(asked, new Map());
  if (failure ?? folded.failure) throw new Error('A row threw');
  const documents = folded.writes.flatMap(({ id, doc }) => (doc ? [[id, doc] as const] : []));
  return new Map(JSON.parse(JSON.stringify(documents)) as [string, Doc][]);
}
