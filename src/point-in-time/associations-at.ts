// Reads all associations as they were at a position, between records that were live there: the read model rewound.
import { pairOfDocument, associationStream, pairOf } from '../crm/associations/association.vocabulary';
import { recordDocumentId, recordIdRange } from '../crm/records/record.vocabulary';
import { association } from '../crm/associations/association.decider';
import type { AssociationEvents, Link, RecordRef } from '../crm/associations/association.events';
import { fold } from '../eventsourcing/decider';
import type { EventOf, Recorded } from '../eventsourcing/event';
import { streamPages } from '../eventsourcing/stream-pages';
import type { Doc, Stamped } from '../read/document-store';
import { sweepAssociations } from './association-changes';
import { AssociationScratch, type TouchedPair } from './association-scratch';
import type { ReadAt } from './records-at';

/** The links between two records, as seen from the first of them; at least one. */
export interface AssociationAt {
  readonly from: RecordRef;
  readonly to: RecordRef;
  readonly links: readonly Link[];
}

/** What a document of the associations collection must hold to be read. */
export type AssociationRowDoc = Doc & { readonly links: readonly Link[] };

/** Streams folded at the same time. */
const FOLDS = 32;
const PAGE = 1_000;

/**
 * To be opened before records are read, told of all records that were live, and then read. The caller keeps tombstones
 * of the collection from being swept meanwhile, and looks at the end whether the collection is still the active one.
 * Memory is constant.
 */
export class AssociationsAt {
  private readonly scratch: AssociationScratch;
  private some = false;

  private constructor(private readonly options: ReadAt) {
    this.scratch = new AssociationScratch(options.scratchDir);
  }

  static async open(options: ReadAt): Promise<AssociationsAt> {
    if (options.checkpoint < options.position)
      throw new Error('The associations are behind the position asked for');
    const opened = new AssociationsAt(options);
    try {
      await opened.findTouched();
      opened.some = opened.scratch.isTouched || (await opened.hasDocuments());
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  /** Whether there are any associations: without, nothing need be noted. */
  get any(): boolean {
    return this.some;
  }

  /**
   * Notes records that were live at the position, by the ids of their documents: to be called with all of them before
   * associations are read.
   */
  noteLive(ids: readonly string[]): void {
    if (this.some) this.scratch.addLive(ids);
  }

  /** Pages of associations in the order of their first record, then of their second. No page is empty. */
  async *pages(): AsyncGenerator<AssociationAt[], void> {
    if (!this.some) return;
    for (const objectType of [...this.options.objectTypes].sort())
      for await (const page of this.ofType(objectType)) {
        const live = this.bothLive(page);
        if (live.length > 0) yield live;
      }
  }

  close(): void {
    this.scratch.close();
  }

  private async findTouched(): Promise<void> {
    const { eventStore, codec, position, checkpoint, signal } = this.options;
    const stretch = { eventStore, codec, from: position, to: checkpoint, signal };
    await sweepAssociations(this.scratch, stretch);
  }

  private async hasDocuments(): Promise<boolean> {
    for await (const page of this.options.documents.scan(this.options.collection))
      if (page.length > 0) return true;
    return false;
  }

  /** Scans the documents of a type, interleaved with the touched pairs that lie between them. */
  private async *ofType(objectType: string): AsyncGenerator<AssociationAt[], void> {
    const { documents, collection, signal } = this.options;
    const { $gte: from, $lt: to } = recordIdRange(objectType);
    const touched = this.scratch.touched(from, to);
    let next = touched.next();
    for await (const page of documents.scan<AssociationRowDoc>(collection, { from, to })) {
      signal.throwIfAborted();
      const rows: (Stamped<AssociationRowDoc> | TouchedPair)[] = [];
      for (const stamped of page) {
        while (!next.done && next.value.id < stamped.id) {
          rows.push(next.value);
          next = touched.next();
        }
        if (!next.done && next.value.id === stamped.id) {
          rows.push(next.value);
          next = touched.next();
        } else if (isFirstSide(stamped.id)) rows.push(stamped);
      }
      yield* this.rewound(rows);
    }
    for (let rows: TouchedPair[] = []; !next.done || rows.length > 0; rows = []) {
      for (; !next.done && rows.length < PAGE; next = touched.next()) rows.push(next.value);
      yield* this.rewound(rows);
    }
  }

  private async *rewound(
    rows: readonly (Stamped<AssociationRowDoc> | TouchedPair)[],
  ): AsyncGenerator<AssociationAt[], void> {
    for (let i = 0; i < rows.length; i += PAGE) {
      const found: AssociationAt[] = [];
      const page = rows.slice(i, i + PAGE);
      for (let j = 0; j < page.length; j += FOLDS) {
        const links = await Promise.all(page.slice(j, j + FOLDS).map((row) => this.linksOf(row)));
        links.forEach((some, index) => {
          if (some.length > 0) found.push({ ...pairOfDocument(page[j + index]!.id), links: some });
        });
      }
      if (found.length > 0) yield found;
    }
  }

  private async linksOf(row: Stamped<AssociationRowDoc> | TouchedPair): Promise<readonly Link[]> {
    if ('links' in row) return row.links;
    // The document was not touched up to the checkpoint: it is as it was, unless it has changed after the checkpoint.
    return row.stamp <= this.options.checkpoint ? (row.doc?.links ?? []) : linksAt(row.id, this.options);
  }

  private bothLive(page: readonly AssociationAt[]): AssociationAt[] {
    const ids = ({ from, to }: AssociationAt) =>
      [from, to].map(({ objectType, recordId }) => recordDocumentId(objectType, recordId));
    const live = this.scratch.live([...new Set(page.flatMap(ids))]);
    return page.filter((one) => ids(one).every((id) => live.has(id)));
  }
}

/** The links of a pair at a position, by the id of its document on the first side: its own stream folded. */
export async function linksAt(
  id: string,
  { eventStore, codec, position }: Pick<ReadAt, 'eventStore' | 'codec' | 'position'>,
): Promise<readonly Link[]> {
  const { from, to } = pairOfDocument(id);
  let state = association.initial;
  const history = streamPages<AssociationEvents>(eventStore, codec, associationStream(pairOf(from, to)));
  for await (const events of history) {
    const then = events.filter((event) => event.position <= position);
    state = fold(association, state, then as readonly Recorded<EventOf<AssociationEvents>>[]);
  }
  return state.links;
}

/** Whether a document shows its pair from the first of the two records. */
export function isFirstSide(id: string): boolean {
  const { from, to } = pairOfDocument(id);
  return !pairOf(from, to).turned;
}
