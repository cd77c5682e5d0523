// Slows guessing down and locks nobody out: attempts are counted before they are judged, so that many at once count too,
// and beyond some few the next one has to wait, longer each time, up to a quarter of an hour. The counts are shared by
// all processes and outlive them.
import { Injectable } from '@nestjs/common';
import { DocumentStore } from '../../read/document-store';
import { type Row, SharedTable } from '../../read/shared-table';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** So often one attempt is forgotten: who keeps trying has about a hundred guesses a day. */
const FORGET_MS = LONGEST_WAIT_MS;

/** More than attempts can come within the time they are remembered for, however many addresses they come from. */
const BOUNDS = { slots: 256, rows: 1_024 };

/** What attempts are counted against. */
export interface Budget {
  readonly key: string;
  /** Attempts before the first has to wait. */
  readonly free: number;
  /** Whoever is right starts anew. Otherwise others count in it, too, and only the right attempt itself is taken back. */
  readonly own: boolean;
}

export interface Count extends Row {
  /** Attempts that were not forgotten when the last one came. */
  readonly n: number;
  /** When that was, milliseconds since the epoch. */
  readonly at: number;
}

/** Attempts that are remembered: a whole number only where nothing has been forgotten since the last one. */
const level = (count: Count | undefined, now: number): number =>
  count ? Math.max(0, count.n - Math.max(0, now - count.at) / FORGET_MS) : 0;

/** Milliseconds until the next attempt may be made. */
export function waitOf(count: Count | undefined, free: number, now: number): number {
  const over = Math.ceil(level(count, now)) - free;
  if (!count || over < 0) return 0;
  return Math.max(0, count.at + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** over) - now);
}

export function oneMore(count: Count | undefined, now: number): Count {
  const n = level(count, now) + 1;
  return { n, at: now, until: now + n * FORGET_MS };
}

interface Charge {
  readonly budget: Budget;
  readonly before: Count | undefined;
  readonly after: Count;
}

export interface Attempt {
  /** It was right. */
  right(): Promise<void>;
  /** It was no guess at all: as if it had not been made. */
  undo(): Promise<void>;
  /** It could not be judged: undone, and rejects with what was thrown. */
  undoFor(error: unknown): Promise<never>;
}

/** Who may log in with which attempts: see `budgetsOf`. */
export interface LoginCaller {
  /** Digest of the e-mail. */
  readonly who: string;
  /** Address block. */
  readonly place: string;
  /** Known to have logged in as that user before, by its token or by its address. */
  readonly device?: string | undefined;
  readonly isPlaceKnown: boolean;
}

/**
 * Whose attempts delay whom. A stranger counts against the pair of user and address, the address and the user; who has
 * logged in from that address before, or holds a device's token, counts apart from all strangers and is not held up by
 * them. Free attempts on a user are more than one address can ever have counted: it takes several to delay strangers.
 */
export function budgetsOf({ who, place, device, isPlaceKnown }: LoginCaller): readonly Budget[] {
  if (device !== undefined) return [{ key: `device ${who} ${device}`, free: 5, own: true }];
  const pair = { key: `pair ${who} ${place}`, free: 5, own: true };
  if (isPlaceKnown) return [pair];
  return [
    pair,
    { key: `address ${place}`, free: 60, own: false },
    { key: `user ${who}`, free: 30, own: false },
  ];
}

@Injectable()
export class Throttle {
  private readonly counts: SharedTable<Count>;

  constructor(
    documents: DocumentStore,
    private readonly vault: Vault,
  ) {
    this.counts = new SharedTable(documents, 'throttle', BOUNDS);
  }

  /** Rejects with `too-many-attempts`. */
  login(caller: LoginCaller): Promise<Attempt> {
    return this.take(budgetsOf(caller));
  }

  /** Codes and passwords that a session asks for. Rejects with `too-many-attempts`. */
  session(sessionId: string): Promise<Attempt> {
    return this.take([{ key: `session ${sessionId}`, free: 5, own: true }]);
  }

  /** Counts an attempt against all budgets, or against none and rejects with `too-many-attempts`. */
  async take(budgets: readonly Budget[], now = Date.now()): Promise<Attempt> {
    const charges: Charge[] = [];
    for (const budget of budgets) {
      const charged = await this.charge(budget, now);
      if (typeof charged === 'number') {
        for (const charge of charges) await this.takeBack(charge, now);
        throw new Refusal('too-many-attempts', { retryAfter: charged / 1000 });
      }
      charges.push(charged);
    }
    const undo = async () => {
      for (const charge of charges) await this.takeBack(charge, now);
    };
    return {
      right: async () => {
        for (const charge of charges)
          if (charge.budget.own) await this.forget(charge.budget, now);
          else await this.takeBack(charge, now);
      },
      undo,
      undoFor: async (error) => {
        await undo();
        throw error;
      },
    };
  }

  /** Milliseconds to wait where it may not be charged now. */
  private charge(budget: Budget, now: number): Promise<Charge | number> {
    return this.counts.change<Charge | number>(
      this.keyOf(budget),
      (before) => {
        const wait = waitOf(before, budget.free, now);
        if (wait > 0) return { row: before, answer: wait };
        const after = oneMore(before, now);
        return { row: after, answer: { budget, before, after } };
      },
      now,
    );
  }

  private async forget(budget: Budget, now: number): Promise<void> {
    await this.counts.change(this.keyOf(budget), () => ({ row: undefined, answer: undefined }), now);
  }

  private async takeBack({ budget, before, after }: Charge, now: number): Promise<void> {
    await this.counts.change(
      this.keyOf(budget),
      (count) => {
        const untouched = count?.n === after.n && count.at === after.at;
        return { row: untouched ? before : count && oneLess(count), answer: undefined };
      },
      now,
    );
  }

  /** Keyed: neither an address nor who has an account can be read from the table. */
  private keyOf({ key }: Budget): string {
    return this.vault.hmac('throttle', key);
  }
}

function oneLess({ n, at }: Count): Count | undefined {
  return n > 1 ? { n: n - 1, at, until: at + (n - 1) * FORGET_MS } : undefined;
}
