// The part of making a restore plan that runs in a worker thread: reads the stores and writes one file, and appends no
// event.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { recordStream } from '../../crm/records/record.vocabulary';
import type { RecordEvents } from '../../crm/records/record.events';
import { uniqueKey } from '../../crm/records/unique-values';
import { Files } from '../../files/files';
import type { ThreadContext } from '../../jobs/thread.client';
import { openToRead, type Places } from '../../jobs/thread-stores';
import { endedAt } from '../../point-in-time/record-at';
import { recordTest } from '../../point-in-time/record-test';
import { recordsAt, type RecordsAt } from '../../point-in-time/records-at';
import type { Filter } from '../../read/document-store';
import { makePlanFile, type MadePlan } from './plan-file';
import { notDefinedAnyMore, scopeOf, type Definitions } from './plan-scope';
import { streamPages } from '../../eventsourcing/stream-pages';
import type { RestoreModes, RestoreSelection } from '../restore.events';

export interface PlanTask extends Places {
  /** The collection of the records projection, and its checkpoint. */
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
  /** Records to read, for the job's progress. */
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
    const pagesAt = (position: bigint, onErased?: RecordsAt['onErased']) =>
      recordsAt({
        ...stores,
        ...(onErased && { onErased }),
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
      then: (onErased) => pagesAt(task.position, onErased),
      now: () => pagesAt(task.madeAt),
      endingOf: async (objectType, recordId) => {
        const stream = recordStream(objectType, recordId);
        const history = streamPages<RecordEvents>(stores.eventStore, stores.codec, stream);
        return endedAt(history, task.madeAt);
      },
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

const byName = (definitions: readonly PropertyDefinition[]): Definitions =>
  new Map(definitions.map((definition) => [definition.name, definition]));
