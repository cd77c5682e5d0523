// Slows guessing down: attempts are counted before they are judged, so that many at once count too. Counts live in
// memory: a restart forgets them, each process has its own.
import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../refusals';

const WINDOW_S = 15 * 60;
const BY_USER_AND_IP = 5;
const BY_IP = 100;
const BY_USER_CODES = 10;

export interface Attempt {
  /** It was right, or no guess at all: it does not count. */
  forgive(): Promise<void>;
}

/** Too many attempts; `first` when this one is the first that was refused in its window. */
export class Locked extends Refusal {
  constructor(
    retryAfter: number,
    readonly first: boolean,
  ) {
    super('too-many-attempts', { retryAfter });
  }
}

@Injectable()
export class Throttle {
  private readonly userAndIp = limiter(BY_USER_AND_IP);
  private readonly ip = limiter(BY_IP);
  private readonly codes = limiter(BY_USER_CODES);

  /** Rejects with Locked. `who` is a digest of the e-mail. */
  async login(who: string, ip: string): Promise<Attempt> {
    const pair = `${who} ${ip}`;
    await take(this.ip, ip, BY_IP);
    await take(this.userAndIp, pair, BY_USER_AND_IP);
    return {
      forgive: async () => {
        await this.ip.reward(ip, 1);
        await this.userAndIp.delete(pair);
      },
    };
  }

  /** Second factors: six digits are soon guessed by who holds a session already. Rejects with Locked. */
  async code(userId: string): Promise<Attempt> {
    await take(this.codes, userId, BY_USER_CODES);
    return { forgive: async () => void (await this.codes.delete(userId)) };
  }
}

const limiter = (points: number) => new RateLimiterMemory({ points, duration: WINDOW_S });

async function take(from: RateLimiterMemory, key: string, points: number): Promise<void> {
  try {
    await from.consume(key);
  } catch (rejected) {
    if (!(rejected instanceof RateLimiterRes)) throw rejected;
    throw new Locked(rejected.msBeforeNext / 1000, rejected.consumedPoints === points + 1);
  }
}
