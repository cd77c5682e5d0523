// Runs asynchronous work for many inputs, a bounded number at a time.

import { breathe } from '../eventsourcing/breath';

const AT_ONCE = 32;

/**
 * Runs `work` for every input, at most `atOnce` at a time; answers the results in the order of the inputs. Rejects with
 * the first failure once the work under way has ended, and begins no more.
 */
export async function mapConcurrently<T, R>(
  inputs: readonly T[],
  work: (input: T, index: number) => Promise<R>,
  atOnce = AT_ONCE,
) {
  const results = new Array<R>(inputs.length);
  let next = 0;
  let failed = false;
  const runner = async (): Promise<void> => {
    while (!failed && next < inputs.length) {
      const index = next++;
      try {
        await breathe();
        results[index] = await work(inputs[index]!, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const runners = Array.from({ length: Math.min(atOnce, inputs.length) }, runner);
  const ended = await Promise.allSettled(runners);
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return results;
}
