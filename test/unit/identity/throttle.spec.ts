// How guessing is slowed down, by two processes that share the counts, against a model that knows only lists of times.
import fc from 'fast-check';
import { Throttle, budgetsOf, type Attempt, type Budget } from '../../../src/identity/attempts/throttle';
import { Refusal } from '../../../src/refusals';
import { EmbeddedVault } from '../../../src/vault/stores/embedded/vault';
import { openStores, type Stores } from '../../support/read-side';

const SECOND = 1_000;
const QUARTER = 900 * SECOND;
const DAY = 96 * QUARTER;
const NOW = Date.parse('2024-05-01T10:00:00Z');

let stores: Stores;
let vault: EmbeddedVault;
let here: Throttle;
let elsewhere: Throttle;
beforeAll(async () => {
  stores = await openStores();
  vault = await EmbeddedVault.open(stores.path, Buffer.alloc(32, 1));
  [here, elsewhere] = [start(), start()];
});
afterAll(async () => {
  await vault.close();
  await stores.close();
});
const start = () => new Throttle(stores.documents, vault);

let names = 0;
const own = (free = 5): Budget => ({ key: `own ${++names}`, free, own: true });
const shared = (free = 5): Budget => ({ key: `shared ${++names}`, free, own: false });

/** Seconds to wait; undefined where the attempt was let through. */
async function attempt(
  throttle: Throttle,
  budgets: readonly Budget[],
  now: number,
): Promise<number | Attempt> {
  try {
    return await throttle.take(budgets, now);
  } catch (error) {
    if (error instanceof Refusal) return error.detail.retryAfter!;
    throw error;
  }
}
const passed = (outcome: number | Attempt) => typeof outcome !== 'number';

describe('attempts', () => {
  test('go through a few times, then wait, twice as long each time, up to a quarter of an hour', async () => {
    const budget = own();
    const waits: number[] = [];
    let now = NOW;
    for (let i = 0; i < 20; i++) {
      for (let outcome = await attempt(here, [budget], now); typeof outcome === 'number';) {
        waits.push(outcome);
        now += outcome * SECOND;
        outcome = await attempt(elsewhere, [budget], now);
      }
    }
    expect(waits.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
    expect(waits.slice(10).every((wait) => wait <= 900)).toBe(true);
  });

  test('that were refused do not make the wait longer', async () => {
    const budget = own();
    for (let i = 0; i < 5; i++) await attempt(here, [budget], NOW);
    for (let i = 0; i < 50; i++) expect(await attempt(here, [budget], NOW)).toBe(1);
    expect(passed(await attempt(here, [budget], NOW + SECOND))).toBe(true);
  });

  test('made at the same time in two processes count too', async () => {
    const budget = own();
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, i) => attempt(i % 2 === 0 ? here : elsewhere, [budget], NOW)),
    );
    expect(outcomes.filter(passed)).toHaveLength(5);
  });

  test('are counted on over a restart', async () => {
    const budget = own();
    for (let i = 0; i < 5; i++) await attempt(here, [budget], NOW);
    expect(await attempt(start(), [budget], NOW)).toBe(1);
  });

  test('are forgotten one by one, and all by who is right; of a count that others share only the right one', async () => {
    const budgets = [own(), shared()];
    for (let i = 0; i < 4; i++) await attempt(here, budgets, NOW);
    const right = (await attempt(here, budgets, NOW)) as Attempt;
    await right.right();
    for (let i = 0; i < 5; i++) expect(passed(await attempt(here, [budgets[0]!], NOW))).toBe(true);
    expect(passed(await attempt(here, [budgets[1]!], NOW))).toBe(true);
    expect(await attempt(here, [budgets[1]!], NOW)).toBe(1);
    expect(passed(await attempt(here, [budgets[1]!], NOW + 2 * QUARTER))).toBe(true);
  });

  test('count nowhere where one count refuses them', async () => {
    const [first, second] = [shared(5), own(1)];
    for (let i = 0; i < 30; i++) await attempt(here, [first, second], NOW);
    const outcomes: (number | Attempt)[] = [];
    for (let i = 0; i < 5; i++) outcomes.push(await attempt(here, [first], NOW));
    expect(outcomes.filter(passed)).toHaveLength(4);
  });

  test('of one who never tires are about a hundred a day', async () => {
    const budget = own();
    let guesses = 0;
    for (let now = NOW; now < NOW + DAY;) {
      const outcome = await attempt(here, [budget], now);
      if (typeof outcome === 'number') now += outcome * SECOND;
      else guesses++;
    }
    expect(guesses).toBeLessThanOrEqual(5 + 10 + 96);
  });
});

describe('whose attempts delay whom', () => {
  const who = () => `user-${++names}`;
  const from = (user: string, place: string, known: { device?: string; isPlaceKnown?: boolean } = {}) =>
    budgetsOf({ who: user, place, device: known.device, isPlaceKnown: known.isPlaceKnown ?? false });
  const exhaust = async (budgets: () => readonly Budget[], times: number) => {
    for (let i = 0; i < times; i++) await attempt(here, budgets(), NOW);
  };
  const isFree = async (budgets: readonly Budget[]) => passed(await attempt(here, budgets, NOW));

  test('strangers from many addresses wait together, and keep neither a known place nor a device out', async () => {
    const [user, run] = [who(), who()];
    for (let i = 0; i < 100; i++) await attempt(here, from(user, `${run}-${i}`), NOW);
    expect(await isFree(from(user, `${run}-new`))).toBe(false);
    expect(await isFree(from(user, `${run}-home`, { isPlaceKnown: true }))).toBe(true);
    expect(await isFree(from(user, `${run}-away`, { device: 'phone' }))).toBe(true);
    expect(await isFree(from(who(), `${run}-new`))).toBe(true);
  });

  test('a stranger at one address does not delay those of others, however long they go on', async () => {
    const [user, run] = [who(), who()];
    let now = NOW;
    for (let i = 0; i < 300; i++) {
      const outcome = await attempt(here, from(user, `${run}-bad`), now);
      if (typeof outcome === 'number') now += outcome * SECOND;
    }
    expect(passed(await attempt(here, from(user, `${run}-other`), now))).toBe(true);
  });

  test('guesses at the users of an address are bounded; who is known there is not held up', async () => {
    const place = who();
    await exhaust(() => from(who(), place), 100);
    expect(await isFree(from(who(), place))).toBe(false);
    expect(await isFree(from(who(), place, { isPlaceKnown: true }))).toBe(true);
    expect(await isFree(from(who(), place, { device: 'phone' }))).toBe(true);
  });

  test('a neighbour behind the same address delays a known user there, but not their device', async () => {
    const [user, place] = [who(), who()];
    await exhaust(() => from(user, place, { isPlaceKnown: true }), 10);
    expect(await isFree(from(user, place, { isPlaceKnown: true }))).toBe(false);
    expect(await isFree(from(user, place, { device: 'phone' }))).toBe(true);
  });
});

/** Attempts that count, each with when it came; a leak of one every quarter of an hour, and a wait by how many are left. */
class Model {
  private left = 0;
  private last = -Infinity;
  private since = NOW;

  constructor(private readonly free: number) {}

  /** Seconds to wait. */
  attempt(now: number): number {
    this.left = Math.max(0, this.left - (now - this.since) / QUARTER);
    this.since = now;
    // As many as were not wholly forgotten.
    const over = Math.ceil(this.left - 1e-9) - this.free;
    const wait = over < 0 ? 0 : Math.max(0, this.last + Math.min(QUARTER, SECOND * 2 ** over) - now);
    if (wait > 0) return wait / SECOND;
    this.left++;
    this.last = now;
    return 0;
  }

  forget(): void {
    this.left = 0;
  }
}

const summing = [0, 0, 0, 0, 0, 0, 0, 202, 9, 9, 677, 3, 0, 0].map((wait, at) => ({
  ...{ by: 0, wait, right: at < 6 || at > 10 },
}));

test('two processes together let through what the model does', async () => {
  const step = fc.record({
    by: fc.nat(1),
    wait: fc.oneof(fc.constant(0), fc.nat(10), fc.nat(1_000), fc.nat(10_000)),
    right: fc.nat(9).map((one) => one === 0),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 80 }),
      fc.integer({ min: 1, max: 6 }),
      async (steps, free) => {
        const [budget, model] = [own(free), new Model(free)];
        let now = NOW;
        for (const { by, wait, right } of steps) {
          now += wait * SECOND;
          const outcome = await attempt(by === 0 ? here : elsewhere, [budget], now);
          const expected = model.attempt(now);
          expect(typeof outcome === 'number' ? outcome : 0).toBeCloseTo(expected, 3);
          if (typeof outcome === 'number' || !right) continue;
          await outcome.right();
          model.forget();
        }
      },
    ),
    {
      numRuns: 100,
      // Found: waits that add up to a quarter of an hour exactly, in steps that are no whole fractions of it.
      examples: [[summing, 1]],
    },
  );
});
