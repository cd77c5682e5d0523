// The engine: every store and loop of one process, opened from the settings and closed in the reverse order.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AnyProjection } from '../projections/projection';
import { systemMeta } from './caller';
import { type Config, ConfigError } from './config';
import { Codec } from './eventsourcing/codec';
import type { EventStore } from './eventsourcing/event-store';
import { RecordIds } from './eventsourcing/ids';
import { Reservations } from './eventsourcing/reservations';
import { EmbeddedEventStore, logFile, makeFolder } from './eventsourcing/stores/embedded/event-store';
import { Streams } from './eventsourcing/streams';
import { Aside } from './supervision/aside';
import { Faults, type FaultLog, type FaultReports } from './supervision/faults';
import { TooLate, within } from './supervision/pause';
import { Files } from './files/files';
import { Jobs, type JobTimes } from './jobs/jobs';
import { bindFolder, bindReadModels, refuseHalfALog, refuseLostLog } from './one-log';
import { Digests } from './read/filters/digests';
import type { DocumentStore } from './read/document-store';
import { Feed } from './read/feed';
import type { LeaseTimes } from './read/lease';
import { ProjectingThread } from './read/projecting.client';
import { Projector } from './read/projector';
import { Readiness } from './read/readiness';
import { ReadModels } from './read/read-models';
import { EmbeddedDocumentStore } from './read/stores/embedded/document-store';
import { TimeIndex } from './read/time-index';
import { StoreUnavailable } from './store-unavailable';
import { upcasts } from './upcasts';
import { openVault } from './vault/open-vault';
import type { Vault } from './vault/vault';

/** `require`, not `import()`: jest cannot run the latter without flags. */
const load = createRequire(__filename);

/** Milliseconds within which a file has changed that another process is still writing. */
const WRITTEN_WITHIN = 3_600_000;

/** Where the engine logs; a pino logger is one. */
export interface EngineLog extends FaultLog {
  warn(detail: object, message: string): void;
}

/** The stores that an engine runs on. */
export interface Stores {
  readonly eventStore: EventStore;
  readonly documents: DocumentStore;
  readonly vault: Vault;
}

/** For tests, what is other than the settings say: several engines of one process share stores. */
export interface EngineOptions {
  readonly stores?: Stores;
  readonly leaseTimes?: LeaseTimes;
  readonly jobTimes?: Partial<JobTimes>;
}

export class Engine {
  readonly codec = new Codec(upcasts);
  readonly ids: RecordIds;
  readonly files: Files;
  readonly streams: Streams;
  readonly reservations: Reservations;
  readonly feed: Feed;
  readonly projector: Projector;
  readonly readModels: ReadModels;
  readonly readiness: Readiness;
  readonly timeIndex: TimeIndex;
  readonly jobs: Jobs;
  readonly digests: Digests;
  private readonly projectsInThread: boolean;

  readonly eventStore: EventStore;
  readonly documents: DocumentStore;
  readonly vault: Vault;

  private constructor(
    readonly config: Config,
    { eventStore, documents, vault }: Stores,
    projections: readonly AnyProjection[],
    readonly faults: Faults,
    head: bigint,
    { leaseTimes, jobTimes }: Omit<EngineOptions, 'stores'>,
  ) {
    this.eventStore = eventStore;
    this.documents = documents;
    this.vault = vault;
    this.files = new Files(join(config.DATA_DIR, 'files'));
    this.streams = new Streams(eventStore, this.codec);
    this.ids = new RecordIds(this.streams, () => systemMeta('ids'));
    this.reservations = new Reservations(this.streams, (text) => vault.hmac('reservation', text));
    this.digests = Digests.under((purpose, text) => vault.hmac(purpose, text));
    this.feed = new Feed(eventStore, this.codec, faults);
    const thread = this.thread();
    this.projectsInThread = thread !== undefined;
    this.projector = new Projector(documents, this.feed, eventStore, projections, faults, this.digests.of, {
      ...(thread && { projecting: thread }),
      ...(leaseTimes && { leaseTimes }),
    });
    this.readModels = new ReadModels(documents, this.projector, this.feed, this.streams);
    this.readiness = new Readiness(this.projector, head, () =>
      // A process that serves requests is ready for them even where a projection in which jobs are found has stopped.
      config.ROLE.includes('api') ? [] : config.ROLE.includes('worker') ? this.jobs.projections : [],
    );
    this.timeIndex = new TimeIndex(eventStore, this.readModels);
    this.jobs = new Jobs(documents, eventStore, this.readModels, faults, leaseTimes, jobTimes);
  }

  /**
   * Opens the stores; nothing runs until `start`. Stores that were opened before a failure are closed again. Rejects
   * with OtherLog where read models or files are not of this log, before anything is written.
   */
  static async open(
    config: Config,
    projections: readonly AnyProjection[],
    log: EngineLog,
    faults = new Faults(log),
    { stores, ...times }: EngineOptions = {},
  ): Promise<Engine> {
    try {
      makeFolder(config.DATA_DIR);
    } catch {
      throw new ConfigError('DATA_DIR: is no folder, and none can be made there');
    }
    const own = stores ?? (await openStores(config, log, faults));
    try {
      await refuseHalfALog(own.documents);
      const head = await own.eventStore.head();
      return new Engine(config, own, projections, faults, head, times);
    } catch (error) {
      if (!stores) await closeStores(own);
      throw error;
    }
  }

  /** Embedded stores have a thread for the projections; servers have `ROLE`. */
  private thread() {
    const { config, eventStore, documents } = this;
    if (!(eventStore instanceof EmbeddedEventStore && documents instanceof EmbeddedDocumentStore))
      return undefined;
    const modules = {
      projections: require.resolve('../projections'),
      upcasts: require.resolve('./upcasts'),
    };
    return (held: () => Promise<bigint | undefined>, faults: FaultReports) =>
      new ProjectingThread(config.DATA_DIR, eventStore, documents, modules, this.digests.key, held, faults);
  }

  /** Starts what the process's role names. Jobs must be registered by then. */
  async start(): Promise<void> {
    await this.sweepFiles();
    this.projector.onChanged((projection) => this.jobs.wake(projection));
    // No other process writes an embedded log: queries wait for all of it, though the projections have only just begun.
    if (this.projectsInThread) this.streams.resume(await this.eventStore.head());
    if (this.config.ROLE.includes('projector')) {
      if (!this.projectsInThread) this.feed.start();
      await this.projector.start();
    }
    if (this.config.ROLE.includes('worker')) this.jobs.start();
  }

  private async sweepFiles(): Promise<void> {
    const unchangedSince = this.documents.exclusive ? undefined : new Date(Date.now() - WRITTEN_WITHIN);
    const aside = new Aside('half-written', this.faults, { leastMs: WRITTEN_WITHIN });
    try {
      await aside.round(new AbortController().signal, (round) => this.files.sweep(round, unchangedSince));
    } catch (error) {
      this.faults.report('half-written', error);
    }
  }

  /** Ends jobs (they go on at the next start), then the loops, then the stores. */
  async close(): Promise<void> {
    await this.jobs.stop();
    await this.projector.stop();
    await this.feed.stop();
    await closeStores(this);
  }
}

/** Stores that were opened before a failure are closed again. Rejects with OtherLog, as `Engine.open` does. */
export async function openStores(config: Config, log: EngineLog, faults: FaultReports): Promise<Stores> {
  const opened: { close(): Promise<void> }[] = [];
  const open = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
    const store = await opening;
    opened.unshift(store);
    return store;
  };
  try {
    // The log first: an embedded log locks the whole folder, and the other stores in it.
    const eventStore = await open(openEventStore(config, faults, log));
    await bindFolder(config.DATA_DIR, eventStore.logId);
    const documents = await open(openDocumentStore(config, faults));
    await bindReadModels(documents, eventStore.logId);
    const vault = await open(openVault(config, (message) => log.warn({}, message)));
    return { eventStore, documents, vault };
  } catch (error) {
    for (const store of opened) await store.close();
    throw error;
  }
}

async function closeStores({ eventStore, documents, vault }: Stores): Promise<void> {
  await vault.close();
  await documents.close();
  await eventStore.close();
}

// The drivers of the servers are large: they are loaded only where the settings name a server.

export async function openEventStore(
  config: Config,
  faults: FaultReports,
  log?: EngineLog,
): Promise<EventStore> {
  if (!config.EVENTSTORE_URL) {
    refuseLostLog(config.DATA_DIR, logFile(config.DATA_DIR));
    const waiting = () => log?.warn({}, `Another process is using ${config.DATA_DIR}: waiting for its end`);
    return EmbeddedEventStore.open(config.DATA_DIR, { faults, waiting });
  }
  const { EventStoreDbStore } = load(
    './eventsourcing/stores/eventstoredb/event-store',
  ) as typeof import('./eventsourcing/stores/eventstoredb/event-store');
  return reached('EVENTSTORE_URL', EventStoreDbStore.connect(config.EVENTSTORE_URL));
}

export async function openDocumentStore(config: Config, faults: FaultReports): Promise<DocumentStore> {
  if (!config.MONGODB_URL) return EmbeddedDocumentStore.open(config.DATA_DIR, faults);
  const { MongoDocumentStore } = load(
    './read/stores/mongodb/document-store',
  ) as typeof import('./read/stores/mongodb/document-store');
  return reached('MONGODB_URL', MongoDocumentStore.connect(config.MONGODB_URL));
}

/** Milliseconds that a server may take to answer at start. */
const REACH_MS = 10_000;

/** Rejects with a ConfigError where a server does not answer in time; the drivers would try for half a minute. */
async function reached<T extends { close(): Promise<void> }>(
  setting: string,
  connecting: Promise<T>,
): Promise<T> {
  try {
    return await within(REACH_MS, connecting);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
  }
  // The start has failed: whether the store still connects, or closes, concerns nobody.
  connecting.then((store) => store.close()).catch(() => undefined);
  throw new ConfigError(`${setting}: no server answers there`);
}

const GRPC_UNAVAILABLE = 14;
const isUnreachable = (error: unknown): boolean =>
  error instanceof TooLate ||
  error instanceof StoreUnavailable ||
  (error as { code?: unknown }).code === GRPC_UNAVAILABLE ||
  /^Mongo(ServerSelection|Network)/.test((error as Error).name);
