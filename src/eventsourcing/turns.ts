// Makes the changes of one process to one stream take turns: one after the other, in the order in which they came.
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
 * Turns are a courtesy, not a lock: the revision that each append expects is what keeps a stream right. So no change
 * waits for ever: two changes that each wait for the stream of the other go ahead after PATIENCE.
 */
export class Turns {
  /** The changes that wait, by the stream that is being changed; a stream that nobody changes has no entry. */
  private readonly queues = new Map<string, Waiting[]>();

  constructor(private readonly patienceMs = PATIENCE) {}

  /**
   * True at once where nobody is changing the stream. Otherwise resolves with true when the change has its turn, with
   * false when it goes ahead without. Throws the Refusal `stream-contended` where too many changes wait.
   */
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
