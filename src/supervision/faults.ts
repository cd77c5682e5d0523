// Keeps account of faults in the loops and threads of a process, part by part: they are counted, logged now and again,
// and shown in health and metrics. Nothing quotes an error's message: a message may hold a customer's values.
import { partRow, type Part } from './parts';

/** What may be told of an error nobody expected: its kind and where it was thrown. */
export interface Trace {
  readonly error: string;
  readonly code?: string;
  readonly at: readonly string[];
}

export interface Fault {
  readonly part: Part;
  /** `failed`: the part failed once, and tries again; `failing`: again and again; `ended`: the part cannot go on. */
  readonly state: 'failed' | 'failing' | 'ended';
  /** Class of the last error. */
  readonly error: string;
  /** Failures since the part last worked. */
  readonly count: number;
  /** Times of the first and the last of these failures, ISO 8601. */
  readonly since: string;
  readonly last: string;
}

/** Where faults are logged; a pino logger is one. */
export interface FaultLog {
  info(detail: object, message: string): void;
  error(detail: object, message: string): void;
}

/** Where parts tell how they go; in a thread, what hands that on to the process. */
export abstract class FaultReports {
  /** The part failed. `detail` is logged and must hold no value of a customer. */
  abstract report(part: Part, error: unknown, detail?: object): void;
  /** The part works. Cheap where it did not fail before. */
  abstract clear(part: Part): void;
}

/** Milliseconds until the same error of the same part is worth another line in the log. */
const REMIND_MS = 60_000;

/** The failures of a part since it last worked. */
interface Spell {
  readonly since: number;
  readonly count: number;
  readonly last: number;
  readonly error: string;
  readonly ended: boolean;
  readonly logged: boolean;
}

export class Faults extends FaultReports {
  /** Failures of each part since the process began. */
  readonly totals = new Map<Part, number>();
  private readonly spells = new Map<Part, Spell>();
  /** When a part's error of a kind was last logged. */
  private readonly logged = new Map<string, number>();
  private readonly listeners = new Set<(part: Part, error: unknown) => void>();

  constructor(
    private readonly log: FaultLog,
    private readonly now: () => number = Date.now,
  ) {
    super();
  }

  report(part: Part, error: unknown, detail: object = {}): void {
    const ended = partRow(part).effect === 'ends';
    const before = this.spells.get(part);
    if (before?.ended) return;
    const now = this.now();
    const trace = traceOf(error);
    const kind = `${part} ${trace.error}`;
    const isNew = ended || now - (this.logged.get(kind) ?? -Infinity) >= REMIND_MS;
    const spell: Spell = {
      since: before?.since ?? now,
      count: (before?.count ?? 0) + 1,
      ...{ last: now, error: trace.error, ended },
      logged: isNew || (before?.logged ?? false),
    };
    this.spells.set(part, spell);
    this.totals.set(part, (this.totals.get(part) ?? 0) + 1);
    if (isNew) {
      this.logged.set(kind, now);
      const what = `${partRow(part).is} ${ended ? 'cannot go on: the process ends' : 'failed'}`;
      this.log.error({ part, count: spell.count, ...detail, ...trace }, what);
    }
    if (ended) for (const listener of this.listeners) listener(part, error);
  }

  clear(part: Part): void {
    const spell = this.spells.get(part);
    if (!spell || spell.ended) return;
    this.spells.delete(part);
    const { count, logged } = spell;
    if (logged) this.log.info({ part, count }, `${partRow(part).is} works again`);
  }

  /** Calls the listener with a part that cannot go on: whoever runs the process then ends the process. */
  onEnd(listener: (part: Part, error: unknown) => void): void {
    this.listeners.add(listener);
  }

  /** The faults of all parts that do not work at the moment. */
  list(): Fault[] {
    return [...this.spells].map(([part, { count, error, ended, since, last }]) => ({
      part,
      state: ended ? 'ended' : count > 1 ? 'failing' : 'failed',
      ...{ error, count },
      since: new Date(since).toISOString(),
      last: new Date(last).toISOString(),
    }));
  }

  /** False while something fails without which reads and writes cannot be served. */
  get serving(): boolean {
    return !this.list().some(
      ({ part, state }) => state === 'ended' || (state === 'failing' && partRow(part).effect === 'unready'),
    );
  }
}

/** An error of another thread, of which only the trace came over: it is told as it was there. */
export class Reported extends Error {
  constructor(readonly trace: Trace) {
    super();
  }
}

export function traceOf(error: unknown): Trace {
  if (error instanceof Reported) return error.trace;
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const { code } = error as { code?: unknown };
  const { stack = '', message } = error;
  // After the message: a line of the message may look like one of the stack.
  const at = stack.slice(Math.max(0, stack.indexOf(message)) + message.length).split('\n');
  return {
    error: error.name === 'Error' ? error.constructor.name : error.name,
    ...((typeof code === 'string' || typeof code === 'number') && { code: String(code) }),
    at: at
      .filter((line) => line.startsWith('    at '))
      .slice(0, 12)
      .map((line) => line.slice(7)),
  };
}
