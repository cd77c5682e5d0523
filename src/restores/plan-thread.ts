// The part of making a plan that runs in a worker thread: it reads the stores and writes one file, and appends nothing.
import type { PropertyDefinition } from '../crm/property.events';
import type { Config } from '../config';
import { uniqueKey } from '../crm/unique-values';
import { Codec } from '../eventsourcing/codec';
import { EmbeddedEventStore } from '../eventsourcing/stores/embedded.event-store';
import { EventStoreDbStore } from '../eventsourcing/stores/eventstoredb.event-store';
import { Files } from '../files/files';
import type { ThreadContext } from '../jobs/thread';
import { recordsAt } from '../point-in-time/records-at';
import type { Filter } from '../read/document-store';
import { EmbeddedDocumentStore } from '../read/stores/embedded.document-store';
import { MongoDocumentStore } from '../read/stores/mongo.document-store';
import { upcasts } from '../upcasts';
import { makePlanFile, type MadePlan } from './plan-file';
import { notDefinedAnyMore, scopeOf, type Definitions } from './plan-scope';
import { recordTest } from './record-test';
import type { RestoreModes, RestoreSelection } from './restore.events';

type StoreSettings = Pick<Config, 'DATA_DIR' | 'EVENTSTORE_URL' | 'MONGODB_URL'>;

export interface PlanTask {
  readonly stores: StoreSettings;
  readonly filesDir: string;
  readonly scratchDir: string;
  readonly file: string;
  /** The records collection and its checkpoint. */
  readonly collection: string;
  readonly checkpoint: bigint;
  readonly position: bigint;
  readonly madeAt: bigint;
  readonly modes: RestoreModes;
  readonly objects: readonly {
    readonly selection: RestoreSelection;
    readonly then: readonly PropertyDefinition[];
    readonly now: readonly PropertyDefinition[];
    readonly filter: Filter | undefined;
  }[];
  /** Records to read, for the progress. */
  readonly total: number;
}

export async function makePlan(task: PlanTask, context: ThreadContext): Promise<MadePlan> {
  const { signal } = context;
  const stores = await openToRead(task.stores);
  try {
    const objects = task.objects.map(({ selection, filter, ...definitions }) => {
      const [then, now] = [byName(definitions.then), byName(definitions.now)];
      const scope = scopeOf(selection, then, now, filter && recordTest(filter));
      return { scope, now, lost: notDefinedAnyMore(selection, then, now) };
    });
    const definitions = new Map(objects.map(({ scope, now }) => [scope.objectType, now]));
    const pagesAt = (position: bigint) =>
      recordsAt({
        ...stores,
        // Compared by the process when all is read: it knows at once when it is switched.
        activeCollection: async () => task.collection,
        collection: task.collection,
        checkpoint: task.checkpoint,
        position,
        objectTypes: objects.map(({ scope }) => scope.objectType),
        scratchDir: task.scratchDir,
        signal,
      });
    return await makePlanFile({
      scopes: objects.map(({ scope }) => scope),
      modes: task.modes,
      then: () => pagesAt(task.position),
      now: () => pagesAt(task.madeAt),
      normalised: (objectType, property, value) => {
        const definition = definitions.get(objectType)?.get(property);
        return definition ? uniqueKey(definition, value) : value;
      },
      notDefinedAnyMore: Object.fromEntries(
        objects.filter(({ lost }) => lost.length > 0).map(({ scope, lost }) => [scope.objectType, lost]),
      ),
      files: new Files(task.filesDir),
      file: task.file,
      scratchDir: task.scratchDir,
      signal,
      report: (records) => context.report(Math.min(records, task.total), task.total),
    });
  } finally {
    await stores.close();
  }
}

async function openToRead({ DATA_DIR, EVENTSTORE_URL, MONGODB_URL }: StoreSettings) {
  const eventStore = EVENTSTORE_URL
    ? await EventStoreDbStore.connect(EVENTSTORE_URL)
    : await EmbeddedEventStore.openReadOnly(DATA_DIR);
  const documents = MONGODB_URL
    ? await MongoDocumentStore.connect(MONGODB_URL)
    : await EmbeddedDocumentStore.openReadOnly(DATA_DIR);
  const close = () => Promise.allSettled([documents.close(), eventStore.close()]);
  return { eventStore, documents, codec: new Codec(upcasts), close };
}

const byName = (definitions: readonly PropertyDefinition[]): Definitions =>
  new Map(definitions.map((definition) => [definition.name, definition]));
