// The server of the crash suite, with what its stories share: kills it in a pass of a job, and sends it requests.
import { pause } from '../../src/supervision/pause';
import { UnspentCodes } from '../support/servers/unspent-codes';
import { WebhookReceiver } from '../support/webhooks/webhook-receiver';
import type { Page } from '../demo/api';
import { tells, withLog } from './log-watch';
import { ADMIN, KillableServer, random } from './killable';
import { Tally, type Ledger } from './tally';

export interface Story {
  readonly kind: string;
  /** The passes of the story's job; each is killed as often as any other. */
  readonly passes: readonly string[];
  /** Goes on until all passes have been killed often enough; answers what came of the jobs. */
  tell(crashing: Crashing): Promise<Ledger>;
}

export interface Asked {
  readonly id: string;
}
type Properties = Readonly<Record<string, string>>;

/** Milliseconds that what must come is waited for. */
const PATIENCE_MS = 60_000;

class Refused extends Error {}

export class Crashing {
  readonly pick: (below: number) => number;
  /** Milliseconds that the server last took from its start to readiness. */
  startMs = 1_000;
  private names = 0;
  private codes: Promise<UnspentCodes> | undefined;

  private constructor(
    readonly server: KillableServer,
    /** Where checkpoints of the log are sent. */
    readonly checkpoints: WebhookReceiver,
    readonly tally: Tally,
    /** Kills of each pass. */
    readonly quota: number,
    seed: number,
  ) {
    this.pick = random(seed);
  }

  /** Kills so often altogether, and in each pass at least once. */
  static async start(stories: readonly Story[], wanted: number, seed: number): Promise<Crashing> {
    const passes = stories.flatMap(({ kind, passes: all }) => all.map((pass) => [kind, pass] as const));
    const kills = Math.max(wanted, passes.length);
    const rows = passes.map(([kind, pass], n): [string, string, number] => {
      const more = n < kills % passes.length ? 1 : 0;
      return [kind, pass, Math.floor(kills / passes.length) + more];
    });
    const checkpoints = await WebhookReceiver.start();
    const server = await KillableServer.start({ WEBHOOKS_PRIVATE: 'on', CHECKPOINTS_TO: checkpoints.url });
    return new Crashing(server, checkpoints, new Tally(rows), Math.ceil(kills / passes.length), seed);
  }

  async stop(): Promise<void> {
    await this.server.remove();
    await this.checkpoints.stop();
  }

  get api() {
    return this.server.api;
  }

  /** A name that nothing else has. */
  name(of: string): string {
    return `${of}-${this.names++}`;
  }

  /** Kills the server after a random time below `within` milliseconds, and starts it again. */
  async strike(
    kind: string,
    pass: string,
    within: number,
    /** Asked at the last moment: whether what is to be hit is still under way. */
    isStill: () => Promise<boolean> = async () => true,
  ): Promise<void> {
    await pause(this.pick(within));
    if (await isStill()) await this.hit(kind, pass);
  }

  /** Kills the server now, and starts it again. `meanwhile` is done while there is none. */
  async hit(kind: string, pass: string, meanwhile: () => void = () => undefined): Promise<void> {
    this.tally.hit(kind, pass);
    await this.server.kill();
    meanwhile();
    const began = Date.now();
    await this.server.run();
    this.startMs = Date.now() - began;
  }

  /** Kills the server as soon as the log has an event of one of some types after a position. */
  strikeAt(kind: string, pass: string, types: readonly string[], after: bigint): Promise<void> {
    return withLog(this.server.dataDir, async (log) => {
      await tells(log, types, after);
      await this.hit(kind, pass);
    });
  }

  /** Kills the server while a receiver has a request in hand, which it neither takes nor answers. */
  async strikeInHand(kind: string, pass: string, receiver: WebhookReceiver): Promise<void> {
    receiver.answer = () => 'hang';
    await receiver.until(({ hanging }) => hanging > 0, PATIENCE_MS);
    await this.hit(kind, pass, () => {
      receiver.answer = () => 200;
    });
  }

  /** Resolves once something holds. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await holds())) {
      // What is missing by then is told by whoever compares.
      if (Date.now() > deadline) return;
      await pause(50);
    }
  }

  /**
   * Begins jobs one after another and kills each in its passes, until all passes have been killed often enough; answers
   * all jobs, which have ended by then. `passOf` tells the pass a job is in: '' before and between passes, undefined
   * once the job has ended. `inTheMiddle`: only a kill counts before which the job was found in the pass.
   */
  async jobs<J>(
    kind: string,
    begin: () => Promise<J>,
    passOf: (job: J) => Promise<string | undefined>,
    within = 60,
    { inTheMiddle = false } = {},
  ): Promise<J[]> {
    const begun: J[] = [];
    while (this.tally.isOpen(kind)) {
      const job = await begin();
      begun.push(job);
      for (;;) {
        const pass = await passOf(job);
        if (pass === undefined) break;
        const isStill = async () => !inTheMiddle || (await passOf(job)) === pass;
        if (this.tally.left(kind, pass) > 0) await this.strike(kind, pass, within, isStill);
        else await pause(10);
      }
    }
    return begun;
  }

  /**
   * Sends a write again and again under the same idempotency key, until it is acknowledged. `asNew`: without a key, so
   * that each time is the first for the server.
   */
  async acknowledged<T>(
    method: string,
    path: string,
    body?: object,
    { token = this.api.token, asNew = false } = {},
  ): Promise<T> {
    const key = this.name('key');
    for (;;) {
      try {
        const response = await fetch(this.api.url + path, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            ...(!asNew && { 'idempotency-key': key }),
          },
          ...(body && { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (response.status < 500) {
          if (!response.ok) throw new Refused(`${method} ${path}: ${response.status} ${text}`);
          return (text ? JSON.parse(text) : undefined) as T;
        }
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      await pause(20);
    }
  }

  /** Sends inputs in batches of a hundred; answers the ids of the records written. */
  async batch(type: string, what: string, inputs: readonly object[]): Promise<string[]> {
    const ids: string[] = [];
    for (let start = 0; start < inputs.length; start += 100) {
      const body = { inputs: inputs.slice(start, start + 100) };
      const page = await this.api.post<Page<Asked> | undefined>(
        `/crm/v3/objects/${type}/batch/${what}`,
        body,
      );
      ids.push(...(page?.results ?? []).map(({ id }) => id));
    }
    return ids;
  }

  create(type: string, all: readonly Properties[]): Promise<string[]> {
    return this.batch(
      type,
      'create',
      all.map((properties) => ({ properties })),
    );
  }

  async pages<T>(path: string): Promise<T[]> {
    const found: T[] = [];
    for (let after: string | undefined = ''; after !== undefined;) {
      const glue = path.includes('?') ? '&' : '?';
      const page: Page<T> = await this.api.get(`${path}${glue}limit=100${after ? `&after=${after}` : ''}`);
      found.push(...page.results);
      after = page.paging?.next?.after;
    }
    return found;
  }

  /** The values of a property that begin with `prefix`, by record id, of all live records of a type. */
  async values(type: string, property: string, prefix: string): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for await (const page of this.api.records(type, [property]))
      for (const record of page)
        if (record[property]?.startsWith(prefix)) found.set(record['hs_object_id']!, record[property]);
    return found;
  }

  /** `FROM>TO` for each association, as often as it is there. */
  async associated(from: string, to: string, ids: readonly string[]): Promise<string[]> {
    const pairs: string[] = [];
    for (let start = 0; start < ids.length; start += 500) {
      const inputs = ids.slice(start, start + 500).map((id) => ({ id }));
      type Read = { results: { from: Asked; to: { toObjectId: string | number }[] }[] };
      const path = `/crm/v4/associations/${from}/${to}/batch/read`;
      const { results } = await this.api.post<Read>(path, { inputs });
      for (const one of results)
        pairs.push(...one.to.map(({ toObjectId }) => `${one.from.id}>${toObjectId}`));
    }
    return pairs;
  }

  /** The codes of the second factor, which is enrolled when it is first asked for. */
  secondFactor(): Promise<UnspentCodes> {
    return (this.codes ??= this.enrol());
  }

  private async enrol(): Promise<UnspentCodes> {
    await this.stepUp();
    const { secret } = await this.api.post<{ secret: string }>('/auth/v1/2fa/enroll');
    const codes = new UnspentCodes(secret);
    await this.api.post('/auth/v1/2fa/activate', { totp: await codes.awaited() });
    return codes;
  }

  /** Proves the session's password again, for requests that need a fresh proof. */
  async stepUp(): Promise<void> {
    await this.api.post('/auth/v1/step-up', { password: ADMIN.password });
  }

  /** The job when it has ended. */
  async ended<T extends { readonly status: string }>(path: string): Promise<T> {
    for (;;) {
      const job = await this.api.get<T>(path);
      if (!['QUEUED', 'RUNNING', 'PLANNING'].includes(job.status)) return job;
      await pause(20);
    }
  }
}
