// Every refused attempt leaves a trace, and no flood of attempts fills the log. Of attempts that are alike (same
// caller, same reason, same place) the first is an event at once; all others of the same quarter of an hour are one
// more event, with their count.
import { randomUUID } from 'node:crypto';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { RefusedRequests } from '../../http/doors';
import { keyIdOf, placeOf, type Caller } from '../../caller';
import { Config } from '../../config';
import type { Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { Faults } from '../../supervision/faults';
import { rounds, type Round } from '../../supervision/aside';
import { DocumentStore } from '../../read/document-store';
import { SharedTable } from '../../read/shared-table';
import type { EmployeeLoginFailure, LoginFailure, RefusedEvents } from '../identity.events';
import { refuseAccess, refusedAttempts } from './refused-attempt.decider';
import { dueToTell, counted, settled, type Count, type Told, type Window } from './refusal-window';

type RefusedData = RefusedEvents['access.refused.v1'];
/** An attempt of the kind `token-unknown` is nobody's: it is counted, and no event. */
export type AttemptKind = LoginFailure | EmployeeLoginFailure | RefusedData['kind'] | 'token-unknown';

const FLUSH_MS = 1_000;
const SWEEP_MS = 60_000;
const BOUNDS = { slots: 16, rows: 1_000 };

@Injectable()
export class RefusedAttempts implements OnApplicationBootstrap, BeforeApplicationShutdown, RefusedRequests {
  /** Refused attempts by kind, since the process began. */
  readonly totals = new Map<AttemptKind, number>();
  private readonly windows: SharedTable<Window>;
  /** Attempts that stand in no window yet, by window and place. */
  private readonly uncounted = new Map<string, Count>();
  /** By window and place, until when the window is open: further attempts may wait a second to be counted. */
  private readonly open = new LRUCache<string, number>({ max: 10_000 });
  private readonly stopping = new AbortController();
  private flushing: NodeJS.Timeout | undefined;

  constructor(
    private readonly streams: Streams,
    documents: DocumentStore,
    private readonly faults: Faults,
    private readonly config: Config,
  ) {
    this.windows = new SharedTable(documents, 'refused-attempts', BOUNDS);
  }

  onApplicationBootstrap(): void {
    if (!this.config.ROLE.includes('api')) return;
    const sweep = (round: Round) => this.sweep(round, Date.now());
    void rounds('refused-attempts', this.faults, SWEEP_MS, this.stopping.signal, sweep, { names: false });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.flush();
  }

  count(kind: AttemptKind): void {
    this.totals.set(kind, (this.totals.get(kind) ?? 0) + 1);
  }

  /** Remembers that a known caller was refused. Resolves when that is told or counted; never rejects. */
  access(
    caller: Caller,
    refused: Omit<RefusedData, 'userId'>,
    correlationId: string = randomUUID(),
    now = Date.now(),
  ): Promise<void> {
    const { actor, userId, sessionId, client } = caller;
    const commandId = randomUUID();
    const at = new Date(now).toISOString();
    const meta: Meta = { commandId, correlationId, actor, source: { type: 'API' }, client, at };
    const keyId = keyIdOf(actor);
    const key = keyId === undefined ? {} : { keyId };
    const event = refuseAccess({ ...refused, userId, ...key, ...(sessionId && { sessionId }) });
    const subject = keyId === undefined ? `user-${userId}` : `apikey-${keyId}`;
    return this.note(refused.kind, subject, { stream: `refused-${subject}`, event, meta });
  }

  /** Attempts of one `subject` are counted together. Resolves when the attempt is told or counted; never rejects. */
  async note(kind: AttemptKind, subject: string, told: Told): Promise<void> {
    this.count(kind);
    const window = `${kind} ${subject}`;
    const place = placeOf(told.meta.client);
    const id = `${window} ${place}`;
    const { at } = told.meta;
    this.wait(id, { window, place, told, count: 1, since: at, until: at });
    if (Date.parse(at) < (this.open.get(id) ?? 0)) return this.flushSoon();
    await this.flushOne(id);
  }

  /** Tells what the windows that are over have counted. Any number of processes may do so at once. */
  async sweep({ each }: Round, now: number): Promise<void> {
    for await (const { key, ends } of this.windows.all(now))
      if (ends <= now) await each(key, () => this.tell(key, now));
  }

  private async tell(key: string, now: number): Promise<void> {
    const telling = await this.windows.change(key, (window) => dueToTell(window, now), now);
    for (const { told, id, ...count } of telling) await this.append(told, count, id);
    const ids = new Set(telling.map(({ id }) => id));
    await this.windows.change(key, (window) => settled(window, ids, now), now);
  }

  private flushSoon(): void {
    this.flushing ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  private async flush(): Promise<void> {
    clearTimeout(this.flushing);
    this.flushing = undefined;
    await Promise.all([...this.uncounted.keys()].map((id) => this.flushOne(id)));
  }

  private async flushOne(id: string): Promise<void> {
    const count = this.uncounted.get(id);
    if (!count) return;
    this.uncounted.delete(id);
    const now = Date.parse(count.until);
    try {
      const { ends, isFirst } = await this.windows.change(
        count.window,
        (row) => counted(row, count, now),
        now,
      );
      this.open.set(id, ends);
      if (isFirst) await this.append(count.told, count);
    } catch (error) {
      this.wait(id, count);
      this.faults.report('refused-attempts', error);
      this.flushSoon();
    }
  }

  private wait(id: string, more: Count): void {
    const before = this.uncounted.get(id);
    this.uncounted.set(
      id,
      before ? { ...before, count: before.count + more.count, until: more.until } : more,
    );
  }

  /** `id` is that of the command, where the command may have been carried out before. */
  private async append(
    told: Told,
    { count, since, until }: Pick<Count, 'count' | 'since' | 'until'>,
    id?: string,
  ) {
    const { type, data } = told.event;
    const event = { type, data: { ...data, ...(count > 1 && { count, since, until }) } } as Told['event'];
    const meta = { ...told.meta, at: until, ...(id !== undefined && { commandId: id }) };
    const options = { mayRepeat: id !== undefined, apart: true };
    await this.streams.change(refusedAttempts, told.stream, () => [event], meta, options);
  }
}
