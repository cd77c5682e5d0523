// Bench of a thousand wrong logins in a minute, and of what others notice of them: reads by a token, and right logins
// of somebody who has been here before. Each is compared with the same while nobody guesses.
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Served } from '../support/servers/served';
import type { Figure } from './run';
import { quantile } from './cases/quantile';

const MINUTE_MS = 60_000;
const WRONG = 1_000;
const QUIET_MS = 30_000;
/** Milliseconds between two reads, and between two right logins. */
const READ_MS = 20;
const LOGIN_MS = 500;
const LIMIT = 2;
const home = '192.0.2.1';
const admin = { email: 'admin@example.com', password: 'correct horse battery' };

interface Guess {
  readonly from: string;
  readonly email: string;
}
const network = (n: number) => `2001:db8:${(n >> 16).toString(16)}:${(n & 0xffff).toString(16)}::1`;
/** Who guesses at whom. The last is the dearest: no count is ever used up, so that each guess is judged. */
const floods: Readonly<Record<string, (n: number) => Guess>> = {
  'from one address at one user': () => ({ from: '198.51.100.1', email: admin.email }),
  'from many addresses at one user': (n) => ({ from: network(n), email: admin.email }),
  'from many addresses at many users': (n) => ({
    ...{ from: network(WRONG + n), email: `user-${n}@example.com` },
  }),
};

interface Noticed {
  readonly reads: number[];
  readonly logins: number[];
  /** Right logins and reads that were not answered as they are to be. */
  refused: number;
}

class Company {
  private constructor(
    private readonly served: Served,
    private readonly token: string,
  ) {}

  static async of(served: Served): Promise<Company> {
    const login = await new Company(served, '').logIn(admin, home);
    const { accessToken } = (await login.json()) as { accessToken: string };
    return new Company(served, accessToken);
  }

  logIn(given: object, from: string): Promise<Response> {
    return fetch(`${this.served.url}/auth/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify(given),
    });
  }

  /** What those notice who have a session, and who log in rightly, until the signal says stop. */
  async notice(over: AbortSignal): Promise<Noticed> {
    const noticed: Noticed = { reads: [], logins: [], refused: 0 };
    const headers = { authorization: `Bearer ${this.token}`, 'x-forwarded-for': home };
    const read = () => fetch(`${this.served.url}/auth/v1/api-keys`, { headers });
    const repeat = async (every: number, into: number[], ask: () => Promise<Response>) => {
      while (!over.aborted) {
        const began = performance.now();
        const answer = await ask();
        await answer.text();
        if (answer.status !== 200) noticed.refused++;
        into.push(performance.now() - began);
        await pause(every);
      }
    };
    await Promise.all([
      repeat(READ_MS, noticed.reads, read),
      repeat(LOGIN_MS, noticed.logins, () => this.logIn(admin, home)),
    ]);
    return noticed;
  }

  /** Guesses evenly over a minute; resolves with how many of the answers had which status. */
  async flood(n: number, guess: (n: number) => Guess): Promise<Record<string, number>> {
    const statuses: Record<string, number> = {};
    const began = performance.now();
    const asked: Promise<void>[] = [];
    for (let i = 0; i < n; i++) {
      await pause(Math.max(0, began + (i * MINUTE_MS) / n - performance.now()));
      const { from, email } = guess(i);
      const one = this.logIn({ email, password: 'not the password' }, from).then(async (answer) => {
        await answer.text();
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      });
      asked.push(one);
    }
    await Promise.all(asked);
    return statuses;
  }
}

export async function run({ n = WRONG }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const served = await Served.start({ TRUST_PROXY: 'on' });
  try {
    const company = await Company.of(served);
    // What is done for the first time is slower.
    await company.notice(AbortSignal.timeout(QUIET_MS / 6));
    const quiet = await company.notice(AbortSignal.timeout(QUIET_MS));
    for (const [what, guess] of Object.entries(floods)) {
      const before = await served.ask('heldMb');
      await served.ask('watch');
      const over = new AbortController();
      const flood = company.flood(n, guess).finally(() => over.abort());
      const [statuses, noticed] = await Promise.all([flood, company.notice(over.signal)]);
      const { busyMs } = await served.ask('delays');
      const heldMb = Math.round(((await served.ask('heldMb')) - before) * 10) / 10;
      for (const kind of ['reads', 'logins'] as const) {
        const [p50Ms, quietMs] = [quantile(noticed[kind], 0.5), quantile(quiet[kind], 0.5)];
        const ratio = Math.round((p50Ms / quietMs) * 100) / 100;
        emit({
          ...{ n, what: `${kind} beside wrong logins ${what}`, p50Ms, p99Ms: quantile(noticed[kind], 0.99) },
          quiet: { p50Ms: quietMs, p99Ms: quantile(quiet[kind], 0.99) },
          ...{ ratio, limit: LIMIT, isOver: ratio > LIMIT, refused: noticed.refused },
          ...{ statuses, busyMs, heldMb },
        });
      }
    }
  } finally {
    await served.end();
  }
}
