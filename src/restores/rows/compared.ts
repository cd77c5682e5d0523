// Judges the records of a restore plan by comparing them then and now, side by side, in one pass.
import type { Ended, RecordAt } from '../../point-in-time/record-at';
import type { RestoreModes } from '../restore.events';
import type { Judged } from './plan-file';
import { judge, type Scope } from './plan-row';
import { sideBySide } from './side-by-side';

type Pages = AsyncIterable<readonly RecordAt[]>;

export interface Comparison {
  readonly scopes: readonly Scope[];
  readonly modes: RestoreModes;
  /**
   * The records of the selected object types at the position to go back to; `now` has those at the position at which the
   * plan is made.
   */
  readonly then: (onErased: (objectType: string, recordId: string) => void) => Pages;
  readonly now: () => Pages;
  /** How a record that does not exist now has ended. */
  readonly endingOf: (objectType: string, recordId: string) => Promise<Ended | undefined>;
  /** Whether a record that was not there at the position was created after it. */
  readonly isNew: (objectType: string, recordId: string) => Promise<boolean>;
}

export async function* compared({
  scopes,
  modes,
  then,
  now,
  endingOf,
  isNew,
}: Comparison): AsyncGenerator<Judged[], void> {
  const byType = new Map(scopes.map((scope) => [scope.objectType, scope]));
  let judged: Judged[] = [];
  const onErased = (objectType: string, recordId: string) => {
    if (byType.get(objectType)?.picks(recordId, undefined)) judged.push({ verdict: 'erased' });
  };
  for await (const pairs of sideBySide(then(onErased), now())) {
    for (const pair of pairs) {
      const { objectType, recordId } = (pair.now ?? pair.then)!;
      const scope = byType.get(objectType);
      if (!scope) continue;
      const ended = pair.now ? undefined : await endingOf(objectType, recordId);
      const asksAge = modes.archiveCreatedSince === true && !pair.then && pair.now?.archived === false;
      const isOfSince = asksAge && scope.picks(recordId, pair.now) && (await isNew(objectType, recordId));
      judged.push({ verdict: judge(pair.then, pair.now, scope, modes, ended, isOfSince), now: pair.now });
    }
    const page = judged;
    judged = [];
    yield page;
  }
  if (judged.length > 0) yield judged;
}
