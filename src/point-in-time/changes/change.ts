// What a comparison of two positions finds: one row for each record, pair of records and definition that differs.
import type { RecordRef } from '../../crm/associations/association.events';

export type ChangeKind = 'added' | 'removed' | 'changed';
export type What = 'record' | 'association' | 'property' | 'objectType' | 'pipeline' | 'associationType';

export interface ChangeRow {
  readonly what: What;
  readonly kind: ChangeKind;
  /** Plural name; of an association, that of its first record. */
  readonly objectType: string;
  /** Of records and associations. */
  readonly recordId?: string;
  /** Of definitions: what they are called within their object type. */
  readonly name?: string;
  /** The other record of an association, or the other object type of an association type. */
  readonly to?: Partial<RecordRef> & Pick<RecordRef, 'objectType'>;
  /** How a removed record left. */
  readonly how?: 'archived' | 'merged' | 'purged';
  /** By property or field, in byte order: its value at the first position and at the second, null where it had none. */
  readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
}

/** The fields in which two things differ, by JSON; undefined stands for a thing that is not there. */
export function differences(
  then: Readonly<Record<string, unknown>> | undefined,
  now: Readonly<Record<string, unknown>> | undefined,
  wanted: (name: string) => boolean = () => true,
): ChangeRow['changes'] {
  const changes: Record<string, ChangeRow['changes'][string]> = {};
  const valueIn = (of: typeof then, name: string) =>
    of && Object.hasOwn(of, name) ? (of[name] ?? null) : null;
  const names = new Set([...Object.keys(then ?? {}), ...Object.keys(now ?? {})]);
  for (const name of [...names].sort(byBytes)) {
    if (!wanted(name)) continue;
    const [from, to] = [valueIn(then, name), valueIn(now, name)];
    if (from !== to && JSON.stringify(from) !== JSON.stringify(to)) changes[name] = { from, to };
  }
  return changes;
}

/** What became of a thing; undefined where it was there at neither position, or is the same at both. */
export function kindOf(then: unknown, now: unknown, changes: ChangeRow['changes']): ChangeKind | undefined {
  if (then === undefined && now === undefined) return undefined;
  if (then === undefined) return 'added';
  if (now === undefined) return 'removed';
  return Object.keys(changes).length > 0 ? 'changed' : undefined;
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
