// Judges pairs of records whose links have changed since: which links come back, and which go. Pure but for asking what
// the records are.
import type { Link, RecordRef } from '../../crm/associations/association.events';
import { inverse, sameLink } from '../../crm/associations/association.vocabulary';
import { mapConcurrently } from '../../crm/map-concurrently';
import type { ChangedPair } from '../../point-in-time/association-changes';
import type { Ended, RecordAt } from '../../point-in-time/record-at';
import type { RestoreModes } from '../restore.events';
import { judge, type PairRow, type Scope } from './plan-row';

/** One of the two records, then and now. */
export interface End {
  readonly then: RecordAt | undefined;
  readonly now: RecordAt | undefined;
  readonly ended: Ended | undefined;
  readonly isNew: boolean;
}

export interface PairComparison {
  readonly scopes: readonly Scope[];
  readonly modes: RestoreModes;
  /** Pairs whose links have changed since the position. */
  readonly changed: AsyncIterable<readonly ChangedPair[]>;
  readonly endOf: (record: RecordRef) => Promise<End>;
  /** Whether others were merged into a record since: it keeps the links that it has from them. */
  readonly tookOver: (record: RecordRef) => Promise<boolean>;
  /** Whether the type of a link is still defined. */
  readonly isDefined: (link: Link) => boolean;
  /** Pairs judged at the same time. */
  readonly atOnce: number;
}

export async function* comparedPairs(input: PairComparison): AsyncGenerator<PairRow[], void> {
  const byType = new Map(input.scopes.map((scope) => [scope.objectType, scope]));
  for await (const page of input.changed) {
    const asked = page.filter(({ from, to }) => byType.has(from.objectType) || byType.has(to.objectType));
    const rows = await mapConcurrently(asked, (pair) => judgePair(pair, byType, input), input.atOnce);
    yield rows.filter((row) => row !== undefined);
  }
}

/**
 * A pair is restored where one of its records is selected, both were live at the position, and both are live once the
 * plan is carried out: links with records created since are left alone, as these records are.
 */
async function judgePair(
  { from, to, links, revision }: ChangedPair,
  scopes: ReadonlyMap<string, Scope>,
  { modes, endOf, tookOver, isDefined }: PairComparison,
): Promise<PairRow | undefined> {
  const lacking = links.then.filter((link) => !has(links.now, link) && isDefined(link));
  const added = modes.keepNonEmpty ? [] : links.now.filter((link) => !has(links.then, link));
  if (lacking.length === 0 && added.length === 0) return undefined;
  const [one, other] = [await endOf(from), await endOf(to)];
  const [scope, otherScope] = [scopes.get(from.objectType), scopes.get(to.objectType)];
  const isFirst = scope?.picks(from.recordId, one.now) ?? false;
  if (!isFirst && !otherScope?.picks(to.recordId, other.now)) return undefined;
  // In this order: a record that was created, linked and purged since is there neither then nor now.
  if (!wasLive(one) || !wasLive(other)) return undefined;
  if (!staysLive(one, scope, modes) || !staysLive(other, otherScope, modes)) return undefined;
  const keepsAll = added.length > 0 && ((await tookOver(from)) || (await tookOver(to)));
  const after = [...links.now.filter((link) => keepsAll || !has(added, link)), ...lacking];
  if (after.length === links.now.length && lacking.length === 0) return undefined;
  const kind = lacking.length > 0 ? 'associate' : 'disassociate';
  const seen = (some: readonly Link[]) =>
    (isFirst ? [...some] : some.map(inverse)).sort((a, b) => a.typeId - b.typeId);
  const moved = { from: seen(links.now), to: seen(after) };
  const [about, with_] = isFirst ? [from, to] : [to, from];
  return { ...about, kind, to: with_, revision, changes: {}, links: moved };
}

const has = (links: readonly Link[], link: Link): boolean => links.some((one) => sameLink(one, link));
const wasLive = ({ then }: End): boolean => then?.archived === false;

function staysLive({ then, now, ended, isNew }: End, scope: Scope | undefined, modes: RestoreModes): boolean {
  const verdict = scope && judge(then, now, scope, modes, ended, isNew);
  const kind = typeof verdict === 'object' ? verdict.kind : undefined;
  return now?.archived === false ? kind !== 'archive' : kind === 'recreate';
}
