// The whole application for e2e specs: on a free port, in a data folder of its own, its first admin logged in.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authenticator } from 'otplib';
import { parseConfig } from '../../src/config';
import { createLogger } from '../../src/http/logger';
import { type Server, startServer } from '../../src/server';

export const adminEmail = 'admin@example.com';
export const adminPassword = 'correct horse battery';
const STEP_MS = 30_000;

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, text otherwise. */
  readonly body: T;
}

/** What specs read of a JSON answer whose shape they did not name. */
export interface AnyJson {
  readonly id: string;
  readonly message: string;
  readonly category: string;
  readonly subCategory?: string;
  readonly correlationId: string;
  readonly errors?: readonly { readonly message: string; readonly in?: string }[];
  readonly results: readonly (AnyJson & Readonly<Record<string, unknown>>)[];
  readonly paging?: { readonly next: { readonly after: string } };
}

/** Strings, bytes and forms are sent as they are, anything else as JSON. */
export type Body = object | string;

export class App {
  private server!: Server;
  private lastStep = 0;
  readonly admin = { id: '', token: '' };
  /** Lines of the log so far, over restarts. */
  readonly log: string[] = [];
  totpSecret = '';

  private constructor(
    readonly dataDir: string,
    private readonly settings: Readonly<Record<string, string | undefined>>,
  ) {}

  /** `overrides`: settings as in the environment; `BOOTSTRAP_ADMIN_EMAIL: ''` starts without an admin. */
  static async start(overrides: Readonly<Record<string, string | undefined>> = {}): Promise<App> {
    const dataDir = mkdtempSync(join(tmpdir(), 'strata-app-'));
    const app = new App(dataDir, {
      PORT: '0',
      DATA_DIR: dataDir,
      BOOTSTRAP_ADMIN_EMAIL: adminEmail,
      BOOTSTRAP_ADMIN_PASSWORD: adminPassword,
      EVENTSTORE_URL: process.env.EVENTSTORE_URL,
      MONGODB_URL: ownDatabase(process.env.MONGODB_URL),
      BACKUP_QUOTA: 'off',
      ...overrides,
    });
    await app.boot();
    if (app.settings.BOOTSTRAP_ADMIN_EMAIL) await app.logIn();
    return app;
  }

  get url(): string {
    return this.server.url;
  }

  get engine(): Server['engine'] {
    return this.server.engine;
  }

  /** A request as the admin, unless `headers` names another authorization ('' for none). */
  async api<T = AnyJson>(
    method: string,
    path: string,
    body?: Body,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const raw = typeof body === 'string' || body instanceof FormData || body instanceof Uint8Array;
    const response = await fetch(this.url + path, {
      method,
      headers: withoutEmpty({
        authorization: `Bearer ${this.admin.token}`,
        ...(body !== undefined && !raw && { 'content-type': 'application/json' }),
        ...headers,
      }),
      ...(body !== undefined && {
        body: raw ? (body as NonNullable<RequestInit['body']>) : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('application/json');
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : text) as T,
    };
  }

  /** As `api`, and fails unless it was carried out. */
  async ok<T = AnyJson>(
    method: string,
    path: string,
    body?: Body,
    headers?: Record<string, string>,
  ): Promise<T> {
    const answer = await this.api<T>(method, path, body, headers);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async logIn(): Promise<void> {
    const answer = await this.ok<{ accessToken: string; user: { id: string } }>('POST', '/auth/v1/login', {
      email: adminEmail,
      password: adminPassword,
      ...(this.totpSecret && { totp: this.totp() }),
    });
    Object.assign(this.admin, { id: answer.user.id, token: answer.accessToken });
  }

  /** Enrols and activates the admin's second factor. */
  async setUpTwoFactor(): Promise<void> {
    const { secret } = await this.ok<{ secret: string }>('POST', '/auth/v1/2fa/enroll');
    this.totpSecret = secret;
    await this.ok('POST', '/auth/v1/2fa/activate', { totp: this.totp() });
  }

  /**
   * A code of the admin's second factor that is not spent. Three can be had at once (the windows before, now and
   * after); for a fourth within the same half minute the test would have to wait.
   */
  totp(): string {
    const now = Math.floor(Date.now() / STEP_MS);
    const step = Math.max(now - 1, this.lastStep + 1);
    if (step > now + 1) throw new Error('No unspent code left in this half minute');
    this.lastStep = step;
    return authenticator.clone({ epoch: step * STEP_MS }).generate(this.totpSecret);
  }

  /** The events of the log, oldest first; where the log is shared, those of other apps too. */
  async events() {
    return this.engine.eventStore.readAll(-1n, 1_000_000);
  }

  async restart(): Promise<void> {
    await this.server.close();
    await this.boot();
  }

  async close(): Promise<void> {
    await this.server.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async boot(): Promise<void> {
    const config = parseConfig(this.settings);
    const logger = createLogger(
      { LOG_LEVEL: 'debug' },
      { write: (line: string) => void this.log.push(line) },
    );
    this.server = await startServer(config, logger);
    // What other apps left in a shared log may take its time; a query would not wait that long.
    if (config.EVENTSTORE_URL) await this.caughtUp();
  }

  private async caughtUp(): Promise<void> {
    const { eventStore, projector, readModels } = this.engine;
    const head = await eventStore.head();
    for (const projection of projector.projections)
      await readModels.waitFor(projection, head, AbortSignal.timeout(50_000));
  }
}

export const startApp = (overrides?: Readonly<Record<string, string | undefined>>): Promise<App> =>
  App.start(overrides);

function ownDatabase(url: string | undefined): string | undefined {
  if (!url) return undefined;
  const own = new URL(url);
  own.pathname = `/strata_${randomUUID().slice(0, 8)}`;
  return own.href;
}

const withoutEmpty = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
