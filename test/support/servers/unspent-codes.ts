// The codes of a second factor that a suite has not spent yet: each of them is good once.
import { authenticator } from 'otplib';
import { pause } from '../../../src/supervision/pause';

const STEP_MS = 30_000;
const LOOK_MS = 500;

export class UnspentCodes {
  private lastStep = 0;

  constructor(readonly secret: string) {}

  /** Three codes exist at any time, of the half minute before, this one and the next; undefined where all are spent. */
  next(): string | undefined {
    const now = Math.floor(Date.now() / STEP_MS);
    const step = Math.max(now - 1, this.lastStep + 1);
    if (step > now + 1) return undefined;
    this.lastStep = step;
    return authenticator.clone({ epoch: step * STEP_MS }).generate(this.secret);
  }

  /** Waits for the next half minute where all codes are spent. */
  async awaited(): Promise<string> {
    for (;;) {
      const code = this.next();
      if (code !== undefined) return code;
      await pause(LOOK_MS);
    }
  }
}
