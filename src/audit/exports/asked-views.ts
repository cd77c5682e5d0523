// What a view and a filter beside it ask for: the parameters of `GET /entries` that an export means when it is made.
import type { QueryBus } from '@nestjs/cqrs';
import type { Caller } from '../../caller';
import { GetViewParameters } from '../views/view.queries';
import { beside, type Parameters } from '../views/view.vocabulary';
import { NOT_EXPORTED } from './asked-entries';
import type { AskedEntries } from './audit-export.events';

export interface ByView {
  readonly view?: string | undefined;
  readonly filter?: Parameters | undefined;
}

/** Refused as the view itself is: `now` is an ISO time. */
export async function askedEntries(
  { view, filter = {} }: ByView,
  queries: QueryBus,
  caller: Caller,
  now: string,
): Promise<AskedEntries> {
  if (view === undefined) return { view: null, parameters: filter };
  const parameters = await queries.execute(new GetViewParameters(view, { caller, now, fresh: {} }));
  const exported = Object.entries(parameters).filter(([name]) => !NOT_EXPORTED.has(name));
  return { view, parameters: beside(Object.fromEntries(exported), filter) };
}
