// Slows guessing down and locks nobody out: attempts are counted before they are judged, so that many at once count,
// too, and after a few the next attempt has to wait, longer each time, up to a quarter of an hour. All processes share
// the counts, which outlive them.
import { Injectable } from '@nestjs/common';
import { DocumentStore } from '../../read/document-store';
import { type Row, SharedTable } from '../../read/shared-table';
import { Refusal, type RateLimit } from '../../refusals';
import { Vault } from '../../vault/vault';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** Milliseconds in which one attempt is forgotten: whoever keeps trying has about a hundred guesses a day. */
const FORGET_MS = LONGEST_WAIT_MS;

/** Room for more attempts than can come while attempts are remembered, however many addresses they come from. */
const BOUNDS = { slots: 256, rows: 1_024 };

/** What attempts are counted against. */
export interface Budget {
  readonly key: string;
  /** Attempts that need not wait. */
  readonly free: number;
  /**
   * True: a right attempt clears the budget. False: others share the budget, and only the right attempt is taken back.
   */
  readonly own: boolean;
}

export interface Count extends Row {
  /** Attempts that were not forgotten when the last one came. */
  readonly n: number;
  /** When the last attempt came, milliseconds since the epoch. */
  readonly at: number;
}

/** Attempts that are remembered now: a whole number only where nothing has been forgotten since the last attempt. */
const level = (count: Count | undefined, now: number): number =>
  count ? Math.max(0, count.n - Math.max(0, now - count.at) / FORGET_MS) : 0;

/** Attempts not wholly forgotten: what sums of fractions leave of one that is does not count. */
const wholly = (attempts: number): number => Math.ceil(attempts - 1e-9);

/** Milliseconds until the next attempt may be made. */
function waitOf(count: Count | undefined, free: number, now: number): number {
  const over = wholly(level(count, now)) - free;
  if (!count || over < 0) return 0;
  return Math.max(0, count.at + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** over) - now);
}

/** The count with one more attempt. */
function oneMore(count: Count | undefined, now: number): Count {
  const n = level(count, now) + 1;
  return { n, at: now, until: now + n * FORGET_MS };
}

interface Charge {
  readonly budget: Budget;
  readonly before: Count | undefined;
  readonly after: Count;
}

const leftOf = ({ budget: { free }, after }: Charge, now: number): RateLimit => ({
  limit: free,
  remaining: Math.max(0, free - wholly(after.n)),
  reset: (after.until - now) / 1000,
});

export interface Attempt {
  /** What is left of the first budget, which is the caller's own: of one that others share it would tell of them. */
  readonly left: RateLimit;
  /** The attempt was right. */
  right(): Promise<void>;
  /** The attempt was no guess at all: it counts as not made. */
  undo(): Promise<void>;
  /** The attempt could not be judged: undoes it and rejects with the error. */
  undoFor(error: unknown): Promise<never>;
}

/** Who tries to log in, and from where. */
export interface LoginCaller {
  /** Digest of the e-mail. */
  readonly who: string;
  /** Address block. */
  readonly place: string;
  /** A device that has logged in as that user before, by its token. */
  readonly device?: string | undefined;
  /** That user has logged in from this place before. */
  readonly isPlaceKnown: boolean;
}

/**
 * The budgets that an attempt to log in counts against, and so whose attempts delay whom. A stranger counts against the
 * pair of user and address, the address and the user; whoever has logged in from that address before, or holds a
 * device's token, counts apart from all strangers and is not held up by them. One address can never count as many
 * attempts on a user as are free: it takes several addresses to delay strangers.
 */
export function budgetsOf({ who, place, device, isPlaceKnown }: LoginCaller): readonly Budget[] {
  if (device !== undefined) return [{ key: `device ${who} ${device}`, free: 5, own: true }];
  const pair = { key: pairKey(who, place), free: 5, own: true };
  if (isPlaceKnown) return [pair];
  return [
    pair,
    { key: `address ${place}`, free: 60, own: false },
    { key: userKey(who), free: 30, own: false },
  ];
}

const userKey = (who: string): string => `user ${who}`;
const pairKey = (who: string, place: string): string => `pair ${who} ${place}`;

/** The budgets of asking for a link to set a password: strangers do not use up those of who has been there before. */
function resetBudgetsOf({ who, place, isPlaceKnown }: LoginCaller): readonly Budget[] {
  const pair = { key: `reset pair ${who} ${place}`, free: 3, own: true };
  if (isPlaceKnown) return [pair];
  return [
    pair,
    { key: `reset address ${place}`, free: 20, own: false },
    { key: `reset user ${who}`, free: 10, own: false },
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

  /** Counts an attempt to log in. Rejects with `too-many-attempts`. */
  login(caller: LoginCaller): Promise<Attempt> {
    return this.take(budgetsOf(caller));
  }

  /**
   * Counts an attempt to sign in as an employee of the vendor, by the address block. Rejects with `too-many-attempts`.
   */
  employee(place: string): Promise<Attempt> {
    return this.take([{ key: `employee ${place}`, free: 60, own: false }]);
  }

  /** Counts an attempt with a code or a password inside a session. Rejects with `too-many-attempts`. */
  session(sessionId: string): Promise<Attempt> {
    return this.take([{ key: `session ${sessionId}`, free: 5, own: true }]);
  }

  /** Counts a request for a link to set a password. Rejects with `too-many-attempts`. */
  async passwordReset(caller: LoginCaller): Promise<RateLimit> {
    return (await this.take(resetBudgetsOf(caller))).left;
  }

  /**
   * Forgets the attempts of strangers to log in as a user, and all of one place where that is named; `who` is the digest
   * of the e-mail.
   */
  async unlock(who: string, place?: string): Promise<void> {
    for (const key of [userKey(who), ...(place === undefined ? [] : [pairKey(who, place)])])
      await this.forget(key, Date.now());
  }

  /** Counts an attempt against all budgets, or against none and rejects with `too-many-attempts`. */
  async take(budgets: readonly Budget[], now = Date.now()): Promise<Attempt> {
    const charges: Charge[] = [];
    for (const budget of budgets) {
      const charged = await this.charge(budget, now);
      if (typeof charged === 'number') {
        for (const charge of charges) await this.takeBack(charge, now);
        const retryAfter = charged / 1000;
        const rateLimit = { limit: budgets[0]!.free, remaining: 0, reset: retryAfter };
        throw new Refusal('too-many-attempts', { retryAfter, rateLimit });
      }
      charges.push(charged);
    }
    const undo = async () => {
      for (const charge of charges) await this.takeBack(charge, now);
    };
    return {
      left: leftOf(charges[0]!, now),
      right: async () => {
        for (const charge of charges)
          if (charge.budget.own) await this.forget(charge.budget.key, now);
          else await this.takeBack(charge, now);
      },
      undo,
      undoFor: async (error) => {
        await undo();
        throw error;
      },
    };
  }

  /** Charges a budget. Milliseconds to wait where that may not be charged now. */
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

  private async forget(key: string, now: number): Promise<void> {
    await this.counts.change(this.keyOf({ key }), () => ({ row: undefined, answer: undefined }), now);
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

  /** A keyed digest: neither an address nor who has an account can be read from the table. */
  private keyOf({ key }: Pick<Budget, 'key'>): string {
    return this.vault.hmac('throttle', key);
  }
}

function oneLess({ n, at }: Count): Count | undefined {
  return n > 1 ? { n: n - 1, at, until: at + (n - 1) * FORGET_MS } : undefined;
}
