// Reads entries of the audit log from the log of events, as they come, and says what is told of them: nobody waits for the
// read model of entries, and what makes no entry is passed over.
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { apiKeys } from '../../../projections/api-keys';
import type { AuditEntry } from '../../../projections/audit/audit-entry';
import { records } from '../../../projections/crm/records';
import { users } from '../../../projections/users';
import { GetSubscription } from '../../account/account.queries';
import type { Viewer } from '../../crm/properties/values/sensitivity';
import { LogReading } from '../../delivery/log-reading';
import { breathe } from '../../eventsourcing/breath';
import { Codec } from '../../eventsourcing/codec';
import type { StoredEvent } from '../../eventsourcing/event';
import { EventStore, type Page } from '../../eventsourcing/event-store';
import { sizeOf } from '../../eventsourcing/size-of';
import { RightsNow } from '../../identity/sessions/rights.queries';
import { Digests } from '../../read/filters/digests';
import { matcher } from '../../read/filters/matcher';
import { ReadModels } from '../../read/read-models';
import { requireFeature } from '../../tiers/requirements';
import { entryQuery } from '../entry-filter';
import { EntryFilters } from '../entry-filters';
import { EntryNames, type NamedEntry } from '../entry-names';
import { entryOf } from '../entry-of';
import { EntryValues, type ToldEntry } from '../entry-values';
import { PurgedRows } from '../retention/purged-rows';
import { shownEntry, type ShownEntry } from './formats/shown-entry';
import { queryOf } from './stream.bodies';
import type { StreamFilter } from './stream-grants';
import type { LiveAuditStream } from './stream.decider';

export interface EntriesPart {
  readonly entries: readonly AuditEntry[];
  /** The position up to which the log was read. */
  readonly upTo: bigint;
  /** Nothing came after it. */
  readonly end: boolean;
}

/** What is read at once, by each of several streams: entries, characters of events, events that are looked at. */
export interface EntryBounds {
  readonly entries: number;
  readonly size: number;
  readonly events: number;
}

/** Events after which other work has its turn. */
const SLICE = 25;
/** What other modules reported is told by their event alone, the name of who did it, too. */
const REPORTED = 'activity.reported.v1';
/** Milliseconds that names are waited for: who has just been made is known by name a moment later. */
const NAMES_MS = 1_000;

@Injectable()
export class LogEntries {
  private readonly log: LogReading;

  constructor(
    eventStore: EventStore,
    private readonly codec: Codec,
    private readonly queries: QueryBus,
    private readonly readModels: ReadModels,
    private readonly filters: EntryFilters,
    private readonly names: EntryNames,
    private readonly values: EntryValues,
    private readonly digests: Digests,
    private readonly purged: PurgedRows,
  ) {
    this.log = new LogReading(eventStore);
  }

  async after(position: bigint, bounds: EntryBounds, signal: AbortSignal): Promise<EntriesPart> {
    const entries: AuditEntry[] = [];
    const left = { ...bounds };
    let upTo = position;
    for (;;) {
      signal.throwIfAborted();
      const page = await this.log.page(upTo, (read) => this.taken(read, upTo, left, entries));
      upTo = page.upTo;
      if (page.end || page.full) return { entries, upTo, end: page.end };
    }
  }

  /**
   * Those entries of a part that a filter means and no purge has removed. A filter that asks read models, such as for somebody by e-mail, is
   * answered as of the part's end: refuses with `projection-behind` until they are there, with `tier-required` where
   * the account's tier has no streams, or hides what is asked for.
   */
  async matching({ entries, upTo }: EntriesPart, filter: StreamFilter): Promise<readonly AuditEntry[]> {
    const subscription = await this.queries.execute(new GetSubscription());
    requireFeature(subscription, 'audit.streams');
    const asked = entryQuery.parse(queryOf(filter));
    const test = matcher(await this.filters.filterOf(asked, subscription, { after: upTo }));
    const meant = entries.filter(test);
    const [first, last] = [meant[0], meant.at(-1)];
    if (!first || !last) return [];
    const purged = await this.purged.among(BigInt(first.position), BigInt(last.position), { asItIs: true });
    return meant.filter(({ id }) => !purged.has(id));
  }

  /** Entries as they may be told now, by the rights of the stream's owner. */
  async told(
    entries: readonly AuditEntry[],
    { owner, include }: Pick<LiveAuditStream, 'owner' | 'include'>,
    signal: AbortSignal,
  ): Promise<readonly ShownEntry[]> {
    const last = entries.at(-1);
    if (!last) return [];
    const viewer = await this.queries.execute(new RightsNow(owner));
    await this.knowNames(BigInt(last.position), signal);
    const named = await this.names.named(entries, viewer, { asItIs: true });
    const withChanges = include.includes('changes');
    const told = withChanges
      ? await this.values.toldAll(named, viewer, Infinity)
      : await this.whatWasReported(named, viewer);
    const shown: ShownEntry[] = [];
    for (const [index, entry] of told.entries()) {
      if (index % SLICE === 0) await breathe();
      shown.push(shownEntry(entry, withChanges));
    }
    return shown;
  }

  private async whatWasReported(named: readonly NamedEntry[], viewer: Viewer): Promise<readonly ToldEntry[]> {
    const told: ToldEntry[] = [];
    for (const entry of named)
      told.push(entry.eventType === REPORTED ? await this.values.told(entry, viewer) : entry);
    return told;
  }

  /** Read models that are behind, or have stopped, hold up nothing for long. */
  private async knowNames(position: bigint, signal: AbortSignal): Promise<void> {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(NAMES_MS)]);
    const known = [records, users, apiKeys].map((one) => this.readModels.waitFor(one, position, patience));
    await Promise.allSettled(known);
    signal.throwIfAborted();
  }

  private async taken(
    { events, end }: Page,
    after: bigint,
    left: { entries: number; size: number; events: number },
    entries: AuditEntry[],
  ) {
    let upTo = after;
    for (const [index, stored] of events.entries()) {
      if (index % SLICE === 0) await breathe();
      const event = this.codec.decode(stored) as StoredEvent;
      const entry = entryOf(event, this.digests.of);
      if (entry) {
        left.size -= sizeOf(event.data);
        // What comes first is taken whole: a reader must get on.
        if (entries.length > 0 && left.size < 0) return { upTo, end: false, full: true };
        entries.push(entry);
        left.entries--;
      }
      left.events--;
      upTo = event.position;
      if (left.entries <= 0 || left.events <= 0)
        return { upTo, end: end && index === events.length - 1, full: true };
    }
    return { upTo, end, full: false };
  }
}
