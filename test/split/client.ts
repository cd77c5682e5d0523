// A client of a deployment whose members are killed: asks a random api, and repeats a write under its idempotency key
// until it is acknowledged.
import { randomUUID } from 'node:crypto';
import { pause } from '../../src/supervision/pause';
import { ADMIN, type Deployment } from './deployment';

/** A form can be read only once, so each repeat makes a new one. */
export type Body = Readonly<Record<string, unknown>> | (() => FormData);

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body?: Body | undefined;
  readonly key?: string;
}

/** Thrown for an answer that a deployment may give to no request of these tests. */
export class Unexpected extends Error {}

const AGAIN_MS = 20;
/** Milliseconds, longer than any member takes to be succeeded: what is not answered by then never will be. */
const PATIENCE_MS = 180_000;

export class Client {
  token = '';
  /** The position of the last acknowledged write: the api that is asked next may not have applied it yet. */
  private written = 0n;

  constructor(
    private readonly deployment: Deployment,
    readonly pick: (below: number) => number,
  ) {}

  async logIn(): Promise<void> {
    const { accessToken } = await this.send<{ accessToken: string }>('POST', '/auth/v1/login', ADMIN);
    this.token = accessToken;
  }

  /** Repeats a write under one idempotency key until it is carried out. */
  send<T>(method: string, path: string, body?: Body): Promise<T> {
    return this.carriedOut<T>({ method, path, body, key: randomUUID() });
  }

  get<T>(path: string): Promise<T> {
    return this.carriedOut<T>({ method: 'GET', path });
  }

  search<T>(path: string, body: Body): Promise<T> {
    return this.carriedOut<T>({ method: 'POST', path, body });
  }

  /** The status of the answer to a GET, whatever it is. */
  statusOf(path: string): Promise<number> {
    return this.answered({ method: 'GET', path }).then(({ status }) => status);
  }

  /** Sends a write once and never again. Undefined where nobody knows whether it was carried out. */
  once<T>(method: string, path: string, body: Body): Promise<Answer<T> | undefined> {
    return this.ask<T>({ method, path, body });
  }

  private async carriedOut<T>(question: Question): Promise<T> {
    const { status, body } = await this.answered<T>(question);
    if (status < 300) return body;
    throw new Unexpected(`${question.method} ${question.path}: ${status} ${JSON.stringify(body)}`);
  }

  /** The first answer that does not ask for a repeat. */
  private async answered<T>(question: Question): Promise<Answer<T>> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.ask<T>(question);
      if (answer && !comesAgain(answer)) return answer;
      if (Date.now() > deadline)
        throw new Unexpected(`${question.method} ${question.path}: last ${JSON.stringify(answer)}`);
      await pause(AGAIN_MS);
    }
  }

  /** The answer of one api; undefined where none is running, or where it died before it answered. */
  private async ask<T>({ method, path, body, key }: Question): Promise<Answer<T> | undefined> {
    const apis = this.deployment.members.filter(({ role, url }) => role === 'api' && url !== undefined);
    const api = apis[this.pick(apis.length)];
    if (!api) return undefined;
    const { life } = api;
    const headers = {
      ...(this.token && { authorization: `Bearer ${this.token}` }),
      ...(key ? { 'idempotency-key': key } : { 'x-strata-after': String(this.written) }),
      ...(typeof body === 'object' && { 'content-type': 'application/json' }),
    };
    const sent = typeof body === 'function' ? body() : JSON.stringify(body);
    let answer: { status: number; text: string };
    try {
      const response = await fetch(api.url + path, { method, headers, ...(sent && { body: sent }) });
      answer = { status: response.status, text: await response.text() };
      const position = BigInt(response.headers.get('x-strata-position') ?? 0);
      if (position > this.written) this.written = position;
    } catch {
      return undefined;
    }
    const { status, text } = answer;
    if (api.life !== life) return undefined;
    if (status === 500) throw new Unexpected(`${method} ${path}: ${text}`);
    return { status, body: (/^[[{]/.test(text) ? JSON.parse(text) : text) as T };
  }
}

/** Whether an answer says that nothing was done, or that nobody knows, and that the request may be repeated. */
const comesAgain = ({ status, body }: Answer<unknown>): boolean =>
  status === 503 || (status === 409 && / again( in a moment)?$/.test((body as { message: string }).message));

/** Resolves when the read models have applied everything that is written now; others may go on writing. */
export async function caughtUp(client: Client): Promise<void> {
  type Ready = { projections: { position: string; lag: string }[] };
  const progress = async () => {
    for (;;) {
      const { projections } = await client.get<Ready>('/health/ready');
      // Empty where the store has not told of all of them in time.
      if (projections.length > 0)
        return projections.map(({ position, lag }) => ({
          position: BigInt(position),
          head: BigInt(position) + BigInt(lag),
        }));
      await pause(AGAIN_MS);
    }
  };
  const head = (await progress())[0]!.head;
  while ((await progress()).some(({ position }) => position < head)) await pause(AGAIN_MS);
}
