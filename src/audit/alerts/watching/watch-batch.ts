// Takes events of the log into what the watch knows, a page at a time: rules as they were at each event, and what rows of
// the audit log they count.
import type { AuditedEvents } from '../../audit-rows.vocabulary';
import { actOf } from '../../analysis/act.vocabulary';
import { breathe } from '../../../eventsourcing/breath';
import type { Digests } from '../../../read/filters/digests';
import { auditEventOf } from '../../audit-rows.vocabulary';
import { entryOf, type AnyEvent } from '../../entry-of';
import { fieldsAfter } from '../alert.decider';
import type { AlertEvents, AlertRule } from '../alert.events';
import { documentsOf, finish, fold, learnOrigin, type Found, type Signal } from './finding';
import { hitOf, rowsPer, type Hit, type Looked } from './hits';
import type { RuleFilters } from './rule-filters';
import { WatchState, type RuleDoc } from './watch-state';

/** Events after which other work has its turn. */
const SLICE = 20;
const LEARNED = ['NEW_COUNTRY', 'NEW_NETWORK'] as const;

export type LogEvent = AnyEvent & { readonly type: keyof AuditedEvents | (string & {}) };

/** An event's findings, and where it comes from: that is learned whether or not an alert looks for it. */
interface Seen {
  readonly time: number;
  readonly position: bigint;
  readonly origins: readonly Hit[];
  readonly found: readonly Found[];
}

export class WatchBatch {
  private readonly rules = new Map<string, AlertRule>();
  /** The latest time that a row told of: the watch has no other clock, so that a second look finds the same. */
  private clock = 0;

  private constructor(
    private readonly state: WatchState,
    private readonly filters: RuleFilters,
    private readonly digests: Digests,
  ) {}

  static async over(state: WatchState, filters: RuleFilters, digests: Digests): Promise<WatchBatch> {
    const batch = new WatchBatch(state, filters, digests);
    for (const { id, rule } of await state.rules()) batch.rules.set(id.slice('rule/'.length), rule);
    return batch;
  }

  /** What the events lead to, in their order. */
  async take(events: readonly AnyEvent[]): Promise<Signal[]> {
    await this.filters.refresh();
    const seen: Seen[] = [];
    for (const [index, event] of events.entries()) {
      if (index % SLICE === SLICE - 1) await breathe();
      if (event.type.startsWith('alert.')) this.rule(event as unknown as AlertEvent);
      const one = await this.look(event);
      if (one) seen.push(one);
    }
    await this.state.load(
      seen.flatMap(({ found, origins }) => [
        ...found.flatMap(documentsOf),
        ...origins.map(({ origin }) => `origins/${origin!.key}`),
      ]),
    );
    const signals: Signal[] = [];
    for (const [index, { time, position, origins, found }] of seen.entries()) {
      if (index % SLICE === SLICE - 1) await breathe();
      const news = new Set(
        origins
          .filter((hit) => learnOrigin(this.state, hit, time, position))
          .map(({ origin }) => origin!.key),
      );
      for (const one of found)
        if (!one.hit.origin || news.has(one.hit.origin.key)) signals.push(...fold(this.state, one));
      this.clock = Math.max(this.clock, time);
    }
    signals.push(...finish(this.state, await this.state.over(this.clock)));
    return signals;
  }

  private rule({ type, data, position }: AlertEvent): void {
    const { alertId } = data;
    const id = `rule/${alertId}`;
    this.filters.forget(alertId);
    const before = this.rules.get(alertId);
    if (type === 'alert.created.v1') {
      const { alertId: _, ...rule } = data as AlertEvents['alert.created.v1'];
      this.rules.set(alertId, rule);
    } else if (type === 'alert.deleted.v1') this.rules.delete(alertId);
    else if (before && !this.state.hasSeen(id, position)) {
      const { changes } = data as AlertEvents['alert.changed.v1'];
      this.rules.set(alertId, { ...before, ...fieldsAfter(changes) });
    }
    const now = this.rules.get(alertId);
    this.state.set(id, now && ({ id, kind: 'rule', rule: now } satisfies RuleDoc));
  }

  private async look(event: AnyEvent): Promise<Seen | undefined> {
    const described = auditEventOf(event);
    if (!described) return undefined;
    const act = actOf(event, described);
    if (!this.filters.shows(act.category)) return undefined;
    const looked: Looked = { type: event.type, data: event.data, act, described };
    const origins = LEARNED.flatMap((kind) => hitOf(kind, looked) ?? []);
    const found: Found[] = [];
    const { position, id: eventId, meta } = event;
    const time = act.occurredAt;
    const cause = { correlationId: meta.correlationId, causationId: meta.commandId };
    for (const [alertId, rule] of this.rules) {
      if (!rule.enabled) continue;
      const hit =
        rule.kind === 'FILTER' ? await this.filtered(alertId, rule, event, looked) : hitOf(rule.kind, looked);
      if (hit) found.push({ alertId, rule, hit, time, position, eventId, cause });
    }
    return { time, position, origins, found };
  }

  private async filtered(
    alertId: string,
    rule: AlertRule,
    event: AnyEvent,
    looked: Looked,
  ): Promise<Hit | undefined> {
    const { act, described } = looked;
    const filter = await this.filters.of(alertId, rule.filter ?? {});
    if (!filter.mayBe(act.category, act.action)) return undefined;
    const entry = entryOf(event, this.digests.of);
    const rows = entry && filter.matches(entry) ? rowsPer(rule.per, act, described.target) : undefined;
    return rows && { rows, count: 1 };
  }
}

type AlertEvent = {
  readonly type: keyof AlertEvents;
  readonly data: AlertEvents[keyof AlertEvents];
  readonly position: bigint;
};
