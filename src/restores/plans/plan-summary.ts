// Counts the figures of a restore plan, row by row. Pure.
import type { Row, Verdict } from './plan-row';
import type { PlanSummary } from '../restore.events';

type Counts = Map<string, number>;

const add = (counts: Counts, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
const inOrder = <V>(entries: Iterable<readonly [string, V]>): Record<string, V> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Counts verdicts. Its memory grows with the number of object types and properties, not of records. */
export class SummaryCounter {
  private readonly counts = { records: 0, changes: 0, cleared: 0, recreated: 0, missing: 0, createdSince: 0 };
  private readonly gone = { merged: 0, purged: 0, erased: 0 };
  private conflicts = 0;
  private readonly byObject: Counts = new Map();
  private readonly byProperty = new Map<string, Counts>();

  count(verdict: Verdict): void {
    if (verdict === 'same') return;
    if (verdict === 'merged' || verdict === 'purged' || verdict === 'erased') {
      this.gone[verdict]++;
      this.counts.missing++;
    } else if (typeof verdict === 'string') this.counts[verdict]++;
    else this.countRow(verdict);
  }

  countConflict(): void {
    this.conflicts++;
  }

  summary(notDefinedAnyMore: Readonly<Record<string, readonly string[]>>): PlanSummary {
    const byProperty = [...this.byProperty].map(([type, counts]) => [type, inOrder(counts)] as const);
    return {
      ...this.counts,
      gone: this.gone,
      conflicts: this.conflicts,
      byObject: inOrder(this.byObject),
      byProperty: inOrder(byProperty),
      notDefinedAnyMore: inOrder(Object.entries(notDefinedAnyMore)),
    };
  }

  private countRow({ objectType, kind, changes }: Row): void {
    this.counts.records++;
    if (kind === 'recreate') this.counts.recreated++;
    add(this.byObject, objectType);
    const ofType = this.byProperty.get(objectType) ?? new Map<string, number>();
    this.byProperty.set(objectType, ofType);
    for (const [property, { to }] of Object.entries(changes)) {
      this.counts.changes++;
      if (to === null) this.counts.cleared++;
      add(ofType, property);
    }
  }
}
