// Searches by associations against what is said as plainly as can be: after random histories of associations, bins,
// merges and ends of records, every operator finds what the pairs of live records say.
import fc from 'fast-check';
import { Query } from 'mingo';
import { associations } from '../../../../projections/crm/associations';
import { associationSteps } from '../../../../projections/crm/association-steps';
import { records } from '../../../../projections/crm/records';
import { schemas } from '../../../../projections/crm/schemas';
import { AssociationMoves } from '../../../../src/crm/associations/association-moves';
import { AssociationWriter } from '../../../../src/crm/associations/association-writer';
import type { RecordRef } from '../../../../src/crm/associations/association.events';
import { AssociationTypes } from '../../../../src/crm/associations/types/association-types';
import { standardProperties } from '../../../../src/crm/properties/standard-properties';
import type { Viewer } from '../../../../src/crm/properties/values/sensitivity';
import {
  archiveRecord,
  cancelErasure,
  eraseRecord,
  mergeInto,
  purgeRecord,
  recreateRecord,
  requestErasure,
  unarchiveRecord,
} from '../../../../src/crm/records/ends/record-end.decider';
import { createRecord, record, type RecordState } from '../../../../src/crm/records/record.decider';
import { recordDocumentId, recordStream } from '../../../../src/crm/records/record.vocabulary';
import { ObjectTypes } from '../../../../src/crm/schemas/object-types-known';
import { AssociatedFilters } from '../../../../src/crm/search/associated/associated-filters';
import { AssociatedThen } from '../../../../src/crm/search/associated/associated-then';
import { AssociatedNow, LookedAt } from '../../../../src/crm/search/associated/associated-now';
import type { SearchFilter } from '../../../../src/crm/search/filter-groups';
import { searchFilter } from '../../../../src/crm/search/search';
import { contents, openStores, ReadSide, rebuilt, type Stores } from '../../../support/read-side';
import { meta } from '../../../support/spec';

let stores: Stores;
let side: ReadSide;
let types: AssociationTypes;
let writer: AssociationWriter;
let moves: AssociationMoves;
let associated: AssociatedFilters;
let then: AssociatedThen;
beforeAll(async () => {
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [
    records,
    associations,
    associationSteps,
    schemas,
  ]).start();
  types = new AssociationTypes(side.streams);
  writer = new AssociationWriter(side.streams, types);
  moves = new AssociationMoves(side.streams, side.models, writer);
  const objectTypes = new ObjectTypes(stores.documents, side.models, () => stores.log.head());
  associated = new AssociatedFilters(objectTypes, types, side.models, side.streams);
  then = new AssociatedThen(associated, side.models, side.streams);
});
afterAll(async () => {
  await side.stop();
  await stores.close();
});

const everybody: Viewer = { scopes: 'all', superAdmin: true };
let commands = 0;
const own = () => ({ ...meta, commandId: `command-${++commands}` });

const KINDS = [
  'deals',
  'deals',
  'deals',
  'contacts',
  'contacts',
  'contacts',
  'companies',
  'companies',
] as const;
const WORDS = { contacts: 'contact', companies: '0-2', deals: 'DEALS' } as const;
type Type = keyof typeof WORDS;
type Status = 'live' | 'archived' | 'waiting' | 'purged' | 'merged' | 'erased';

interface Step {
  readonly act:
    'link' | 'unlink' | 'archive' | 'back' | 'wait' | 'cancel' | 'merge' | 'purge' | 'recreate' | 'erase';
  readonly ends: readonly [number, number];
  readonly which: number;
}
const nth = fc.nat({ max: KINDS.length - 1 });
const steps = fc.array(
  fc.record<Step>({
    act: fc.oneof(
      { weight: 8, arbitrary: fc.constant('link' as const) },
      { weight: 4, arbitrary: fc.constantFrom('archive' as const, 'back' as const, 'unlink' as const) },
      { weight: 2, arbitrary: fc.constantFrom('wait' as const, 'cancel' as const) },
      { weight: 2, arbitrary: fc.constant('merge' as const) },
      { weight: 1, arbitrary: fc.constantFrom('purge' as const, 'recreate' as const, 'erase' as const) },
    ),
    ends: fc.tuple(nth, nth),
    which: fc.nat({ max: 3 }),
  }),
  { minLength: 8, maxLength: 30 },
);

/** What is true, kept beside the product: pairs with their types, seen from both ends, and what became of each record. */
class Told {
  status: Status[] = KINDS.map(() => 'live');
  into: (number | undefined)[] = KINDS.map(() => undefined);
  links = KINDS.map(() => new Map<number, Set<number>>());
  readonly refs: readonly RecordRef[];

  constructor(private readonly base: number) {
    this.refs = KINDS.map((objectType, n) => ({ objectType, recordId: String(base + n) }));
  }

  copy(): Told {
    const { status, into, links } = this;
    return Object.assign(new Told(this.base), structuredClone({ status, into, links }));
  }

  part(one: number): void {
    for (const other of this.links[one]!.keys()) this.links[other]!.delete(one);
    this.links[one]!.clear();
  }

  survivor(one: number): number {
    const next = this.into[one];
    return next === undefined ? one : this.survivor(next);
  }

  /** The records of a type, each with its place. */
  own(type: Type): (readonly [RecordRef, number])[] {
    return [...this.refs.entries()].flatMap(([n, ref]) =>
      ref.objectType === type ? [[ref, n] as const] : [],
    );
  }

  get shown() {
    return this.links.map((links, n) => [n, this.status[n], [...links].map(([to, ids]) => [to, ...ids])]);
  }

  /** Live records of a type that one is associated with, by the type that is asked for, or by any. */
  ends(one: number, type: Type, typeId: number | undefined): number[] {
    return [...this.links[one]!].flatMap(([other, ids]) => {
      const counts = typeId === undefined ? ids.size > 0 : ids.has(typeId);
      return KINDS[other] === type && this.status[other] === 'live' && counts ? [other] : [];
    });
  }

  matches(one: number, { type, typeId, operator, asked }: Asked): boolean {
    const ends = this.ends(one, type, typeId);
    const isNamed = asked.some((other) => ends.includes(this.survivor(other)));
    if (operator === 'NOT_HAS_PROPERTY') return ends.length === 0;
    if (operator === 'EQ' || operator === 'IN') return isNamed;
    return ends.length > 0 && (operator === 'HAS_PROPERTY' || !isNamed);
  }
}

interface Asked {
  readonly type: Type;
  readonly typeId: number | undefined;
  readonly operator: SearchFilter['operator'];
  readonly asked: readonly number[];
}
const OPERATORS = ['EQ', 'NEQ', 'IN', 'NOT_IN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY'] as const;
/** One filter of each operator for each type at the other end, by any association type and by one of them. */
const askeds = fc
  .tuple(fc.array(nth, { minLength: 1, maxLength: 3 }), fc.nat({ max: 3 }))
  .map(([picked, which]) =>
    (['contacts', 'companies', 'deals'] as const).flatMap((type) =>
      [false, true].flatMap((labelled) =>
        OPERATORS.map((operator) => {
          const ofType = [...KINDS.keys()].filter((n) => KINDS[n] === type);
          const asked = [...new Set(picked.map((n) => ofType[n % ofType.length]!))];
          return { type, labelled, operator, which, asked };
        }),
      ),
    ),
  );

const change = ({ objectType, recordId }: RecordRef, decide: Decide) =>
  side.streams.change(record, recordStream(objectType, recordId), decide, own());
type Decide = (state: RecordState, revision: number) => ReturnType<typeof archiveRecord>;

/** Takes a step, or none where it cannot be taken: what is parted or merged is chosen among what can be. */
async function take(told: Told, { act, ends: [one, end], which }: Step): Promise<void> {
  const fitting =
    act === 'unlink'
      ? [...told.links[one]!.keys()]
      : [...KINDS.keys()].filter((n) => act !== 'merge' || (n !== one && KINDS[n] === KINDS[one]));
  const other = fitting.length > 0 ? fitting[end % fitting.length]! : one;
  const [ref, to] = [told.refs[one]!, told.refs[other]!];
  const is = (n: number, ...some: Status[]) => some.includes(told.status[n]!);
  const there = (n: number) => is(n, 'live', 'archived', 'waiting');
  if (act === 'link' && one !== other && there(one) && there(other)) {
    const all = await types.between(ref.objectType, to.objectType);
    // Some of the types, not the default one alone: each is counted apart.
    const chosen = all.filter((_, n) => n === which % all.length || (n + which) % 2 === 0);
    await writer.add(ref, to, chosen, { meta: own() });
    const see = (from: number, at: number, ids: readonly number[]) =>
      told.links[from]!.set(at, new Set([...(told.links[from]!.get(at) ?? []), ...ids]));
    see(
      one,
      other,
      chosen.map(({ typeId }) => typeId),
    );
    see(
      other,
      one,
      chosen.map(({ inverseTypeId }) => inverseTypeId),
    );
  } else if (act === 'unlink' && one !== other && there(one) && there(other)) {
    await writer.part(ref, to, { meta: own() });
    told.links[one]!.delete(other);
    told.links[other]!.delete(one);
  } else if (act === 'archive' && is(one, 'live')) {
    await change(ref, archiveRecord);
    told.status[one] = 'archived';
  } else if (act === 'back' && is(one, 'archived')) {
    await change(ref, (state, at) => unarchiveRecord(state, at));
    told.status[one] = 'live';
  } else if (act === 'wait' && is(one, 'live')) {
    await change(ref, (state, at) => requestErasure(state, at, { dueAt: meta.at }));
    told.status[one] = 'waiting';
  } else if (act === 'cancel' && is(one, 'waiting')) {
    await change(ref, cancelErasure);
    told.status[one] = 'live';
  } else if (
    act === 'merge' &&
    one !== other &&
    KINDS[one] === KINDS[other] &&
    is(one, 'live') &&
    is(other, 'live')
  ) {
    await change(ref, (state, at) => mergeInto(state, at, to.recordId));
    await moves.moveAssociations(ref, to.recordId, own());
    for (const [end, ids] of told.links[one]!)
      if (end !== other) {
        const back = told.links[end]!.get(one)!;
        told.links[other]!.set(end, new Set([...(told.links[other]!.get(end) ?? []), ...ids]));
        told.links[end]!.set(other, new Set([...(told.links[end]!.get(other) ?? []), ...back]));
      }
    told.part(one);
    [told.status[one], told.into[one]] = ['merged', other];
  } else if ((act === 'purge' && is(one, 'archived')) || (act === 'erase' && there(one))) {
    if (act === 'erase') await change(ref, eraseRecord);
    await moves.removeAssociations(ref, own());
    if (act === 'purge') await change(ref, purgeRecord);
    told.part(one);
    told.status[one] = act === 'purge' ? 'purged' : 'erased';
  } else if (act === 'recreate' && is(one, 'purged')) {
    await change(ref, (state) => recreateRecord(state, { values: {}, at: meta.at, parts: [] }));
    told.status[one] = 'live';
  }
}

interface Then {
  readonly told: Told;
  readonly position: bigint;
}

/** Takes all steps; `then` is told of what was true some steps before. */
async function historyOf(
  taken: readonly Step[],
  base: number,
  then: (then: Then) => void = () => undefined,
): Promise<Told> {
  const told = new Told(base);
  for (const { objectType, recordId } of told.refs)
    await change({ objectType, recordId }, (state) =>
      createRecord(state, { objectType, recordId, values: {}, at: meta.at }),
    );
  for (const [n, step] of taken.entries()) {
    if (n === Math.floor(taken.length * 0.7)) then({ told: told.copy(), position: await stores.log.head() });
    await take(told, step);
  }
  await Promise.all([records, associations].map((projection) => side.settled(projection)));
  return told;
}

const searched = fc.constantFrom<Type[]>('deals', 'contacts', 'companies');
const three = { minLength: 3, maxLength: 3 };
let base = 1_000;
test('every operator finds what the pairs of live records say, by both ways of reading a filter', () =>
  fc.assert(
    fc.asyncProperty(
      steps,
      askeds,
      searched,
      fc.array(fc.nat(), three),
      async (taken, all, ofType, chosen) => {
        const told = await historyOf(taken, (base += 100));
        const own = told.own(ofType);
        const every: Asked[] = await Promise.all(
          all.map(async ({ type, labelled, operator, asked, which }) => {
            const among = await types.between(ofType, type);
            const one = labelled ? among[which % among.length] : undefined;
            const single = operator === 'EQ' || operator === 'NEQ';
            return { type, operator, asked: single ? asked.slice(0, 1) : asked, typeId: one?.typeId };
          }),
        );
        const filters = every.map(({ type, typeId, operator, asked }): SearchFilter => {
          const ids = asked.map((n) => told.refs[n]!.recordId);
          const name = `associations.${WORDS[type]}${typeId === undefined ? '' : `.${typeId}`}`;
          return { propertyName: name, operator, value: ids[0], values: ids };
        });
        const documents = await side.models.getMany(
          records,
          told.refs.map(({ objectType, recordId }) => recordDocumentId(objectType, recordId)),
        );
        // Each by itself, and some together: all of a group have to hold, and one group has to.
        const [one, other, third] = chosen.map((n) => filters[n % filters.length]!);
        for (const groups of [...filters.map((filter) => [[filter]]), [[one!, other!], [third!]]]) {
          const filterGroups = groups.map((group) => ({ filters: group }));
          const matches = await associated.matches(ofType, filterGroups, everybody);
          const filter = searchFilter(
            ofType,
            standardProperties(ofType),
            { filterGroups },
            { associated: matches },
          );
          const isOwn = { id: { $gte: `${ofType}/${pad(base)}`, $lt: `${ofType}/${pad(base + 100)}` } };
          const asked = {
            filter: { $and: [filter, isOwn] },
            sort: ['-values.createdate'],
            limit: 9,
            total: true,
          };
          const found = await side.models.find(records, asked);
          const expected = own.flatMap(([{ recordId }, n]) => {
            const isTrue = (filter: SearchFilter) => told.matches(n, every[filters.indexOf(filter)]!);
            return told.status[n] === 'live' && groups.some((group) => group.every(isTrue)) ? [recordId] : [];
          });
          const ids = found.docs.map(({ recordId }) => recordId).sort();
          const shown = { filterGroups, history: told.shown };
          expect({ ...shown, ids, total: found.total }).toEqual({
            ...shown,
            ids: expected,
            total: expected.length,
          });
          const mingo = new Query(filter);
          const byMingo = [...documents.values()].filter((doc) => mingo.test({ ...doc }));
          expect(byMingo.map(({ recordId }) => recordId).sort()).toEqual(expected);
        }
      },
    ),
    { numRuns: 25 },
  ));

test('EQ and IN find as of a position what the pairs of then say', () =>
  fc.assert(
    fc.asyncProperty(steps, askeds, searched, async (taken, all, ofType) => {
      let before: Then | undefined;
      const now = await historyOf(taken, (base += 100), (then) => (before = then));
      const { told, position } = before!;
      const own = told.own(ofType);
      for (const { type, labelled, operator, asked, which } of all) {
        if (operator !== 'EQ' && operator !== 'IN') continue;
        const among = await types.between(ofType, type);
        const typeId = labelled ? among[which % among.length]!.typeId : undefined;
        const named = operator === 'EQ' ? asked.slice(0, 1) : asked;
        const ids = named.map((n) => told.refs[n]!.recordId);
        const filter: SearchFilter = {
          propertyName: `associations.${type}${typeId === undefined ? '' : `.${typeId}`}`,
          ...{ operator, value: ids[0], values: ids },
        };
        const query = { position, viewer: everybody };
        const matches = await then.matches(ofType, [{ filters: [filter] }], query);
        // Whoever has been erased since, or waits for it, is associated with nothing at any position.
        const isShown = (n: number) => now.status[n] !== 'erased' && now.status[n] !== 'waiting';
        const chain = (n: number): number[] => {
          const next = told.into[n];
          return next === undefined ? [n] : [n, ...chain(next)];
        };
        const shown = named.filter((n) => chain(n).every(isShown));
        const expected = own.flatMap(([{ recordId }, n]) =>
          told.matches(n, { type, typeId, operator, asked: shown })
            ? [`${ofType}/${pad(Number(recordId))}`]
            : [],
        );
        const found = matches.get(filter) as { id: { $in: string[] } };
        expect({ filter, history: told.shown, since: now.shown, ids: [...found.id.$in].sort() }).toEqual({
          ...{ filter, history: told.shown, since: now.shown, ids: expected },
        });
      }
    }),
    { numRuns: 25 },
  ));

test.each(['contacts', 'companies'] as const)(
  '%s that were parted since are found, by either direction',
  async (type) => {
    const linked: Step = { act: 'link', ends: [3, 6], which: 0 };
    let before: Then | undefined;
    const steps = [linked, linked, { ...linked, act: 'unlink' as const }];
    const told = await historyOf(steps, (base += 100), (then) => (before = then));
    const [[one], [other]] = [told.refs.slice(3, 4), told.refs.slice(6, 7)];
    const [found, asked] = type === 'contacts' ? [one!, other!] : [other!, one!];
    const filter = {
      propertyName: `associations.${asked.objectType}`,
      operator: 'EQ',
      value: asked.recordId,
    } as const;
    const query = { position: before!.position, viewer: everybody };
    const matches = await then.matches(type, [{ filters: [filter] }], query);
    expect([...matches.values()]).toEqual([{ id: { $in: [recordDocumentId(type, found.recordId)] } }]);
    expect([...(await associated.matches(type, [{ filters: [filter] }], everybody)).values()]).toEqual([
      { id: { $in: [] } },
    ]);
  },
);

test('records as they were are asked by EQ and IN alone', async () => {
  for (const operator of ['NEQ', 'NOT_IN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY'] as const) {
    const filter = { propertyName: 'associations.contact', operator, value: '1', values: ['1'] };
    const asked = { position: 0n, viewer: everybody };
    await expect(then.matches('deals', [{ filters: [filter] }], asked)).rejects.toMatchObject({
      code: 'input-invalid',
    });
  }
});

const pad = (n: number): string => String(n).padStart(16, '0');

test('what was counted live is counted again by a rebuild', async () => {
  await side.settled(records);
  const live = await contents(stores.documents, await side.models.collection(records));
  expect(live).toEqual(await rebuilt(stores.log, records));
});

test('a search that would look at more than it may is refused, and one that may is not', async () => {
  const told = new Told((base += 100));
  await historyOf(
    [3, 4, 5].map((end): Step => ({ act: 'link', ends: [0, end], which: 0 })),
    base,
  );
  const now = new AssociatedNow(side.models, side.streams);
  const [deal] = told.refs;
  const asked = { operator: 'EQ', toType: 'deals', ids: [deal!.recordId] } as const;
  const counting = { ...asked, types: await types.between('contacts', 'deals') };
  const how = (most: number) => ({ viewer: everybody, fresh: undefined, lookedAt: new LookedAt(most) });
  expect(await now.associatedWith('contacts', counting, how(3))).toHaveLength(3);
  await expect(now.associatedWith('contacts', counting, how(2))).rejects.toMatchObject({
    code: 'associations-too-many',
  });
});

test('who may view some records only is told of no others', async () => {
  const told = await historyOf([{ act: 'link', ends: [0, 3], which: 0 }], (base += 100));
  const some: Viewer = { ...everybody, reach: { contacts: { view: ['7'], edit: [], delete: [] } } };
  const by = (operator: SearchFilter['operator'], viewer: Viewer) => {
    const filter = { propertyName: 'associations.contact', operator, value: told.refs[3]!.recordId };
    return associated.matches('deals', [{ filters: [filter] }], viewer).then((found) => [...found.values()]);
  };
  expect(await by('EQ', everybody)).toEqual([{ id: { $in: [`deals/${pad(base)}`] } }]);
  expect(await by('EQ', some)).toEqual([{ id: { $in: [] } }]);
  for (const operator of ['NEQ', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY'] as const)
    await expect(by(operator, some)).rejects.toMatchObject({ code: 'access-denied' });
});
