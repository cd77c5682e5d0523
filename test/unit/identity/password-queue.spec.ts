// How passwords wait to be hashed: few at a time, a bounded line, known callers first.
import { PasswordQueue, type FromWhere } from '../../../src/identity/passwords/password-queue';
import { Refusal } from '../../../src/refusals';

const stranger = (place: string): FromWhere => ({ place, isKnown: false });
const known: FromWhere = { place: 'home', isKnown: true };

/** Work that ends when it is told to, and remembers what ran when. */
class Work {
  readonly order: string[] = [];
  atOnce = 0;
  most = 0;
  private readonly ends: (() => void)[] = [];

  of = (name: string) => async (): Promise<string> => {
    this.order.push(name);
    this.most = Math.max(this.most, ++this.atOnce);
    await new Promise<void>((resolve) => this.ends.push(resolve));
    this.atOnce--;
    return name;
  };

  async finish(): Promise<void> {
    for (let idle = 0; idle < 10; idle++) {
      if (this.ends.length > 0) idle = 0;
      this.ends.shift()?.();
      await new Promise(setImmediate);
    }
  }
}

const outcome = (running: Promise<string>): Promise<string> =>
  running.catch((error: unknown) => (error instanceof Refusal ? error.code : String(error)));

test('a flood from one place has two at work and eight in line; the rest is refused', async () => {
  const [queue, work] = [new PasswordQueue(), new Work()];
  const all = Array.from({ length: 1000 }, (_, i) => outcome(queue.run(stranger('bad'), work.of(`${i}`))));
  await work.finish();
  const outcomes = await Promise.all(all);
  expect(outcomes.filter((one) => one === 'too-many-attempts')).toHaveLength(990);
  expect([work.order.length, work.most]).toEqual([10, 2]);
});

test('a flood from everywhere has a bounded line, which a known caller passes by', async () => {
  const [queue, work] = [new PasswordQueue(), new Work()];
  const all = Array.from({ length: 1000 }, (_, i) => outcome(queue.run(stranger(`${i}`), work.of(`${i}`))));
  const mine = outcome(queue.run(known, work.of('mine')));
  await work.finish();
  expect(await mine).toBe('mine');
  expect((await Promise.all(all)).filter((one) => one === 'too-many-attempts')).toHaveLength(934);
  expect(work.order[2]).toBe('mine');
});

test('work that fails makes room for the next', async () => {
  const queue = new PasswordQueue();
  const fails = () => Promise.reject(new Error('no'));
  const all = Array.from({ length: 6 }, () => outcome(queue.run(known, fails)));
  expect(new Set(await Promise.all(all))).toEqual(new Set(['Error: no']));
  expect(await queue.run(known, async () => 'works')).toBe('works');
});
