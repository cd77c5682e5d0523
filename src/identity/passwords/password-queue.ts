// Makes the hashing of passwords wait in line: a hash takes tens of milliseconds of a thread that files and archives
// need as well, so a flood of logins must cost no more than its share. Known callers go before strangers.
import { Refusal } from '../../refusals';

/** Hashes made at once: on half of the threads that Node has for such work. */
const AT_ONCE = 2;
const WAITING = 64;
/** Strangers of one place that wait at most. */
const WAITING_OF_PLACE = 8;

export interface FromWhere {
  /** Address block. */
  readonly place: string;
  /** The caller has logged in before, from this place or with this device. */
  readonly isKnown: boolean;
}

interface Waiting {
  readonly place: string;
  readonly go: () => void;
}

export class PasswordQueue {
  private running = 0;
  private readonly known: Waiting[] = [];
  private readonly strangers: Waiting[] = [];

  /** Runs `work` in its turn. Rejects with `too-many-attempts`, without running it, where too many wait. */
  async run<T>({ place, isKnown }: FromWhere, work: () => Promise<T>): Promise<T> {
    if (this.running < AT_ONCE) this.running++;
    else await this.wait(isKnown ? this.known : this.strangers, place, isKnown ? WAITING : WAITING_OF_PLACE);
    try {
      return await work();
    } finally {
      const next = this.known.shift() ?? this.strangers.shift();
      // The next in line takes over the turn: `running` stays as it is.
      if (next) next.go();
      else this.running--;
    }
  }

  private wait(line: Waiting[], place: string, mostOfPlace: number): Promise<void> {
    if (line.length >= WAITING || line.filter((one) => one.place === place).length >= mostOfPlace)
      throw new Refusal('too-many-attempts', { retryAfter: 1 });
    return new Promise((go) => line.push({ place, go }));
  }
}
