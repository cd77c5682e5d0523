// Counts the figures of a restore plan, row by row. Pure.
import type { PairRow, RecordRow, Verdict } from './plan-row';
import type { Link } from '../../crm/associations/association.events';
import type { PlanKinds, PlanSummary } from '../restore.events';

type Counts = Map<string, number>;

const add = (counts: Counts, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
const inOrder = <V>(entries: Iterable<readonly [string, V]>): Record<string, V> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Counts verdicts. Its memory grows with the number of object types and properties, not of records. */
export class SummaryCounter {
  private readonly counts = {
    ...{ records: 0, changes: 0, cleared: 0, recreated: 0, missing: 0, createdSince: 0 },
    ...{ archived: 0, associated: 0, disassociated: 0, leftAlone: 0 },
  };
  private readonly gone = { merged: 0, purged: 0, erased: 0 };
  private readonly conflicts = { conflicts: 0, resolved: 0 };
  private readonly byObject: Counts = new Map();
  private readonly byProperty = new Map<string, Counts>();
  private readonly byKind = new Map<string, Counts>();

  count(verdict: Verdict): void {
    if (verdict === 'same') return;
    if (verdict === 'merged' || verdict === 'purged' || verdict === 'erased') {
      this.gone[verdict]++;
      this.counts.missing++;
    } else if (typeof verdict === 'string') this.counts[verdict]++;
    else this.countRow(verdict);
  }

  countConflict(isResolved: boolean): void {
    this.conflicts.conflicts++;
    if (isResolved) this.conflicts.resolved++;
  }

  countPair({ objectType, kind, to, links }: PairRow): void {
    this.counts[kind === 'associate' ? 'associated' : 'disassociated']++;
    add(this.byObject, objectType);
    const moved = moves(links.from, links.to) + moves(links.to, links.from);
    for (const type of [objectType, to.objectType]) this.addKind(type, 'links', moved);
  }

  summary(notDefinedAnyMore: Readonly<Record<string, readonly string[]>>): PlanSummary {
    const byProperty = [...this.byProperty].map(([type, counts]) => [type, inOrder(counts)] as const);
    return {
      ...this.counts,
      gone: this.gone,
      ...this.conflicts,
      byObject: inOrder(this.byObject),
      byProperty: inOrder(byProperty),
      byKind: inOrder([...this.byKind].map(([type, kinds]) => [type, inOrder(kinds)] as const)),
      notDefinedAnyMore: inOrder(Object.entries(notDefinedAnyMore)),
    };
  }

  private addKind(type: string, kind: keyof PlanKinds, count: number): void {
    const kinds = this.byKind.get(type) ?? new Map<string, number>();
    this.byKind.set(type, kinds.set(kind, (kinds.get(kind) ?? 0) + count));
  }

  private countRow({ objectType, kind, changes, leftAlone }: RecordRow): void {
    if (leftAlone) this.counts.leftAlone++;
    if (kind === 'update' && Object.keys(changes).length === 0) return;
    this.counts.records++;
    if (kind === 'recreate') this.counts.recreated++;
    if (kind === 'archive') this.counts.archived++;
    if (kind !== 'update') this.addKind(objectType, kind, 1);
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

/** Links of one side that the other lacks. */
const moves = (some: readonly Link[], others: readonly Link[]): number =>
  some.filter((link) => !others.some((one) => one.category === link.category && one.typeId === link.typeId))
    .length;
