// Writes one record through its decider: checks its values, reserves unique ones before the append and gives them up
// after it.
import { metaOf, type CommandContext } from '../../caller';
import type { EventOf, Meta } from '../../eventsourcing/event';
import { partOf } from '../../eventsourcing/event-ids';
import { refuseTooLarge } from '../../eventsourcing/stores/serialized';
import type { Changed, ChangeOptions, Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import {
  changeValues,
  createRecord,
  driftedIn,
  known,
  mergedIntoOf,
  record,
  type ExistingRecord,
  type RecordState,
  type Values,
} from './record.decider';
import type { Changes, RecordEvents } from './record.events';
import {
  keepParts,
  recreateRecord,
  archiveRecord,
  unarchiveRecord,
  type Archiving,
} from './ends/record-end.decider';
import { ownerOfNew, requireReach, type Right } from './reach';
import { partsOf, survivorsOf } from './standing';
import { changesOf, emptied, gained, heldBy } from './ends/values-moved';
import { underFreeId } from './loads/free-id';
import { loadRecord } from './loads/record-load.decider';
import type { Viewer } from '../properties/values/sensitivity';
import type { UniqueValues } from './unique/unique-values';
import type { WriteCheck } from '../write-check';
import { recordStream } from './record.vocabulary';

/** The command under which a record is written, and how it is written. */
export interface WriteContext {
  readonly meta: Meta;
  /** The command may have been carried out before: its result is then found in the stream and answered again. */
  readonly mayRepeat?: boolean;
  /** For a creation: gives another id where the record's own id turns out to be taken. */
  readonly anotherId?: () => Promise<string>;
  /** Nobody reads the answer to a repeated creation, so the stream need not be read first. */
  readonly answerUnread?: boolean;
  /** A write at any other revision is refused with `stream-moved-on`. */
  readonly expectedRevision?: number;
  /**
   * For restores: historic values stay as they are, and only unknown and read-only properties are refused. A merged
   * record is refused, while other writes of it go to its survivor.
   */
  readonly verbatim?: boolean;
  /** Nothing is written: what would be is answered, or refused. */
  readonly trial?: boolean;
  /** The writer, who may or may not write sensitive values; where it is absent, none may be written. */
  readonly viewer?: Viewer;
}

export const writeContextOf = (asked: CommandContext): WriteContext => ({
  meta: metaOf(asked),
  mayRepeat: asked.command.mayRepeat,
  viewer: asked.caller,
});

/** The context of a creation, of the record at `index` among those that the command creates. */
export const creationContextOf = (asked: CommandContext, index = 0): WriteContext => ({
  ...writeContextOf(asked),
  anotherId: () => asked.command.ids.again(index),
});

export interface RecordWritten {
  readonly record: ExistingRecord;
  readonly revision: number;
  readonly position: bigint;
  /** False where the record was already as asked: nothing was appended. */
  readonly changed: boolean;
  /** True where the command created the record. */
  readonly created: boolean;
  /** Properties that were left alone because their value was not the expected one. */
  readonly drifted: readonly string[];
}

/** `right`: what the viewer must have on the record. */
type Writing = WriteContext & Pick<ChangeOptions, 'likelyNew'> & { readonly right?: Right };
type Written = Changed<RecordState, RecordEvents>;
type Decide = (state: RecordState, revision: number) => Promise<EventOf<RecordEvents>[]>;

export class RecordWriter {
  constructor(
    private readonly streams: Streams,
    private readonly check: WriteCheck,
    private readonly uniqueValues: UniqueValues,
  ) {}

  /** Creates a record under the given id, or, where that is taken, under another that the context gives. */
  async create(
    objectType: string,
    recordId: string,
    values: Values,
    context: WriteContext,
  ): Promise<RecordWritten> {
    const likelyNew = context.answerUnread ?? !context.mayRepeat;
    const asked = { ...values, ...ownerOfNew(context.viewer, objectType, values) };
    return underFreeId(recordId, context, (id) =>
      this.write(objectType, id, { ...context, likelyNew }, async (state) => {
        const checked = await this.check.values(objectType, withoutEmpty(asked), context);
        return createRecord(state, { objectType, recordId: id, values: checked, at: context.meta.at });
      }),
    );
  }

  /**
   * Brings in a record from elsewhere, its values as they are: whoever sends them has checked them. Under its own id, or
   * where that is taken under another that the context gives.
   */
  async load(
    objectType: string,
    recordId: string,
    values: Values,
    context: WriteContext,
  ): Promise<RecordWritten> {
    const { at } = context.meta;
    // The stream is read first: of an id that is taken, no unique value must be reserved for the record that has it.
    return underFreeId(recordId, context, (id) =>
      this.write(objectType, id, context, async (state) =>
        loadRecord(state, { objectType, recordId: id, values: withoutEmpty(values), at }),
      ),
    );
  }

  async update(
    objectType: string,
    recordId: string,
    values: Values,
    context: WriteContext,
    expected?: Values,
  ): Promise<RecordWritten> {
    let asked = withoutEmpty(values);
    const written = await this.write(
      objectType,
      recordId,
      { ...context, right: 'edit' },
      async (state, revision) => {
        const current = 'values' in state ? state.values : {};
        asked = await this.check.values(objectType, withoutEmpty(values), { ...context, current });
        const at = context.meta.at;
        return changeValues(state, revision, { values: asked, at, ...(expected && { expected }) });
      },
    );
    return expected ? { ...written, drifted: driftedIn(written.record, asked) } : written;
  }

  async archive(objectType: string, recordId: string, context: WriteContext): Promise<RecordWritten> {
    const archiving = { ...context, right: 'delete' } as const;
    return this.write(objectType, recordId, archiving, async (...at) => archiveRecord(...at));
  }

  async unarchive(
    objectType: string,
    recordId: string,
    context: WriteContext,
    which?: Archiving,
  ): Promise<RecordWritten> {
    const unarchiving = { ...context, right: 'delete' } as const;
    return this.write(objectType, recordId, unarchiving, async (...at) => unarchiveRecord(...at, which));
  }

  /** Brings a purged record back under its id, with values of its past. */
  async recreate(
    objectType: string,
    recordId: string,
    values: Values,
    context: WriteContext,
  ): Promise<RecordWritten> {
    const { at } = context.meta;
    const written = await this.write(objectType, recordId, context, async (state) => {
      const checked = await this.check.values(objectType, withoutEmpty(values), context);
      const parts = await partsOf(this.streams, objectType, recordId, state);
      return recreateRecord(state, { values: checked, at, parts });
    });
    await this.partFromSurvivors(objectType, recordId, context);
    return written;
  }

  /**
   * Takes a record that is its own again off the lists of its former survivors. Repeating it finishes what a crash cut
   * off.
   */
  private async partFromSurvivors(objectType: string, recordId: string, { meta }: WriteContext) {
    const survivors = new Set<string>();
    for await (const events of this.streams.pages<RecordEvents>(recordStream(objectType, recordId)))
      for (const { type, data } of events)
        if (type === 'record.merged-into.v1')
          for (const id of [data.intoId, ...(await survivorsOf(this.streams, objectType, data.intoId))])
            survivors.add(id);
    survivors.delete(recordId);
    const own = { ...meta, commandId: partOf(meta.commandId, 'parted'), causationId: meta.commandId };
    for (const id of survivors)
      await this.streams.change(
        record,
        recordStream(objectType, id),
        async (state, revision) => {
          const parts = await partsOf(this.streams, objectType, id, state);
          return keepParts(state, revision, { parts, at: meta.at });
        },
        own,
        { mayRepeat: true },
      );
  }

  /**
   * Writes a record or, if it has been merged, its survivor: as a command of its own, so that a repeat is recognised
   * there.
   */
  private async write(
    objectType: string,
    recordId: string,
    context: Writing,
    decide: Decide,
    before: readonly string[] = [],
  ): Promise<RecordWritten> {
    try {
      return await this.writeOne(objectType, recordId, context, decide);
    } catch (error) {
      const survivor = context.verbatim ? undefined : await this.survivorOf(error, objectType, recordId);
      if (survivor === undefined || before.includes(survivor)) throw error;
      const commandId = partOf(context.meta.commandId, recordStream(objectType, recordId));
      const meta = { ...context.meta, commandId, causationId: context.meta.commandId };
      return this.write(objectType, survivor, { ...context, meta }, decide, [...before, recordId]);
    }
  }

  /**
   * The survivor's id, where the record has been merged. The client's ETag is the survivor's, so a refused revision of
   * the merged record means nothing.
   */
  private async survivorOf(error: unknown, objectType: string, recordId: string) {
    if (!(error instanceof Refusal) || error.code !== 'stream-moved-on') return mergedIntoOf(error);
    const { state } = await this.streams.load(record, recordStream(objectType, recordId));
    return state.status === 'merged' ? state.intoId : undefined;
  }

  private async writeOne(
    objectType: string,
    recordId: string,
    { meta, mayRepeat, likelyNew, expectedRevision, right, viewer, verbatim, trial }: Writing,
    decide: Decide,
  ): Promise<RecordWritten> {
    const reserving: Decide = async (state, revision) => {
      // Before the revision: it tells of a record that may not be there for the viewer. A merged one is its survivor.
      if (right && (state.status !== 'merged' || verbatim)) requireReach(viewer, objectType, right, state);
      if (expectedRevision !== undefined && expectedRevision !== revision)
        throw new Refusal('stream-moved-on');
      const events = await this.check.marked(objectType, await decide(state, revision), state);
      const fits = () => refuseTooLarge(events, meta);
      for (const event of events)
        if (trial) await this.uniqueValues.check(objectType, recordId, valuesOf(gained(event, state)));
        else await this.uniqueValues.reserve(objectType, recordId, gained(event, state), meta, fits);
      return events;
    };
    const written: Written = await this.streams.change(
      record,
      recordStream(objectType, recordId),
      reserving,
      meta,
      {
        ...(mayRepeat !== undefined && { mayRepeat }),
        ...(likelyNew && { likelyNew }),
        ...(trial && { trial }),
      },
    );
    // Unique values are given up even where the command had been carried out before: a crash may have come just before
    // this.
    for (const event of trial ? [] : written.events) {
      const lost = event.type === 'record.archived.v1' ? emptied(written.state) : changesOf(event);
      await this.uniqueValues.giveUp(
        objectType,
        recordId,
        lost,
        meta,
        written.position,
        heldBy(written.state),
      );
    }
    const { revision, position, events } = written;
    return {
      ...{ record: known(written.state), revision, position },
      changed: events.length > 0,
      created: events.some(({ type }) => type === 'record.created.v1'),
      drifted: [],
    };
  }
}

const valuesOf = (changes: Changes): Values =>
  Object.fromEntries(Object.entries(changes).map(([name, { to }]) => [name, to]));

const withoutEmpty = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === '' ? null : value]));
