// Compiles filters of alerts, again and again: who is in a team, and what an address stands for, may change.
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { AuditEntry } from '../../../../projections/audit/audit';
import { GetSubscription } from '../../../account/account.queries';
import type { Filter } from '../../../read/document-store';
import { matcher } from '../../../read/filters/matcher';
import { Refusal, type RefusalCode } from '../../../refusals';
import type { Subscription } from '../../../tiers/features';
import { entryQuery } from '../../entry-filter';
import type { EntryFilters } from '../../entry-filters';
import { visibleIn } from '../../taxonomy';
import type { RowParameters } from '../alert.events';

/** Milliseconds after which a filter, and what the account's tier shows, are looked up again. */
const KEPT_MS = 10_000;

export interface CompiledFilter {
  /** Whether rows of a category and an action may be among those that are found: asked first, for it costs little. */
  readonly mayBe: (category: string, action: string) => boolean;
  readonly matches: (entry: AuditEntry) => boolean;
}

/** Refusals of a filter for what it says. */
const LASTING: ReadonlySet<string> = new Set<RefusalCode>(['input-invalid', 'tier-required']);
const NOTHING: CompiledFilter = { mayBe: () => false, matches: () => false };

export class RuleFilters {
  private readonly compiled = new Map<string, { readonly filter: CompiledFilter; readonly at: number }>();
  private subscription: Subscription | undefined;
  private visible: ReadonlySet<string> = new Set();
  private lookedAt = -Infinity;

  constructor(
    private readonly filters: EntryFilters,
    private readonly queries: QueryBus,
  ) {}

  /** Looks up what the account's tier shows, where that was not done for a while. */
  async refresh(): Promise<void> {
    if (performance.now() - this.lookedAt < KEPT_MS) return;
    this.subscription = await this.queries.execute(new GetSubscription());
    this.visible = new Set(visibleIn(this.subscription.tier).map(({ id }) => id));
    this.lookedAt = performance.now();
  }

  /** Alerts tell of nothing that the account's tier does not show. */
  shows(category: string): boolean {
    return this.visible.has(category);
  }

  /** A filter that cannot be asked for any more finds nothing. Rejects where nobody can tell now what it means. */
  async of(alertId: string, parameters: RowParameters): Promise<CompiledFilter> {
    const known = this.compiled.get(alertId);
    if (known && performance.now() - known.at < KEPT_MS) return known.filter;
    const filter = await this.compile(parameters).catch((error: unknown) => {
      if (error instanceof z.ZodError || (error instanceof Refusal && LASTING.has(error.code)))
        return NOTHING;
      throw error;
    });
    this.compiled.set(alertId, { filter, at: performance.now() });
    return filter;
  }

  forget(alertId: string): void {
    this.compiled.delete(alertId);
  }

  private async compile(parameters: RowParameters): Promise<CompiledFilter> {
    const asked = entryQuery.parse(parameters);
    const filter = await this.filters.filterOf(asked, this.subscription!, { asItIs: true });
    const [category, action] = [valuesAt(filter, 'category'), valuesAt(filter, 'action')];
    return {
      mayBe: (ofCategory, ofAction) => (category?.has(ofCategory) ?? true) && (action?.has(ofAction) ?? true),
      matches: matcher(filter),
    };
  }
}

/** The values that a filter holds a path to; undefined where it says nothing so plain of it. */
function valuesAt(filter: Filter, path: string): ReadonlySet<unknown> | undefined {
  const held = filter[path];
  if (typeof held === 'string') return new Set([held]);
  const among = held && typeof held === 'object' && '$in' in held ? held.$in : undefined;
  return among && new Set(among);
}
