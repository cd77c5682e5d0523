// The part of making a restore plan that runs in a worker thread: reads the stores and writes one file, and appends no
// event.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { recordStream } from '../../crm/records/record.vocabulary';
import type { RecordRef } from '../../crm/associations/association.events';
import type { RecordEvents } from '../../crm/records/record.events';
import { Files } from '../../files/files';
import type { ThreadContext } from '../../jobs/thread.client';
import { openToRead, type Places } from '../../jobs/thread-stores';
import { changedPairs } from '../../point-in-time/association-changes';
import { endedAt, foldedAt } from '../../point-in-time/record-at';
import { createdAfter, tookOver } from '../../point-in-time/record-since';
import { recordTest } from '../../point-in-time/record-test';
import { recordsAt } from '../../point-in-time/records-at';
import { recordsAtBoth } from '../../point-in-time/changes/records-at-both';
import type { Filter } from '../../read/document-store';
import { compared } from '../rows/compared';
import { comparedPairs, type End } from '../rows/pairs';
import { makePlanFile, type MadePlan } from '../rows/plan-file';
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
    /** The unique ones that the type has or had. */
    readonly unique: readonly PropertyDefinition[];
    readonly filter: Filter | undefined;
  }[];
  /** The association types that are defined now, as `CATEGORY/typeId`. */
  readonly linkTypes: readonly string[];
}

/** Pairs judged at the same time where their streams lie on a server. */
const FOLDS = 16;

export async function makePlan(task: PlanTask, context: ThreadContext): Promise<MadePlan> {
  const { signal } = context;
  const stores = await openToRead(task.stores);
  try {
    const objects = task.objects.map(({ selection, filter, unique, ...definitions }) => {
      const [then, now] = [byName(definitions.then), byName(definitions.now)];
      const scope = scopeOf(selection, then, now, filter && recordTest(filter));
      return { scope, unique, lost: notDefinedAnyMore(selection, then, now) };
    });
    const { collection, checkpoint, position, madeAt, scratchDir } = task;
    const objectTypes = objects.map(({ scope }) => scope.objectType);
    const read = { ...stores, collection, checkpoint, objectTypes, scratchDir, signal };
    let total = 0;
    const onCounted = (records: number) => (total = records);
    const scopes = objects.map(({ scope }) => scope);
    const unique = new Map(objects.map((one) => [one.scope.objectType, one.unique]));
    const asked = { scopes, modes: task.modes };
    const streams = historiesOf(stores, task);
    return await makePlanFile({
      judged: compared({
        ...asked,
        pairs: (onErased) => recordsAtBoth({ ...read, then: position, now: madeAt, onErased, onCounted }),
        endingOf: streams.endingOf,
        isNew: streams.isNew,
      }),
      ...(task.modes.restoreAssociations && {
        pairs: comparedPairs({
          ...asked,
          changed: changedPairs({ ...stores, from: position, to: madeAt, signal }, scratchDir),
          endOf: streams.endOf,
          tookOver: streams.tookOver,
          isDefined: ({ category, typeId }) => task.linkTypes.includes(`${category}/${typeId}`),
          atOnce: stores.eventStore.shared ? FOLDS : 1,
        }),
      }),
      now: () => recordsAt({ ...read, position: madeAt }),
      unique: (objectType) => unique.get(objectType) ?? [],
      notDefinedAnyMore: Object.fromEntries(
        objects.filter(({ lost }) => lost.length > 0).map(({ scope, lost }) => [scope.objectType, lost]),
      ),
      files: new Files(task.filesDir),
      file: task.file,
      scratchDir,
      signal,
      report: (records) => context.report(Math.min(records, total), total),
    });
  } finally {
    await stores.close();
  }
}

/** What the plan asks of single records, each folded from its own stream. */
function historiesOf(
  { eventStore, codec }: Pick<Awaited<ReturnType<typeof openToRead>>, 'eventStore' | 'codec'>,
  { position, madeAt }: PlanTask,
) {
  const history = (objectType: string, recordId: string) =>
    streamPages<RecordEvents>(eventStore, codec, recordStream(objectType, recordId));
  const endingOf = (objectType: string, recordId: string) => endedAt(history(objectType, recordId), madeAt);
  const isNew = (objectType: string, recordId: string) =>
    createdAfter(history(objectType, recordId), position);
  return {
    endingOf,
    isNew,
    endOf: async ({ objectType, recordId }: RecordRef): Promise<End> => {
      const { record: then } = await foldedAt(history(objectType, recordId), position);
      const { record: now } = await foldedAt(history(objectType, recordId), madeAt);
      const ended = now ? undefined : await endingOf(objectType, recordId);
      return { then, now, ended, isNew: !then && (await isNew(objectType, recordId)) };
    },
    tookOver: ({ objectType, recordId }: RecordRef) =>
      tookOver(history(objectType, recordId), position, madeAt),
  };
}

const byName = (definitions: readonly PropertyDefinition[]): Definitions =>
  new Map(definitions.map((definition) => [definition.name, definition]));
