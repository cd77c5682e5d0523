// What the watch over the audit log knows: its rules, what is counted, what is known and what is usual, as documents in
// the store of read models, with the position up to which they are applied. A function of the log: lost, it is made again.
import { LRUCache } from 'lru-cache';
import type { Doc, DocumentStore, Stamped, Write } from '../../../read/document-store';
import type { AlertRule } from '../alert.events';
import type { Window } from './counting';
import type { Origins } from './origins';
import type { UsualHours } from './usual-hours';

export interface RuleDoc extends Doc {
  readonly kind: 'rule';
  readonly rule: AlertRule;
}

export interface WindowDoc extends Doc, Window {
  readonly kind: 'window';
  readonly alertId: string;
  readonly windowMs: number;
  /** When it is over, milliseconds since the epoch. */
  readonly until: number;
}

export interface OriginsDoc extends Doc, Origins {
  readonly kind: 'origins';
}

/** What an alert has found as a whole. */
export interface AlertDoc extends Doc {
  readonly kind: 'alert';
  readonly usual?: UsualHours;
  /** The hour in which incidents were opened last, and how many. */
  readonly hour: number;
  readonly opened: number;
  /** When a row of an incident came last, milliseconds since the epoch. */
  readonly incidentAt: number;
}

export type StateDoc = RuleDoc | WindowDoc | OriginsDoc | AlertDoc;

export const WATCH_STATE = { name: 'alert-watch_v1', indexes: [['kind', 'until']] };
/** More than a page of events can touch. */
const CACHED = 50_000;
const PAGE = 500;
const SWEEP_AFTER = 1_000;

export const windowId = (alertId: string, rows: object | string): string =>
  `window/${alertId}/${JSON.stringify(rows)}`;

export class WatchState {
  private readonly cache = new LRUCache<string, Stamped<StateDoc>>({ max: CACHED });
  private changes = new Map<string, StateDoc | undefined>();
  private buried = 0;

  private constructor(
    private readonly documents: DocumentStore,
    /** Position of the stored checkpoint. */
    private saved: bigint | undefined,
  ) {}

  static async open(documents: DocumentStore): Promise<WatchState> {
    await documents.ensure(WATCH_STATE);
    return new WatchState(documents, await documents.checkpoint(WATCH_STATE.name));
  }

  get position(): bigint | undefined {
    return this.saved;
  }

  async rules(): Promise<RuleDoc[]> {
    const { docs } = await this.documents.find<RuleDoc>(WATCH_STATE.name, {
      filter: { kind: 'rule' },
      limit: PAGE,
    });
    return docs;
  }

  /** Documents of windows that are over at a time: some of them, with those that have changed since. */
  async over(time: number): Promise<WindowDoc[]> {
    const filter = { kind: 'window', until: { $lt: time } };
    const { docs } = await this.documents.find<WindowDoc>(WATCH_STATE.name, { filter, limit: PAGE });
    await this.load(docs.map(({ id }) => id));
    return docs.flatMap(({ id }) => {
      const now = this.get<WindowDoc>(id);
      return now && now.until < time ? [now] : [];
    });
  }

  async load(ids: Iterable<string>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.cache.has(id) && !this.changes.has(id));
    const found = await this.documents.getMany<StateDoc>(WATCH_STATE.name, missing);
    for (const id of missing) this.cache.set(id, found.get(id) ?? { id, stamp: NOTHING });
  }

  /** Of documents that have been loaded. */
  get<D extends StateDoc>(id: string): D | undefined {
    return (this.changes.has(id) ? this.changes.get(id) : this.cache.get(id)?.doc) as D | undefined;
  }

  /** Whether what is stored of a document has seen the event at a position: it may be ahead of the checkpoint. */
  hasSeen(id: string, position: bigint): boolean {
    return (this.cache.peek(id)?.stamp ?? NOTHING) >= position;
  }

  set(id: string, doc: StateDoc | undefined): void {
    this.changes.set(id, doc);
  }

  /** Writes what has changed, all of it by events up to a position. Rejects with WriteConflict: open it anew then. */
  async commit(position: bigint): Promise<void> {
    if (this.changes.size === 0 && position === this.saved) return;
    const { name } = WATCH_STATE;
    const before = await this.documents.getMany<StateDoc>(name, [...this.changes.keys()]);
    const writes: Write[] = [];
    for (const [id, doc] of this.changes) {
      const loaded = before.get(id)?.stamp;
      if (!doc && !before.get(id)?.doc) continue;
      writes.push({ id, stamp: position, loaded, ...(doc && { doc }) });
      if (!doc) this.buried++;
    }
    await this.documents.write(name, writes, { name, from: this.saved, to: position });
    for (const [id, doc] of this.changes) this.cache.set(id, { id, stamp: position, ...(doc && { doc }) });
    this.changes = new Map();
    this.saved = position;
    if (this.buried < SWEEP_AFTER) return;
    await this.documents.sweep(name, position);
    this.buried = 0;
  }
}

/** Below every position. */
const NOTHING = -2n;
