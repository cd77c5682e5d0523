// The engine: every store and loop of one process, opened from the settings and closed in the reverse order.
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AnyProjection } from '../projections/projection';
import { type Config, ConfigError } from './config';
import { Codec } from './eventsourcing/codec';
import type { EventStore } from './eventsourcing/event-store';
import { RecordIds } from './eventsourcing/ids';
import { Reservations } from './eventsourcing/reservations';
import { EmbeddedEventStore } from './eventsourcing/stores/embedded.event-store';
import { Streams } from './eventsourcing/streams';
import { Files } from './files/files';
import { Jobs } from './jobs/jobs';
import type { DocumentStore } from './read/document-store';
import { Feed } from './read/feed';
import { ProjectingThread } from './read/projecting-thread';
import { Projector } from './read/projector';
import { ReadModels } from './read/read-models';
import { EmbeddedDocumentStore } from './read/stores/embedded.document-store';
import { TimeIndex } from './read/time-index';
import { upcasts } from './upcasts';
import { openVault } from './vault/open-vault';
import type { Vault } from './vault/vault';

/** Not `import()`: jest runs none without flags. */
const load = createRequire(__filename);

/** A file that another process is writing has changed more lately than that, in milliseconds. */
const WRITTEN_WITHIN = 3_600_000;

/** A pino logger is one. */
export interface EngineLog {
  warn(detail: object, message: string): void;
  error(detail: object, message: string): void;
}

export class Engine {
  readonly codec = new Codec(upcasts);
  readonly ids = new RecordIds();
  readonly files: Files;
  readonly streams: Streams;
  readonly reservations: Reservations;
  readonly feed: Feed;
  readonly projector: Projector;
  readonly readModels: ReadModels;
  readonly timeIndex: TimeIndex;
  readonly jobs: Jobs;
  private readonly projectsInThread: boolean;

  private constructor(
    readonly config: Config,
    readonly eventStore: EventStore,
    readonly documents: DocumentStore,
    readonly vault: Vault,
    projections: readonly AnyProjection[],
    log: EngineLog,
  ) {
    this.files = new Files(join(config.DATA_DIR, 'files'));
    this.streams = new Streams(eventStore, this.codec);
    this.reservations = new Reservations(this.streams, (text) => vault.hmac('reservation', text));
    this.feed = new Feed(eventStore, this.codec);
    const thread = this.thread(log);
    this.projectsInThread = thread !== undefined;
    this.projector = new Projector(documents, this.feed, eventStore, projections, {
      ...(thread && { projecting: thread }),
    });
    this.readModels = new ReadModels(documents, this.projector, this.feed, this.streams);
    this.timeIndex = new TimeIndex(eventStore, this.readModels);
    this.jobs = new Jobs(documents, eventStore, this.readModels, log);
  }

  /** Opens the stores; nothing runs until `start`. What was opened before a failure is closed again. */
  static async open(config: Config, projections: readonly AnyProjection[], log: EngineLog): Promise<Engine> {
    // Made here, it is its owner's alone: what lies in it is every customer's.
    try {
      mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 });
    } catch {
      throw new ConfigError('DATA_DIR: is no folder, and none can be made there');
    }
    const opened: { close(): Promise<void> }[] = [];
    const open = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
      const store = await opening;
      opened.unshift(store);
      return store;
    };
    try {
      const eventStore = await open(openEventStore(config));
      const documents = await open(openDocumentStore(config));
      const vault = await open(openVault(config, (message) => log.warn({}, message)));
      return new Engine(config, eventStore, documents, vault, projections, log);
    } catch (error) {
      for (const store of opened) await store.close();
      throw error;
    }
  }

  /** Embedded stores have a thread for the projections; servers have `ROLE`. */
  private thread(log: EngineLog) {
    const { config, eventStore, documents } = this;
    if (!(eventStore instanceof EmbeddedEventStore && documents instanceof EmbeddedDocumentStore))
      return undefined;
    const modules = {
      projections: require.resolve('../projections'),
      upcasts: require.resolve('./upcasts'),
    };
    const broke = (error: unknown) =>
      log.error({ err: error }, 'The thread of the projections broke off and is started again');
    return (held: () => Promise<bigint | undefined>) =>
      new ProjectingThread(config.DATA_DIR, eventStore, documents, modules, held, broke);
  }

  /** Starts what the process's role names. Jobs must be registered by then. */
  async start(): Promise<void> {
    await this.files.sweep(this.documents.exclusive ? undefined : new Date(Date.now() - WRITTEN_WITHIN));
    this.projector.onApplied(() => this.jobs.wake());
    // Nobody else writes an embedded log: a query sees all of it, though the projections have only just begun.
    if (this.projectsInThread) this.streams.resume(await this.eventStore.head());
    if (this.config.ROLE.includes('projector')) {
      if (!this.projectsInThread) this.feed.start();
      await this.projector.start();
    }
    if (this.config.ROLE.includes('worker')) this.jobs.start();
  }

  /** Ends jobs (they go on at the next start), then the loops, then the stores. */
  async close(): Promise<void> {
    await this.jobs.stop();
    await this.projector.stop();
    await this.feed.stop();
    await this.vault.close();
    await this.documents.close();
    await this.eventStore.close();
  }
}

// The drivers of the servers are large: they are loaded only where the settings name a server.

export async function openEventStore(config: Config): Promise<EventStore> {
  if (!config.EVENTSTORE_URL) return EmbeddedEventStore.open(config.DATA_DIR);
  const { EventStoreDbStore } = load(
    './eventsourcing/stores/eventstoredb.event-store',
  ) as typeof import('./eventsourcing/stores/eventstoredb.event-store');
  return reached('EVENTSTORE_URL', EventStoreDbStore.connect(config.EVENTSTORE_URL));
}

export async function openDocumentStore(config: Config): Promise<DocumentStore> {
  if (!config.MONGODB_URL) return EmbeddedDocumentStore.open(config.DATA_DIR);
  const { MongoDocumentStore } = load(
    './read/stores/mongo.document-store',
  ) as typeof import('./read/stores/mongo.document-store');
  return reached('MONGODB_URL', MongoDocumentStore.connect(config.MONGODB_URL));
}

/** Milliseconds that a server may take to answer at start. */
const REACH_MS = 10_000;

/** A server that does not answer, or not in time, is told by its setting; its drivers would try for half a minute. */
async function reached<T extends { close(): Promise<void> }>(
  setting: string,
  connecting: Promise<T>,
): Promise<T> {
  const patience = new AbortController();
  const late = pause(REACH_MS, undefined, { signal: patience.signal }).then((): never => {
    connecting.then(
      (store) => store.close(),
      () => undefined,
    );
    throw new ConfigError(`${setting}: no server answers there`);
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    throw isUnreachable(error) ? new ConfigError(`${setting}: no server answers there`) : error;
  } finally {
    late.catch(() => undefined);
    patience.abort();
  }
}

const GRPC_UNAVAILABLE = 14;
const isUnreachable = (error: unknown): boolean =>
  (error as { code?: unknown }).code === GRPC_UNAVAILABLE ||
  /^Mongo(ServerSelection|Network)/.test((error as Error).name);
