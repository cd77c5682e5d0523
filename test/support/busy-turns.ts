// Measures how long the main thread computes between two turns of its event loop, by the processor time that the kernel
// gave it: on a busy machine, the loop's delay says more about other processes.
import { openSync, readSync } from 'node:fs';

/**
 * The first number of this file is the thread's processor time in nanoseconds. Only Linux has it; elsewhere nothing is
 * measured.
 */
const GIVEN = '/proc/self/schedstat';

export class BusyTurns {
  private readonly text = Buffer.alloc(128);
  private file: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private last = 0;
  private most = 0;

  constructor(private readonly resolutionMs: number) {
    try {
      this.file = openSync(GIVEN, 'r');
    } catch {
      this.file = undefined;
    }
  }

  start(): void {
    clearInterval(this.timer);
    [this.last, this.most] = [this.given(), 0];
    this.timer = setInterval(() => this.look(), this.resolutionMs);
  }

  /** The longest time that the thread computed between two turns, in milliseconds. */
  stop(): number {
    clearInterval(this.timer);
    this.look();
    return this.most / 1e6;
  }

  private look(): void {
    const now = this.given();
    this.most = Math.max(this.most, now - this.last);
    this.last = now;
  }

  private given(): number {
    if (this.file === undefined) return 0;
    const read = readSync(this.file, this.text, 0, this.text.length, 0);
    return Number(this.text.toString('latin1', 0, read).split(' ')[0]);
  }
}
