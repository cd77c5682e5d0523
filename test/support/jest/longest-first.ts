// The order of the suites: those first that take long whatever their size says. Jest goes by size where it has not seen
// a suite run, as after a clone; then one that takes a minute and a half began when the other workers had ended.
import TestSequencer from '@jest/test-sequencer';
import type { Test } from '@jest/test-result';

/** Half a minute to two minutes each: Jest prints beside a suite how long it took. */
const LONGEST = [
  'contract/large-stretch',
  'conformance/conformance',
  'e2e/operations/threads',
  'e2e/recovery/disasters',
  'e2e/transfers/round-trips',
  'split/split',
  'fuzz/fuzz',
  'e2e/crm/custom-object-story',
  'split/ids',
];
const rank = ({ path }: Test): number => {
  const at = LONGEST.findIndex((one) => path.endsWith(`${one}.spec.js`));
  return at < 0 ? LONGEST.length : at;
};

class LongestFirst extends TestSequencer {
  override async sort(tests: Test[]): Promise<Test[]> {
    const bySize = await super.sort(tests);
    return bySize.sort((a, b) => rank(a) - rank(b));
  }
}

export = LongestFirst;
