import { join } from 'node:path';
import fc from 'fast-check';
import { associations } from '../../../projections/crm/associations';
import { records } from '../../../projections/crm/records';
import { Codec } from '../../../src/eventsourcing/codec';
import { associationChanges } from '../../../src/point-in-time/changes/association-changes';
import type { ChangeRow } from '../../../src/point-in-time/changes/change';
import { definitionChanges } from '../../../src/point-in-time/changes/definition-changes';
import { Moved } from '../../../src/point-in-time/changes/moved';
import { recordChanges } from '../../../src/point-in-time/changes/record-changes';
import { STAMPS } from '../../../src/crm/records/record-stamps.vocabulary';
import { eventsAfter } from '../../support/log';
import { naiveFold, type NaiveState } from '../../support/random/naive-fold';
import { associationStep, AssociationHistory } from '../../support/random/random-associations';
import { History, steps } from '../../support/random/random-history';
import { openStores, ReadSide, type Stores } from '../../support/read-side';

const any = () => true;

async function compared(stores: Stores, side: ReadSide, from: bigint, to: bigint) {
  const asked = { eventStore: stores.log, codec: new Codec(), from, to };
  const signal = AbortSignal.timeout(30_000);
  const scratch = join(stores.path, 'scratch');
  const moved = await Moved.between(scratch, { ...asked, signal, report: () => undefined }, any);
  const collection = await side.models.collection(records);
  const options = { ...asked, documents: stores.documents, collection, signal, wanted: any };
  const rows: Record<'records' | 'pairs' | 'definitions', ChangeRow[]> = {
    ...{ records: [], pairs: [] },
    definitions: await definitionChanges(moved, { ...asked, of: any }),
  };
  try {
    for await (const page of recordChanges(moved.records, options)) rows.records.push(...page);
    for await (const page of associationChanges(moved.pairs, options)) rows.pairs.push(...page);
  } finally {
    moved.close();
  }
  return rows;
}

/** A record that waited once has left the records, unless its erasure was cancelled. */
const waits = ({ waiting, records: all }: NaiveState, one: string): boolean => {
  const [type = '', id = ''] = one.split('/');
  return waiting.has(one) && !all.get(type)?.has(id);
};

/** By `type/id`: the values of live records that do not wait to be erased now. */
function live({ records: all }: NaiveState, now: NaiveState): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const [type, ofType] of all)
    for (const [id, { archived, values }] of ofType)
      if (!archived && !waits(now, `${type}/${id}`)) found.set(`${type}/${id}`, values);
  return found;
}

function naiveChanges(then: ReturnType<typeof live>, now: ReturnType<typeof live>) {
  const rows: Record<string, object> = {};
  for (const key of new Set([...then.keys(), ...now.keys()])) {
    const [was, is] = [then.get(key), now.get(key)];
    const changes: Record<string, object> = {};
    for (const name of new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])) {
      const [from, to] = [was?.get(name) ?? null, is?.get(name) ?? null];
      if (from !== to && !STAMPS.has(name)) changes[name] = { from, to };
    }
    const kind = !was ? 'added' : !is ? 'removed' : 'changed';
    if (kind !== 'changed' || Object.keys(changes).length > 0) rows[key] = { kind, changes };
  }
  return rows;
}

test('what has changed between two positions is the difference of two folds of the whole log', () =>
  fc.assert(
    fc.asyncProperty(
      steps(80, 4, 40),
      fc.array(associationStep, { maxLength: 20 }),
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
      async (taken, linked, shares) => {
        const stores = await openStores();
        const side = await new ReadSide(stores.log, stores.documents, [records, associations]).start();
        try {
          const [history, links] = [new History(stores.log), new AssociationHistory(stores.log)];
          for (const [i, step] of taken.entries()) {
            await history.take(step);
            if (linked[i]) await links.take(linked[i]);
          }
          await side.settled(records);
          const head = await stores.log.head();
          const [from, to] = shares
            .map((share) => BigInt(Math.floor(Number(head + 1n) * share)) - 1n)
            .sort((a, b) => Number(a - b)) as [bigint, bigint];
          const found = await compared(stores, side, from, to);
          const [then, now, end] = [
            await naiveFold(stores.log, from),
            await naiveFold(stores.log, to),
            await naiveFold(stores.log, head),
          ];
          const rows = Object.fromEntries(
            found.records.map(({ objectType, recordId, kind, changes }) => [
              `${objectType}/${recordId}`,
              { kind, changes },
            ]),
          );
          expect(Object.keys(rows)).toHaveLength(found.records.length);
          expect(rows).toEqual(naiveChanges(live(then, end), live(now, end)));

          const names = (state: NaiveState) =>
            [...state.properties].flatMap(([type, all]) => [...all].map((name) => `${type}/${name}`));
          const [had, has] = [new Set(names(then)), new Set(names(now))];
          const called = (kind: string) =>
            found.definitions
              .filter((row) => row.what === 'property' && row.kind === kind)
              .map(({ objectType, name }) => `${objectType}/${name}`)
              .sort();
          expect(called('added')).toEqual([...has].filter((one) => !had.has(one)).sort());
          expect(called('removed')).toEqual([...had].filter((one) => !has.has(one)).sort());

          const pairs = new Map<string, [unknown, unknown]>();
          const erased = (await eventsAfter(stores.log)).flatMap(({ type, data }) =>
            type === 'record.erased.v1' ? [key(data as Ref)] : [],
          );
          for (const { type, data, position } of await eventsAfter(stores.log)) {
            if (!type.startsWith('association.') || position > to) continue;
            const { from: one, to: other, links: moved } = data as Linked;
            if ([one, other].some((ref) => erased.includes(key(ref)) || waits(end, key(ref)))) continue;
            const pair = `${key(one)}-${key(other)}`;
            const before = pairs.get(pair)?.[0] ?? '[]';
            pairs.set(pair, [position <= from ? ids(moved.to) : before, ids(moved.to)]);
          }
          expect(
            Object.fromEntries(
              found.pairs.map(({ objectType, recordId, to: other, kind }) => [
                `${objectType}/${recordId}-${key(other as Ref)}`,
                kind,
              ]),
            ),
          ).toEqual(
            Object.fromEntries(
              [...pairs]
                .filter(([, [was, is]]) => was !== is)
                .map(([pair, [was, is]]) => [
                  pair,
                  was === '[]' ? 'added' : is === '[]' ? 'removed' : 'changed',
                ]),
            ),
          );
        } finally {
          await side.stop();
          await stores.close();
        }
      },
    ),
    { numRuns: 15 },
  ));

interface Ref {
  readonly objectType: string;
  readonly recordId: string;
}
interface Linked {
  readonly from: Ref;
  readonly to: Ref;
  readonly links: { readonly to: readonly { readonly typeId: number }[] };
}
const key = ({ objectType, recordId }: Ref) => `${objectType}/${recordId}`;
const ids = (links: readonly { readonly typeId: number }[]) =>
  JSON.stringify(links.map(({ typeId }) => typeId));
