// Judges the records of a restore plan by comparing them then and now, side by side, in one pass.
import type { Ended } from '../../point-in-time/record-at';
import type { Pair } from '../../point-in-time/changes/side-by-side';
import type { RestoreModes } from '../restore.events';
import type { Judged } from './plan-file';
import { judge, type Scope } from './plan-row';

export interface Comparison {
  readonly scopes: readonly Scope[];
  readonly modes: RestoreModes;
  /**
   * The records of the selected object types at the position to go back to, and at that at which the plan is made; those
   * that are the same at both may be left out.
   */
  readonly pairs: (
    onErased: (objectType: string, recordId: string) => void,
  ) => AsyncIterable<readonly Pair[]>;
  /** How a record that does not exist now has ended. */
  readonly endingOf: (objectType: string, recordId: string) => Promise<Ended | undefined>;
  /** Whether a record that was not there at the position was created after it. */
  readonly isNew: (objectType: string, recordId: string) => Promise<boolean>;
}

export async function* compared({
  scopes,
  modes,
  pairs,
  endingOf,
  isNew,
}: Comparison): AsyncGenerator<Judged[], void> {
  const byType = new Map(scopes.map((scope) => [scope.objectType, scope]));
  let judged: Judged[] = [];
  const onErased = (objectType: string, recordId: string) => {
    if (byType.get(objectType)?.picks(recordId, undefined)) judged.push({ verdict: 'erased' });
  };
  for await (const page of pairs(onErased)) {
    for (const pair of page) {
      const { objectType, recordId } = (pair.now ?? pair.then)!;
      const scope = byType.get(objectType);
      if (!scope) continue;
      const ended = pair.now ? undefined : await endingOf(objectType, recordId);
      const asksAge = modes.archiveCreatedSince === true && !pair.then && pair.now?.archived === false;
      const isOfSince = asksAge && scope.picks(recordId, pair.now) && (await isNew(objectType, recordId));
      judged.push({ verdict: judge(pair.then, pair.now, scope, modes, ended, isOfSince), now: pair.now });
    }
    const told = judged;
    judged = [];
    yield told;
  }
  if (judged.length > 0) yield judged;
}
