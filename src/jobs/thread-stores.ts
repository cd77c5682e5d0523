// Opens the stores in the thread of a job: to read only, while other threads write.
import { createRequire } from 'node:module';
import type { Config } from '../config';
import { Codec } from '../eventsourcing/codec';
import type { EventStore } from '../eventsourcing/event-store';
import { EmbeddedEventStore } from '../eventsourcing/stores/embedded/event-store';
import type { DocumentStore } from '../read/document-store';
import { EmbeddedDocumentStore } from '../read/stores/embedded/document-store';
import { upcasts } from '../upcasts';

/** `require`, not `import()`: jest cannot run the latter without flags. */
const load = createRequire(__filename);

export type StoreSettings = Pick<Config, 'DATA_DIR' | 'EVENTSTORE_URL' | 'MONGODB_URL'>;

/** Where the thread of a job reads, and the file that it builds. */
export interface Places {
  readonly stores: StoreSettings;
  readonly filesDir: string;
  readonly scratchDir: string;
  /** Path below `filesDir`; no other task may write it. */
  readonly file: string;
}

export interface ReadStores {
  readonly eventStore: EventStore;
  readonly documents: DocumentStore;
  readonly codec: Codec;
  close(): Promise<void>;
}

export async function openToRead(settings: StoreSettings): Promise<ReadStores> {
  const eventStore = await openLog(settings);
  try {
    const documents = await openDocuments(settings);
    const close = async () => {
      await documents.close();
      await eventStore.close();
    };
    return { eventStore, documents, codec: new Codec(upcasts), close };
  } catch (error) {
    await eventStore.close();
    throw error;
  }
}

/** Loads the drivers of servers only where they are used: they cost a thread half a second and tens of megabytes. */
async function openLog({ DATA_DIR, EVENTSTORE_URL }: StoreSettings): Promise<EventStore> {
  if (!EVENTSTORE_URL) return EmbeddedEventStore.openReadOnly(DATA_DIR);
  const { EventStoreDbStore } = load(
    '../eventsourcing/stores/eventstoredb/event-store',
  ) as typeof import('../eventsourcing/stores/eventstoredb/event-store');
  return EventStoreDbStore.connect(EVENTSTORE_URL);
}

async function openDocuments({ DATA_DIR, MONGODB_URL }: StoreSettings): Promise<DocumentStore> {
  if (!MONGODB_URL) return EmbeddedDocumentStore.openReadOnly(DATA_DIR);
  const { MongoDocumentStore } = load(
    '../read/stores/mongodb/document-store',
  ) as typeof import('../read/stores/mongodb/document-store');
  return MongoDocumentStore.connect(MONGODB_URL);
}
