// Judges what a cause has done to a record, or to a pair of records: what can be undone, and what is left alone because
// others have gone on from there. Pure.
import { sameLink, sameLinks } from '../../crm/associations/association.vocabulary';
import type { Ended, RecordAt } from '../../point-in-time/record-at';
import type { Changes } from '../../crm/records/record.events';
import type { RestoreModes } from '../restore.events';
import type { LeftAlone, PairRow, RecordRow, Verdict } from '../rows/plan-row';
import type { PairDeeds, RecordDeeds } from './deeds';

/** The record as it is now; `ended` is given where it does not exist any more. */
export interface Now {
  readonly now: RecordAt | undefined;
  readonly ended?: Ended | undefined;
}

/**
 * `deeds` is what the cause has done as far as nobody else came after it. `restorable`: the properties of the record's
 * type that are defined and that people may set. A creation and a return are undone while nobody else has changed the
 * record since.
 */
export function judgeDeeds(
  deeds: RecordDeeds,
  { now, ended }: Now,
  restorable: ReadonlySet<string>,
  modes: RestoreModes,
): Verdict {
  if (!now) return ended?.how ?? 'missing';
  const { objectType, recordId, archived, shared } = deeds;
  const row = { objectType, recordId, revision: now.revision, changes: {} };
  const left = (leftAlone: LeftAlone): RecordRow => ({ ...row, kind: 'update', leftAlone });
  if (deeds.ended) return left({ because: 'MERGED' });
  if (deeds.created) {
    if (now.archived || !modes.archiveCreatedSince) return 'same';
    return shared ? left({ because: 'CHANGED_SINCE' }) : { ...row, kind: 'archive' };
  }
  const changes = valuesBack(deeds, now, restorable, modes);
  const overwritten = deeds.overwritten.filter((name) => restorable.has(name)).sort();
  const leftAlone = overwritten.length > 0 && { leftAlone: { properties: overwritten } };
  if (archived?.from && !archived.to) {
    if (!modes.archiveCreatedSince) return 'same';
    return shared ? left({ because: 'CHANGED_SINCE' }) : { ...row, kind: 'archive', changes, ...leftAlone };
  }
  if (archived?.to && !archived.from)
    return modes.recreateDeleted ? { ...row, kind: 'recreate', changes, ...leftAlone } : 'missing';
  // What changed in the bin, or before somebody else put the record there, is left as it is.
  if (now.archived) return 'missing';
  if (Object.keys(changes).length === 0 && !leftAlone) return 'same';
  return { ...row, kind: 'update', changes, ...leftAlone };
}

function valuesBack(
  { values }: RecordDeeds,
  now: RecordAt,
  restorable: ReadonlySet<string>,
  modes: RestoreModes,
): Changes {
  const changes: Record<string, Changes[string]> = {};
  for (const name of Object.keys(values).sort()) {
    const { from: to } = values[name]!;
    const from = now.values[name] ?? null;
    if (restorable.has(name) && from !== to && !(modes.keepNonEmpty && from !== null))
      changes[name] = { from, to };
  }
  return changes;
}

/** `revision` is that of the pair's stream. Undefined where the links are as they were, or others came after the cause. */
export function judgePairDeeds({ from, to, links }: PairDeeds, revision: number): PairRow | undefined {
  if (!links || sameLinks(links.from, links.to)) return undefined;
  const isLacking = links.from.some((link) => !links.to.some((one) => sameLink(one, link)));
  const kind = isLacking ? 'associate' : 'disassociate';
  return { ...from, kind, to, revision, changes: {}, links: { from: links.to, to: links.from } };
}
