// What the parts of a test tell of their failing, kept for it to look at.
import { FaultReports } from '../../src/supervision/faults';
import type { Part } from '../../src/supervision/parts';

export class FaultsSeen extends FaultReports {
  /** All that failed, in order. */
  readonly reported: { readonly part: Part; readonly error: unknown }[] = [];
  /** What has not worked since it failed. */
  readonly failing = new Set<Part>();

  report(part: Part, error: unknown): void {
    this.reported.push({ part, error });
    this.failing.add(part);
  }

  clear(part: Part): void {
    this.failing.delete(part);
  }

  /** Until a part has failed so often. */
  async seen(part: Part, times = 1): Promise<void> {
    while (this.reported.filter((fault) => fault.part === part).length < times)
      await new Promise((resolve) => setImmediate(resolve));
  }
}
