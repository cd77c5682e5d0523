// Reads from the log which pairs of records have other links at one position than at an earlier one.
import { associationDocumentId, pairOfDocument } from '../crm/associations/association.vocabulary';
import type { AssociationEvents, Link, RecordRef } from '../crm/associations/association.events';
import type { Codec } from '../eventsourcing/codec';
import type { EventStore } from '../eventsourcing/event-store';
import { logPages } from '../read/log-pages';
import { AssociationScratch, type Touch } from './association-scratch';

export interface Stretch {
  readonly eventStore: EventStore;
  readonly codec: Codec;
  /** Position, exclusive. */
  readonly from: bigint;
  /** Position, inclusive. */
  readonly to: bigint;
  readonly signal: AbortSignal;
}

/** Notes every pair of records that was touched in a stretch of the log. */
export async function sweepAssociations(
  scratch: AssociationScratch,
  { eventStore, codec, from, to, signal }: Stretch,
): Promise<void> {
  for await (const events of logPages(eventStore, from, { upTo: to, signal })) {
    const touched: Touch[] = [];
    for (const event of events) {
      if (!event.type.startsWith('association.')) continue;
      const { from: one, to: other, links } = codec.decode<AssociationEvents>(event).data;
      const id = associationDocumentId(one, other);
      touched.push({ id, links: links.from, now: links.to, revision: event.revision });
    }
    if (touched.length > 0) scratch.touch(touched);
  }
}

/** The links of a pair at the beginning of the stretch and at its end, seen from the pair's first record. */
export interface ChangedPair {
  readonly from: RecordRef;
  readonly to: RecordRef;
  readonly links: { readonly then: readonly Link[]; readonly now: readonly Link[] };
  /** Of the pair's stream, at the end of the stretch. */
  readonly revision: number;
}

/** Pages of the pairs that were touched in a stretch, in the order of their documents. Memory is constant. */
export async function* changedPairs(
  stretch: Stretch,
  scratchDir: string,
): AsyncGenerator<ChangedPair[], void> {
  const scratch = new AssociationScratch(scratchDir);
  try {
    await sweepAssociations(scratch, stretch);
    for (const page of scratch.changed()) {
      stretch.signal.throwIfAborted();
      yield page.map(({ id, links, now, revision }) => ({
        ...pairOfDocument(id),
        links: { then: links, now },
        revision,
      }));
    }
  } finally {
    scratch.close();
  }
}
