// Acts, policies, holds and purges at random: which rows are left is what plain code says, also when they are made again
// from the log alone, and how many are gone between any two positions. PURGES_SEED repeats what a failing run prints.
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { PurgedRows } from '../../../src/audit/retention/purged-rows';
import { differencesFromRebuild } from '../../crash/rebuilt';
import { ownLog, startApp, type App } from '../../support/servers/app';

const seed = Number(process.env.PURGES_SEED ?? randomInt(1e9));
const STEPS = 40;
const DAY_MS = 86_400_000;

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
});
afterAll(() => app.close());

const things = { CONTENT: 'FILE', LIST: 'STATIC', MEETING: 'MEETING' } as const;
type Category = keyof typeof things;
const categories = Object.keys(things) as Category[];
const category = fc.constantFrom(...categories);
const target = fc.integer({ min: 0, max: 3 }).map((n) => `thing-${n}`);
const days = fc.integer({ min: 1, max: 28 });

interface Act {
  readonly category: Category;
  readonly age: number;
  readonly target: string;
  readonly byUser: boolean;
}
type Scope = { readonly target: string } | { readonly user: true } | { readonly category: Category };

/** Half a day lies between any act and any cut-off. */
const act = fc.record({ category, age: days.map((n) => n + 0.5), target, byUser: fc.boolean() });
const scope: fc.Arbitrary<Scope> = fc.oneof(
  target.map((one) => ({ target: one })),
  fc.constant({ user: true as const }),
  category.map((one) => ({ category: one })),
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.array(act, { minLength: 1, maxLength: 8 }).map((acts) => ({ acts })) },
  { weight: 2, arbitrary: fc.dictionary(category, days).map((policies) => ({ policies })) },
  { weight: 1, arbitrary: scope.map((held) => ({ held })) },
  { weight: 1, arbitrary: fc.nat(5).map((released) => ({ released })) },
  { weight: 2, arbitrary: fc.constant({ purge: true as const }) },
);

interface Row extends Act {
  readonly key: string;
}
const covers = (held: Scope, row: Row): boolean =>
  'target' in held
    ? held.target === row.target
    : 'user' in held
      ? row.byUser
      : held.category === row.category;
const scopeOf = (held: Scope) =>
  'target' in held
    ? { target: { type: 'things', id: held.target } }
    : 'user' in held
      ? { userId: app.admin.id }
      : { query: { q: `category:${held.category}` } };

interface Entry {
  readonly position: string;
  readonly action: string;
  readonly category: string;
  readonly target: { readonly id: string };
}
async function entries(): Promise<Entry[]> {
  const found: Entry[] = [];
  for (let after = ''; ;) {
    const query = `category=${categories.join(',')}&includeNonUser=true&sort=position&limit=200${after}`;
    const page = await app.ok<{ results: Entry[]; paging?: { next: { after: string } } }>(
      ...(['GET', `/audit/v1/entries?${query}`] as const),
    );
    found.push(...page.results);
    if (!page.paging) return found;
    after = `&after=${page.paging.next.after}`;
  }
}

test(`which rows are left is what policies, holds and purges say (seed ${seed})`, async () => {
  const steps = fc.sample(step, { seed, numRuns: STEPS });
  let rows: Row[] = [];
  const all = new Map<string, string>();
  let policies: Partial<Record<Category, number>> = {};
  let holds: { readonly id: string; readonly held: Scope }[] = [];
  let acts = 0;
  for (const one of steps) {
    if ('acts' in one) {
      const activities = one.acts.map((act) => {
        const row = { ...act, key: `act-${acts++}` };
        rows.push(row);
        return {
          ...{ key: row.key, category: row.category, subCategory: things[row.category], action: 'UPDATE' },
          occurredAt: new Date(Date.now() - row.age * DAY_MS).toISOString(),
          target: { type: 'things', id: row.target },
          ...(row.byUser ? { userId: app.admin.id } : { actor: { type: 'workflow' } }),
          where: row.key,
        };
      });
      expect(await app.ok('POST', '/audit/v1/activities', { activities })).toMatchObject({ rejected: [] });
    } else if ('policies' in one) {
      policies = one.policies;
      const list = Object.entries(policies).map(([name, kept]) => ({ category: name, days: kept }));
      await app.ok('PUT', '/audit/v1/retention', { policies: list });
    } else if ('held' in one) {
      const body = { name: 'Case', reason: 'So', ...scopeOf(one.held) };
      holds.push({ id: (await app.ok('POST', '/audit/v1/holds', body)).id, held: one.held });
    } else if ('released' in one) {
      const hold = holds[one.released];
      if (hold) await app.ok('DELETE', `/audit/v1/holds/${hold.id}`);
      holds = holds.filter((other) => other !== hold);
    } else if (Object.keys(policies).length > 0) {
      const isOld = (row: Row) => row.age > (policies[row.category] ?? Infinity);
      const isHeld = (row: Row) => holds.some(({ held }) => covers(held, row));
      for (const entry of await entries()) all.set(entry.position, entry.category);
      const { id } = await app.ok('POST', '/audit/v1/retention/purges');
      const ended = () =>
        app.ok<{ status: string; removed: object; held: number }>('GET', `/audit/v1/retention/purges/${id}`);
      let purge = await ended();
      while (purge.status === 'RUNNING') purge = await ended();
      const gone = rows.filter((row) => isOld(row) && !isHeld(row));
      const removed: Record<string, number> = {};
      for (const row of gone) removed[row.category] = (removed[row.category] ?? 0) + 1;
      const held = rows.filter((row) => isOld(row) && isHeld(row)).length;
      expect(purge).toMatchObject({ status: 'COMPLETED', held });
      expect(purge.removed).toEqual(removed);
      rows = rows.filter((row) => !gone.includes(row));
    }
    const told = (list: readonly { category: string; target: string }[]) =>
      list.map((row) => `${row.category} ${row.target}`).sort();
    const left = (await entries()).map((entry) => ({ ...entry, target: entry.target.id }));
    expect(told(left)).toEqual(told(rows));
  }
  const left = new Set((await entries()).map(({ position }) => position));
  for (const position of left) all.set(position, '');
  const purged = new PurgedRows(app.engine.readModels, app.engine.eventStore);
  const positions = [...all.keys()].map(Number).sort((a, b) => a - b);
  const end = (positions.at(-1) ?? 0) + 1;
  const gone = positions.filter((position) => !left.has(String(position)));
  for (const [first, last] of [
    [0, end],
    ...fc.sample(fc.tuple(fc.nat(end), fc.nat(end)), { seed, numRuns: 20 }),
  ]) {
    const within = (list: readonly number[]) => list.filter((one) => one >= first! && one <= last!);
    expect(await purged.between(BigInt(first!), BigInt(last!))).toBe(within(gone).length);
    const rows = [...(await purged.among(BigInt(first!), BigInt(last!)))].map(Number);
    expect(within(rows).sort((a, b) => a - b)).toEqual(within(gone));
  }
  await app.restart(async (settings) => {
    const { documents, differ } = await differencesFromRebuild(settings);
    expect(documents).toBeGreaterThan(rows.length);
    expect(differ).toEqual([]);
  });
  await app.logIn();
});
