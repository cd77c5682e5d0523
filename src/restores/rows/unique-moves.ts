// Which unique values a row of a plan takes and gives up while it is carried out, in every way in which a record can hold
// them. Pure.
import { valuesAfter } from '../../crm/records/record.vocabulary';
import { heldKeys } from '../../crm/records/unique/unique-keys';
import type { PropertyDefinition } from '../../crm/properties/property.events';
import type { RecordAt } from '../../point-in-time/record-at';
import type { RecordRow } from './plan-row';

type Values = RecordAt['values'];

export interface UniqueValue {
  readonly property: string;
  /** The value in the form in which the property compares values. */
  readonly value: string;
}

/**
 * How a value is given up: by emptying the property, which can be done ahead of the row's turn, or by putting the record
 * into the bin. `passing`: the record does not have it before the row's turn, nor after it.
 */
export type Frees = 'emptied' | 'binned' | 'passing';
export type GivenUp = UniqueValue & { readonly frees: Frees };

/** What a record with these values holds. `unique`: the unique properties that its type has or had. */
export const uniqueOf = (unique: readonly PropertyDefinition[], values: Values): UniqueValue[] =>
  unique.flatMap((definition) =>
    heldKeys(definition, values).map((value) => ({ property: definition.name, value })),
  );

/** `takes` and `gives` have values in common where the record holds them for a moment only. */
export function uniqueMoves(
  row: RecordRow,
  now: RecordAt | undefined,
  unique: readonly PropertyDefinition[],
) {
  const steps = stepsOf(row, now).map((values) => uniqueOf(unique, values));
  const [first, last] = [steps[0]!, steps.at(-1)!];
  const all = distinct(steps.flat());
  const gives = all.filter((one) => !has(last, one));
  return {
    takes: all.filter((one) => !has(first, one)),
    gives: gives.map((one): GivenUp => {
      if (isEmptied(row, now?.values ?? {}, unique, one)) return { ...one, frees: 'emptied' };
      return { ...one, frees: has(first, one) ? 'binned' : 'passing' };
    }),
  };
}

/** The values by which the record holds unique ones, before the row is carried out and after each step of it. */
function stepsOf({ kind, purged, changes }: RecordRow, now: RecordAt | undefined): Values[] {
  const then = purged || !now ? {} : now.values;
  const steps = [now && !now.archived ? now.values : {}];
  if (kind === 'recreate') steps.push(then);
  if (Object.keys(changes).length > 0) steps.push(valuesAfter(then, changes));
  if (kind === 'archive') steps.push({});
  return steps;
}

function isEmptied(
  { changes }: RecordRow,
  now: Values,
  unique: readonly PropertyDefinition[],
  { property, value }: UniqueValue,
): boolean {
  if (!changes[property]) return false;
  const holds = (values: Values) => has(uniqueOf(unique, values), { property, value });
  const { [property]: _cleared, ...rest } = now;
  return holds(now) && !holds(rest);
}

const same = (a: UniqueValue, b: UniqueValue) => a.property === b.property && a.value === b.value;
const has = (all: readonly UniqueValue[], one: UniqueValue) => all.some((other) => same(one, other));
const distinct = (all: readonly UniqueValue[]) =>
  all.filter((one, at) => all.findIndex((other) => same(one, other)) === at);
