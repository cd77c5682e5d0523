// Reads the entries that a filter finds in the order of the log: all entries of a stretch, tested one by one, where most are
// wanted, and by searches of some seconds at most where few are, however long the log is.
import type { AuditEntry } from '../../../../projections/audit/audit';
import { START } from '../../../eventsourcing/event-store';
import type { DocumentStore, Filter } from '../../../read/document-store';
import { matcher } from '../../../read/filters/matcher';
import { padded } from '../../../read/time-index.vocabulary';
import { allOf } from '../../query/query-filter';

/** A page is held at once, and an entry may hold a large definition. */
const PAGE = 250;
/** Positions that are searched first; positions of some stores lie far apart. */
const FIRST_STRETCH = 50_000n;
const FACTOR = 8n;
/** Milliseconds: stretches of a search that takes less grow, of one that takes more shrink. */
const SOON = 100;
const LONG = 2_000;
/** Full pages found by searches after which another look is taken at how many entries are wanted. */
const LOOK_AGAIN = 20;

export interface EntryPage {
  readonly entries: readonly AuditEntry[];
  /** All entries up to this position have been read. */
  readonly upTo: bigint;
}

export class EntryPages {
  private readonly isWanted: (entry: AuditEntry) => boolean;
  private stretch = FIRST_STRETCH;
  private after = START;

  constructor(
    private readonly documents: DocumentStore,
    private readonly collection: string,
    private readonly filter: Filter,
    /** Of the last entry. */
    private readonly position: bigint,
  ) {
    this.isWanted = matcher(filter);
  }

  /** Pages may be empty. */
  async *all(): AsyncGenerator<EntryPage, void> {
    while (this.after < this.position) {
      yield* this.scanned();
      yield* this.found();
    }
  }

  /** Entries of the log as they come, until few of them are wanted. */
  private async *scanned(): AsyncGenerator<EntryPage, void> {
    const [from, to] = [padded(this.after + 1n), padded(this.position + 1n)];
    for await (const page of this.documents.scan<AuditEntry>(this.collection, { from, to })) {
      const entries = page.flatMap(({ doc }) => (doc && this.isWanted(doc) ? [doc] : []));
      this.after = BigInt(page.at(-1)!.id);
      yield { entries, upTo: this.after };
      if (entries.length * 2 < page.length) return;
    }
    this.after = this.position;
  }

  /** Entries that are searched for, until so many were found that another look is due. */
  private async *found(): AsyncGenerator<EntryPage, void> {
    for (let full = 0; full < LOOK_AGAIN && this.after < this.position;) {
      const end = this.after + this.stretch < this.position ? this.after + this.stretch : this.position;
      const id = { $gte: padded(this.after + 1n), $lte: padded(end) };
      const started = performance.now();
      const asked = { filter: allOf([this.filter, { id }]), sort: ['id'], limit: PAGE };
      const { docs, next } = await this.documents.find<AuditEntry>(this.collection, asked);
      const taken = performance.now() - started;
      this.after = next === undefined ? end : BigInt(docs.at(-1)!.position);
      if (next !== undefined) full++;
      else if (taken < SOON) this.stretch *= FACTOR;
      if (taken > LONG && this.stretch > FACTOR) this.stretch /= FACTOR;
      yield { entries: docs, upTo: this.after };
    }
  }
}
