// The part of making an undo that runs in a worker thread: reads what the cause did and how things are now, and writes the
// rows of a plan.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { mapConcurrently } from '../../crm/map-concurrently';
import type { AssociationEvents, Link, RecordRef } from '../../crm/associations/association.events';
import { associationStream, pairOf, sameLink } from '../../crm/associations/association.vocabulary';
import type { RecordEvents } from '../../crm/records/record.events';
import { recordDocumentId, recordStream } from '../../crm/records/record.vocabulary';
import type { RecordDocument } from '../../../projections/crm/records';
import type { EventMap, RecordedOf } from '../../eventsourcing/event';
import { streamPages } from '../../eventsourcing/stream-pages';
import { Files } from '../../files/files';
import type { ThreadContext } from '../../jobs/thread.client';
import { openToRead, type Places, type ReadStores } from '../../jobs/thread-stores';
import { endedAt, foldedAt, type RecordAt } from '../../point-in-time/record-at';
import { recordsAt } from '../../point-in-time/records-at';
import type { RestoreModes, UndoCause } from '../restore.events';
import { makePlanFile, type Judged, type MadePlan } from '../rows/plan-file';
import type { PairRow } from '../rows/plan-row';
import {
  Deeds,
  deedsAfter,
  deedsOvertaken,
  isAlone,
  isAmong,
  pairAfter,
  pairOvertaken,
  type PairDeeds,
  type RecordDeeds,
} from './deeds';
import { judgeDeeds, judgePairDeeds, type Now } from './judge-deeds';
import { NotUndoneCounter } from './not-undone';
import { doneBy } from './undo-entries';

export interface UndoTask extends Places {
  readonly cause: UndoCause;
  readonly after: bigint;
  readonly upTo: bigint;
  readonly madeAt: bigint;
  readonly modes: RestoreModes;
  /** The collection of the audit log, that of the records, and the checkpoint of the latter. */
  readonly entries: string;
  readonly collection: string;
  readonly checkpoint: bigint;
  /** All properties of each object type as they are defined now. */
  readonly definitions: Readonly<Record<string, readonly PropertyDefinition[]>>;
  /** The unique properties that each object type has or had. */
  readonly unique: Readonly<Record<string, readonly PropertyDefinition[]>>;
  /** The association types that are defined now, as `CATEGORY/typeId`. */
  readonly linkTypes: readonly string[];
}

/** Streams read at the same time where they lie on a server. */
const FOLDS = 32;

export async function makeUndo(task: UndoTask, context: ThreadContext): Promise<MadePlan> {
  const { signal } = context;
  const stores = await openToRead(task.stores);
  const deeds = new Deeds(task.scratchDir);
  try {
    const notUndone = new NotUndoneCounter();
    await gather(task, stores, deeds, notUndone, context);
    const total = deeds.count;
    const undoing = new Undoing(task, stores, deeds);
    const made = await makePlanFile({
      judged: undoing.records(),
      ...(task.modes.restoreAssociations && { pairs: undoing.pairs() }),
      now: () =>
        recordsAt({
          ...{ ...stores, collection: task.collection, checkpoint: task.checkpoint, position: task.madeAt },
          ...{ objectTypes: undoing.claimedTypes(), scratchDir: task.scratchDir, signal },
        }),
      unique: (objectType) => task.unique[objectType] ?? [],
      notDefinedAnyMore: {},
      files: new Files(task.filesDir),
      file: task.file,
      scratchDir: task.scratchDir,
      signal,
      report: (records) => context.report(Math.min(records, total), total),
    });
    return { ...made, summary: { ...made.summary, notUndone: notUndone.counts() } };
  } finally {
    deeds.close();
    await stores.close();
  }
}

async function gather(
  task: UndoTask,
  { eventStore, documents, codec }: ReadStores,
  deeds: Deeds,
  notUndone: NotUndoneCounter,
  { signal }: ThreadContext,
): Promise<void> {
  for await (const page of doneBy({ ...task, eventStore, documents, signal })) {
    const ofRecords = page.filter(({ event }) => event.type.startsWith('record.'));
    const ofPairs = page.filter(({ event }) => event.type.startsWith('association.'));
    deeds.addRecords(ofRecords.map(({ event }) => codec.decode<RecordEvents>(event)));
    deeds.addPairs(ofPairs.map(({ event }) => codec.decode<AssociationEvents>(event)));
    for (const { event, entry } of page) notUndone.count(event, entry);
  }
}

/** Judges what was gathered against what is now. */
class Undoing {
  private readonly restorable: ReadonlyMap<string, ReadonlySet<string>>;
  private readonly types = new Set<string>();

  constructor(
    private readonly task: UndoTask,
    private readonly stores: ReadStores,
    private readonly deeds: Deeds,
  ) {
    this.restorable = new Map(
      Object.entries(task.definitions).map(([type, all]) => [
        type,
        new Set(all.filter((one) => !one.readOnlyValue).map((one) => one.name)),
      ]),
    );
  }

  /** Types of which the plan has rows. */
  claimedTypes(): string[] {
    return [...this.types].sort();
  }

  async *records(): AsyncGenerator<Judged[], void> {
    for (const page of this.deeds.records()) {
      const known = await this.known(page);
      yield await mapConcurrently(page, (one) => this.judged(one, known), this.atOnce);
    }
  }

  async *pairs(): AsyncGenerator<PairRow[], void> {
    for (const page of this.deeds.pairs()) {
      const rows = await mapConcurrently(page, (pair) => this.judgedPair(pair), this.atOnce);
      yield rows.filter((row) => row !== undefined);
    }
  }

  private get atOnce(): number {
    return this.stores.eventStore.shared ? FOLDS : 1;
  }

  private async judged(deeds: RecordDeeds, known: ReadonlyMap<string, RecordAt>): Promise<Judged> {
    const { objectType, recordId } = deeds;
    const current = known.get(recordDocumentId(objectType, recordId));
    const state = current ? { now: current } : await this.folded(deeds);
    const restorable = this.restorable.get(objectType);
    const alone = !state.now || isAlone(deeds, state.now.revision);
    const own = alone ? deeds : await this.amongOthers(deeds);
    // Records of a type that is not defined any more stay as they are.
    const verdict = restorable ? judgeDeeds(own, state, restorable, this.task.modes) : 'missing';
    if (typeof verdict === 'object') {
      this.types.add(objectType);
      if (verdict.kind !== 'update') this.deeds.note(deeds, verdict.kind === 'recreate');
    }
    return { verdict, now: state.now };
  }

  /** What the cause has done to a record that others have worked with since, by the record's own stream. */
  private async amongOthers({ objectType, recordId, revisions }: RecordDeeds): Promise<RecordDeeds> {
    let deeds: RecordDeeds | undefined;
    for await (const event of this.since<RecordEvents>(recordStream(objectType, recordId), revisions))
      if (isAmong(revisions, event.revision)) deeds = deedsAfter(deeds, event);
      else deeds = deedsOvertaken(deeds!, event);
    return deeds!;
  }

  /** The events of a stream from the first of the cause on, up to the position at which the plan is made. */
  private async *since<M extends EventMap>(
    stream: string,
    revisions: RecordDeeds['revisions'],
  ): AsyncGenerator<RecordedOf<M>, void> {
    const { eventStore, codec } = this.stores;
    for await (const events of streamPages<M>(eventStore, codec, stream, revisions[0]![0]))
      for (const event of events) if (event.position <= this.task.madeAt) yield event;
  }

  /** The records whose documents show them as they were when the plan was made. */
  private async known(page: readonly RecordRef[]): Promise<Map<string, RecordAt>> {
    const { documents } = this.stores;
    const ids = page.map(({ objectType, recordId }) => recordDocumentId(objectType, recordId));
    const found = await documents.getMany<RecordDocument>(this.task.collection, ids);
    const known = new Map<string, RecordAt>();
    for (const [id, { doc, stamp }] of found)
      if (doc && !doc.waiting && stamp <= this.task.madeAt) known.set(id, doc);
    return known;
  }

  private async folded({ objectType, recordId }: RecordRef): Promise<Now> {
    const { eventStore, codec } = this.stores;
    const history = () => streamPages<RecordEvents>(eventStore, codec, recordStream(objectType, recordId));
    const { record: now } = await foldedAt(history(), this.task.madeAt);
    return { now, ended: now ? undefined : await endedAt(history(), this.task.madeAt) };
  }

  /** A pair is undone where both of its records are live once the plan is carried out, and neither was merged. */
  private async judgedPair(pair: PairDeeds): Promise<PairRow | undefined> {
    for (const record of [pair.from, pair.to]) {
      const { live, ended } = this.deeds.noted(record);
      if (ended || !(live ?? (await this.isLive(record)))) return undefined;
    }
    const { pair: own, revision } = await this.pairAmongOthers(pair);
    const row = judgePairDeeds(own, revision);
    if (!row) return undefined;
    const isDefined = ({ category, typeId }: Link) => this.task.linkTypes.includes(`${category}/${typeId}`);
    const to = row.links.to.filter(
      (link) => isDefined(link) || row.links.from.some((one) => sameLink(one, link)),
    );
    return { ...row, links: { from: row.links.from, to } };
  }

  private async isLive(record: RecordRef): Promise<boolean> {
    const [current] = (await this.known([record])).values();
    return (current ?? (await this.folded(record)).now)?.archived === false;
  }

  private async pairAmongOthers({ from, to, revisions }: PairDeeds) {
    let pair: PairDeeds | undefined;
    let last = 0;
    for await (const event of this.since<AssociationEvents>(associationStream(pairOf(from, to)), revisions)) {
      pair = isAmong(revisions, event.revision) ? pairAfter(pair, event) : pairOvertaken(pair!);
      last = event.revision;
    }
    return { pair: pair!, revision: last };
  }
}
