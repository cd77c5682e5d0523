// The whole application for e2e specs, on a free port and in a data folder of its own, with its first admin logged in.
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { treeTimes } from '../../../src/audit/integrity/tree-keeper';
import { parseConfig } from '../../../src/config';
import { openEventStore } from '../../../src/engine';
import { START } from '../../../src/eventsourcing/event-store';
import { logFile, openLogFile } from '../../../src/eventsourcing/stores/embedded/log-file';
import type { HttpLimits } from '../../../src/http/front/limits';
import { createLogger } from '../../../src/http/logger';
import { type Server, startServer } from '../../../src/server';
import { noteOther, requireAsDescribed } from '../answers/answer-check';
import { FaultsSeen } from '../faults-seen';
import { eventsAfter } from '../log';
import { dropDatabase, ownDatabase } from './own-database';
import { Secrets } from './secrets';
import { UnspentCodes } from './unspent-codes';

/** The admin's address in this suite only: a log that suites share has the admins of other suites, too. */
export const adminEmail = `admin-${randomUUID().slice(0, 8)}@example.com`;
export const adminPassword = 'correct horse battery';
/**
 * A folder: where it is set, each app goes on with the embedded log of the app before, as apps on EventStoreDB do. It
 * shows without a server that specs use names of their own and assume no empty log. Needs a single jest worker.
 */
const { GROWING_LOG } = process.env;

/** For `startApp`, where what a spec says holds only on a log that nobody else writes to. */
export const ownLog = { OWN_LOG: 'on' };

/** Checkpoints come by themselves: suites count events that they have caused. A suite about checkpoints has them come soon. */
Object.assign(treeTimes, { signing: { most: Infinity, mostBehind: Infinity, afterMs: Infinity } });

/** Apps that a failed test left running are closed: on a shared log they would carry out the jobs of later suites. */
const running = new Set<App>();
globalThis.afterAll?.(async () => {
  for (const app of running) await app.close();
});

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where the answer is JSON, text otherwise. */
  readonly body: T;
}

/** Fields that specs read of a JSON answer whose shape they did not name. */
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

/** A body: strings, bytes and forms are sent as they are, anything else as JSON. */
export type Body = object | string;

export class App {
  private server!: Server;
  /** The head of a shared log before this app was started. */
  private startedAt = START;
  readonly admin = { id: '', token: '' };
  /** Lines that the server has logged so far, over all restarts. */
  readonly log: string[] = [];
  /** Codes of the admin's second factor, where it is set up. */
  codes: UnspentCodes | undefined;
  /** What was sent and answered so far that nobody else may read. */
  readonly secrets: Secrets;

  private constructor(
    readonly dataDir: string,
    readonly settings: Readonly<Record<string, string | undefined>>,
    private readonly limits: Partial<HttpLimits>,
  ) {
    this.secrets = new Secrets(settings);
  }

  /**
   * Starts an app. `overrides` are settings as in the environment; `BOOTSTRAP_ADMIN_EMAIL: ''` starts it without an
   * admin.
   */
  static async start(
    overrides: Readonly<Record<string, string | undefined>> = {},
    limits: Partial<HttpLimits> = {},
  ): Promise<App> {
    const dataDir = overrides.DATA_DIR ?? mkdtempSync(join(tmpdir(), 'strata-app-'));
    const settings = {
      PORT: '0',
      DATA_DIR: dataDir,
      BOOTSTRAP_ADMIN_EMAIL: adminEmail,
      BOOTSTRAP_ADMIN_PASSWORD: adminPassword,
      EVENTSTORE_URL: process.env.EVENTSTORE_URL && `${process.env.EVENTSTORE_URL}${logName(overrides)}`,
      MONGODB_URL: process.env.MONGODB_URL && ownDatabase(process.env.MONGODB_URL),
      BACKUP_QUOTA: 'off',
      DRILLS: 'off',
      ...overrides,
    };
    if (GROWING_LOG && !overrides.OWN_LOG && existsSync(logFile(GROWING_LOG)))
      copyFileSync(logFile(GROWING_LOG), logFile(dataDir));
    const app = new App(dataDir, settings, limits);
    if (settings.EVENTSTORE_URL || existsSync(logFile(dataDir))) app.startedAt = await headOf(settings);
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

  /** Sends a request as `api` does, for an answer that may have no end: whoever reads it ends it. */
  async send(
    method: string,
    path: string,
    body?: Body,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Response> {
    const raw = typeof body === 'string' || body instanceof FormData || body instanceof Uint8Array;
    const sent = raw ? (body as NonNullable<RequestInit['body']>) : body && JSON.stringify(body);
    const given = withoutEmpty({
      authorization: `Bearer ${this.admin.token}`,
      ...(body !== undefined && !raw && { 'content-type': 'application/json' }),
      ...headers,
    });
    this.secrets.sent(path, given, sent);
    const response = await fetch(this.url + path, {
      ...{ method, headers: given },
      ...(sent !== undefined && { body: sent }),
      ...(signal && { signal }),
    });
    noteOther({ method, url: path, sent: body }, response);
    return response;
  }

  /** Sends a request as the admin, unless `headers` names another authorization ('' for none). */
  async api<T = AnyJson>(
    method: string,
    path: string,
    body?: Body,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await this.send(method, path, body, headers);
    const text = await response.text();
    this.secrets.answered(path, response.status, text);
    const { status, headers: answered } = response;
    const json = answered.get('content-type')?.includes('application/json');
    const told = (json ? JSON.parse(text) : text) as T;
    const request = { method, url: path, sent: body };
    if (json) requireAsDescribed(request, status, told);
    else noteOther(request, response, text);
    return { status, headers: answered, body: told };
  }

  /** Like `api`, but answers the body, and fails where the status is not below 300. */
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
      ...(this.codes && { totp: this.totp() }),
    });
    Object.assign(this.admin, { id: answer.user.id, token: answer.accessToken });
  }

  /** Enrols and activates the admin's second factor. */
  async setUpTwoFactor(): Promise<void> {
    const { secret } = await this.ok<{ secret: string }>('POST', '/auth/v1/2fa/enroll');
    this.codes = new UnspentCodes(secret);
    await this.ok('POST', '/auth/v1/2fa/activate', { totp: this.totp() });
  }

  /** An unspent code of the admin's second factor; a test that needs a fourth at once fails. */
  totp(): string {
    const code = this.codes?.next();
    if (code === undefined) throw new Error('No unspent code left in this half minute');
    return code;
  }

  /** As `totp()`; where all codes are spent it waits for the next half minute. */
  async awaitedTotp(): Promise<string> {
    if (!this.codes) throw new Error('The admin has no second factor');
    return this.codes.awaited();
  }

  /** The events since this app was first started, oldest first; on a shared log also those of other apps. */
  async events() {
    return eventsAfter(this.engine.eventStore, this.startedAt);
  }

  /**
   * Stops the server and starts it again. `meanwhile` is run in between with the app's settings, as in the environment.
   */
  async restart(meanwhile?: (settings: App['settings']) => Promise<void>): Promise<void> {
    await this.server.close();
    await meanwhile?.(this.settings);
    await this.boot();
  }

  /** Closes it. Rejects where a secret that was used stands where no secret may be. */
  async close(): Promise<void> {
    if (!running.delete(this)) return;
    const leaks = await this.leaks().finally(() => this.server.close());
    if (this.settings.MONGODB_URL) await dropDatabase(this.settings.MONGODB_URL);
    const { EVENTSTORE_URL, OWN_LOG } = this.settings;
    if (GROWING_LOG && !EVENTSTORE_URL && !OWN_LOG) keepLog(this.dataDir, GROWING_LOG);
    rmSync(this.dataDir, { recursive: true, force: true });
    if (leaks.length > 0) throw new Error(`Secrets were found: ${leaks.join('; ')}`);
  }

  /** Where a secret that was used stands and none may. */
  async leaks(): Promise<string[]> {
    const { METRICS_TOKEN: token } = this.settings;
    const metrics = await this.send(
      'GET',
      '/metrics',
      undefined,
      token ? { authorization: `Bearer ${token}` } : {},
    );
    const { secrets, engine, dataDir } = this;
    return [
      ...(await secrets.leaksOfMails(join(dataDir, 'outbox'))),
      ...secrets.leaksIn('the metrics', await metrics.text()),
      ...(await secrets.leaksOfEvents(engine.eventStore, this.startedAt)),
      ...secrets.leaksIn('the log', this.log.join('')),
      ...secrets.leaksOfErrors(),
    ];
  }

  private async boot(): Promise<void> {
    const config = parseConfig(this.settings);
    const logger = createLogger(
      { LOG_LEVEL: 'debug' },
      { write: (line: string) => void this.log.push(line) },
    );
    this.server = await startServer(config, logger, undefined, this.limits);
    running.add(this);
    // Applying what other apps left in a shared log may take longer than a query would wait.
    if (config.EVENTSTORE_URL || GROWING_LOG) await this.caughtUp();
  }

  private async caughtUp(): Promise<void> {
    const { eventStore, projector, readModels } = this.engine;
    const head = await eventStore.head();
    for (const projection of projector.projections)
      await readModels.waitFor(projection, head, AbortSignal.timeout(50_000));
  }
}

export const startApp = (...how: Parameters<typeof App.start>): Promise<App> => App.start(...how);

const logName = ({ OWN_LOG }: Readonly<Record<string, string | undefined>>): string =>
  OWN_LOG ? `#${randomUUID().slice(0, 8)}` : '';

async function headOf(settings: App['settings']): Promise<bigint> {
  const log = await openEventStore(parseConfig(settings), new FaultsSeen());
  try {
    return await log.head();
  } finally {
    await log.close();
  }
}

function keepLog(from: string, to: string): void {
  const log = openLogFile(from);
  // Moves all of the log into its main file, so that copying this file is enough.
  log.pragma('wal_checkpoint(TRUNCATE)');
  log.close();
  copyFileSync(logFile(from), logFile(to));
}

const withoutEmpty = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
