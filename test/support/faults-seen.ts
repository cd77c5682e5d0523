// Keeps the faults that parts of the application report, for a test to look at.
import { FaultReports } from '../../src/supervision/faults';
import type { Part } from '../../src/supervision/parts';

export class FaultsSeen extends FaultReports {
  /** All faults, in the order in which they were reported. */
  readonly reported: { readonly part: Part; readonly error: unknown }[] = [];
  /** Parts that have not worked since they failed. */
  readonly failing = new Set<Part>();

  report(part: Part, error: unknown): void {
    this.reported.push({ part, error });
    this.failing.add(part);
  }

  clear(part: Part): void {
    this.failing.delete(part);
  }

  /** Resolves when a part has failed `times` times. */
  async seen(part: Part, times = 1): Promise<void> {
    while (this.reported.filter((fault) => fault.part === part).length < times)
      await new Promise((resolve) => setImmediate(resolve));
  }
}
