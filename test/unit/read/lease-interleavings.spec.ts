// Leases over random interleavings of processes whose calls to the store come late, whose answers are lost, and who die:
// at most one holds at a time, and a dead one is succeeded in time.
import fc from 'fast-check';
import type { Clock } from '../../../src/supervision/pause';
import type { DocumentStore } from '../../../src/read/document-store';
import { Lease, LEASE_TIMES } from '../../../src/read/lease';
import { FaultsSeen } from '../../support/faults-seen';

const times = { beatMs: 30, lookMs: 10, deadAfterMs: 150 };

/** Time that passes when it is told to: whoever waits for less is woken first. */
class Time implements Clock {
  private time = 0;
  private readonly waiting = new Set<{ readonly at: number; readonly wake: () => void }>();

  now(): number {
    return this.time;
  }

  readonly pause = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        this.waiting.delete(one);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const one = { at: this.time + ms, wake };
      this.waiting.add(one);
      if (signal?.aborted) wake();
      else signal?.addEventListener('abort', wake, { once: true });
    });

  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      // All that the last one set off is done by then.
      await new Promise(setImmediate);
      let next: { at: number; wake: () => void } | undefined;
      for (const one of this.waiting) if (one.at <= end && (!next || one.at < next.at)) next = one;
      if (!next) break;
      this.time = next.at;
      next.wake();
    }
    this.time = end;
  }
}

/** What lies between a process and the store. */
interface Way {
  /** Milliseconds until a call arrives, and until its answer does. */
  there: number;
  back: number;
  /** Answers are lost. */
  deaf: boolean;
}

/** The state of a document store as its port promises it: each call in one step. */
class State {
  private readonly values = new Map<string, string>();

  by(time: Time, way: Way): DocumentStore {
    const call =
      <A extends unknown[], T>(work: (...args: A) => T) =>
      async (...args: A): Promise<T> => {
        const { there, back, deaf } = way;
        await time.pause(there);
        const answer = work(...args);
        await time.pause(back);
        if (deaf || way.deaf) throw new Error('The connection is lost');
        return answer;
      };
    const text = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));
    return {
      getState: call((key: string) => {
        const value = this.values.get(key);
        return value === undefined ? undefined : (JSON.parse(value) as unknown);
      }),
      compareAndSet: call((key: string, expected: unknown, next: unknown) => {
        if (this.values.get(key) !== text(expected)) return false;
        if (next === undefined) this.values.delete(key);
        else this.values.set(key, text(next)!);
        return true;
      }),
    } as unknown as DocumentStore;
  }
}

/** A process that wants the lease for as long as it lives. */
class Contender {
  readonly way: Way = { there: 1, back: 1, deaf: false };
  private readonly dead = new AbortController();
  private letGo = new AbortController();

  constructor(
    time: Time,
    state: State,
    private readonly acting: Set<Contender>,
    private readonly overlaps: number[],
    leaseTimes = times,
  ) {
    const lease = new Lease(state.by(time, this.way), 'work', new FaultsSeen(), leaseTimes, time);
    const { signal } = this.dead;
    const live = async () => {
      while (!signal.aborted) await lease.hold(signal, (held) => this.work(held, time));
    };
    void live();
  }

  get holds(): boolean {
    return this.acting.has(this);
  }

  giveBack(): void {
    this.letGo.abort();
  }

  /** Nothing of it is heard any more. */
  die(): void {
    this.way.deaf = true;
    this.dead.abort();
  }

  private async work(held: AbortSignal, time: Time): Promise<void> {
    if (held.aborted) return;
    this.acting.add(this);
    if (this.acting.size > 1) this.overlaps.push(time.now());
    this.letGo = new AbortController();
    const over = AbortSignal.any([held, this.letGo.signal]);
    await new Promise<void>((resolve) => {
      const end = () => {
        this.acting.delete(this);
        resolve();
      };
      over.addEventListener('abort', end, { once: true });
    });
  }
}

type Step =
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'slow'; readonly of: number; readonly there: number; readonly back: number }
  | { readonly kind: 'deaf' | 'well' | 'give back' | 'die'; readonly of: number };

const of = fc.nat({ max: 3 });
/** Mostly quick; sometimes longer than a lease lives. */
const delay = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 * times.deadAfterMs }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.nat({ max: 200 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('slow' as const), of, there: delay, back: delay }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('deaf' as const, 'well' as const), of }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('give back' as const, 'die' as const), of }) },
);

const slow = (who: number, there: number, back: number): Step => ({ kind: 'slow', of: who, there, back });
const pass = (ms: number): Step => ({ kind: 'pass', ms });
/** What went wrong once. */
const found: [number, Step[]][] = [
  // Taken, and heard of after another could take it.
  [2, [slow(0, 0, 200), pass(250)]],
  // Taken twice by one that heard of it the second time only.
  [2, [slow(0, 0, 127), pass(2)]],
  // Given back and taken again, while one that saw the first beats could not look.
  [
    2,
    [
      { kind: 'die', of: 0 },
      pass(72),
      { kind: 'deaf', of: 0 },
      pass(57),
      { kind: 'give back', of: 1 },
      pass(29),
    ],
  ],
];

test('at most one process holds a lease, however late calls and answers are, and a dead one is succeeded', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 4 }),
      fc.array(step, { minLength: 5, maxLength: 40 }),
      async (count, steps) => {
        const [time, state] = [new Time(), new State()];
        const [acting, overlaps] = [new Set<Contender>(), [] as number[]];
        const start = () => new Contender(time, state, acting, overlaps);
        const all = Array.from({ length: count }, start);
        for (const one of steps) {
          if (one.kind === 'pass') {
            await time.pass(one.ms);
            continue;
          }
          const at = one.of % count;
          const who = all[at]!;
          if (one.kind === 'slow') Object.assign(who.way, { there: one.there, back: one.back });
          else if (one.kind === 'deaf') who.way.deaf = true;
          else if (one.kind === 'well') Object.assign(who.way, { there: 1, back: 1, deaf: false });
          else if (one.kind === 'give back') who.giveBack();
          else {
            who.die();
            all[at] = start();
          }
        }
        expect(overlaps).toEqual([]);
        // Calls that are still on their way arrive, and then all is well.
        for (const { way } of all) Object.assign(way, { there: 1, back: 1, deaf: false });
        await time.pass(4 * times.deadAfterMs);
        expect(acting.size).toBe(1);
        const holder = all.find(({ holds }) => holds)!;
        holder.die();
        await time.pass(times.deadAfterMs + 3 * times.lookMs);
        expect(all.filter((one) => one !== holder && one.holds)).toHaveLength(1);
        expect(overlaps).toEqual([]);
        for (const one of all) one.die();
        await time.pass(times.deadAfterMs);
      },
    ),
    { numRuns: 200, interruptAfterTimeLimit: 30_000, examples: found },
  ));

test('with the times of the product the successor of a dead process works 20 s later, though its calls take long', async () => {
  const [time, state] = [new Time(), new State()];
  const acting = new Set<Contender>();
  const start = () => new Contender(time, state, acting, [], LEASE_TIMES);
  const first = start();
  await time.pass(1_000);
  const next = start();
  Object.assign(next.way, { there: 1_000, back: 1_000 });
  await time.pass(30_000);
  expect([first.holds, next.holds]).toEqual([true, false]);
  first.die();
  await time.pass(20_000);
  expect(next.holds).toBe(true);
  next.die();
  await time.pass(20_000);
});
