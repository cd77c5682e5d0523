// Turns on streams: the changes of one process to one stream go one after the other, in the order they came.
import { Refusal } from '../refusals';

/** Changes that wait for one stream at most: more are refused with `stream-contended`. */
const WAITING = 1_000;
/** Milliseconds after which a change goes ahead without its turn. */
const PATIENCE = 5_000;

interface Waiting {
  readonly go: (inTurn: boolean) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A courtesy, not a lock: what keeps a stream right is the revision that each append expects. So nobody waits for
 * ever, whatever waits for what: two changes that each wait for the other's stream are over after PATIENCE.
 */
export class Turns {
  /** A stream that is being changed, and who waits for it; there is no entry for any other. */
  private readonly queues = new Map<string, Waiting[]>();

  constructor(private readonly patienceMs = PATIENCE) {}

  /** True at once where nobody is before it; else resolves in its turn, or with false when it went without. */
  enter(stream: string): true | Promise<boolean> {
    const queue = this.queues.get(stream);
    if (!queue) {
      this.queues.set(stream, []);
      return true;
    }
    if (queue.length >= WAITING) throw new Refusal('stream-contended');
    return new Promise((go) => {
      const giveUp = () => {
        queue.splice(queue.indexOf(waiting), 1);
        go(false);
      };
      const waiting = { go, timer: setTimeout(giveUp, this.patienceMs) };
      queue.push(waiting);
    });
  }

  /** Ends a turn: the next in the queue goes. */
  leave(stream: string): void {
    const next = this.queues.get(stream)?.shift();
    if (!next) return void this.queues.delete(stream);
    clearTimeout(next.timer);
    next.go(true);
  }
}
