// A real server process on a data folder of its own: tests kill it, or one of its threads, and start it again.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pause } from '../../src/supervision/pause';
import { Api } from '../demo/api';
import type { EndThread } from '../support/servers/threads-to-end';

export const ADMIN = { email: 'crash@strata.example', password: 'dummies of a crash test' };
const MAIN = resolve(__dirname, '../../src/main.js');
const THREADS_TO_END = require.resolve('../support/servers/threads-to-end');
const READY_WITHIN_MS = 180_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

export class KillableServer {
  kills = 0;
  private process: ChildProcess | undefined;
  private output = '';
  private mayEnd = false;

  private constructor(
    readonly dataDir: string,
    private readonly port: number,
    readonly api: Api,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** A server that is started and signed in. `settings` are as in the environment. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<KillableServer> {
    const server = await KillableServer.over(await mkdtemp(join(tmpdir(), 'strata-crash-')), settings);
    await server.run();
    server.api.token = (await server.api.post<{ accessToken: string }>('/auth/v1/login', ADMIN)).accessToken;
    return server;
  }

  /** A server on a data folder that other servers may use, too; neither started nor signed in. */
  static async over(dataDir: string, settings: Readonly<Record<string, string>>): Promise<KillableServer> {
    const port = await freePort();
    return new KillableServer(dataDir, port, new Api(`http://127.0.0.1:${port}`), settings);
  }

  /** Starts the server; resolves when it is ready. */
  async run(): Promise<void> {
    this.spawn();
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await this.ready())) {
      if (Date.now() > deadline || this.hasEnded) throw new Error(`The server did not start: ${this.output}`);
      await pause(25);
    }
  }

  spawn(): void {
    this.mayEnd = false;
    this.process = spawn(process.execPath, ['--enable-source-maps', '--require', THREADS_TO_END, MAIN], {
      env: {
        PATH: process.env.PATH,
        PORT: String(this.port),
        DATA_DIR: this.dataDir,
        LOG_LEVEL: 'error',
        BACKUP_QUOTA: 'off',
        DRILLS: 'off',
        BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
        BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
        ...this.settings,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.process.stdout?.on('data', (chunk) => (this.output += String(chunk)));
    this.process.stderr?.on('data', (chunk) => (this.output += String(chunk)));
    this.process.once('exit', (code, signal) => {
      if (!this.mayEnd)
        console.error(`The server ended (${signal ?? code}), which no test asked for: ${this.lastLines}`);
    });
  }

  async kill(): Promise<void> {
    this.kills++;
    await this.end('SIGKILL');
  }

  async killAndRestart(): Promise<void> {
    await this.kill();
    await this.run();
  }

  signal(signal: NodeJS.Signals): void {
    this.mayEnd = true;
    this.process?.kill(signal);
  }

  /** Ends a thread by its name in `threads-to-end.ts`. */
  killThread(thread: string, { next = false } = {}): void {
    this.process?.send({ thread, next } satisfies EndThread);
  }

  /** Resolves with the exit code when the process has ended. */
  async ended(): Promise<number | null> {
    this.mayEnd = true;
    if (this.process && !this.hasEnded) await once(this.process, 'exit');
    return this.process?.exitCode ?? null;
  }

  /** Lines of the server's log since it was first started. */
  get log(): Readonly<Record<string, unknown>>[] {
    const lines = this.output.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Ends the server in good order; the data folder stays. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  async remove(): Promise<void> {
    if (this.process && !this.hasEnded) await this.end('SIGKILL');
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private get lastLines(): string {
    return this.output.slice(-2_000);
  }

  private get hasEnded(): boolean {
    const { exitCode = null, signalCode = null } = this.process ?? {};
    return exitCode !== null || signalCode !== null;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.process) return;
    if (this.hasEnded) throw new Error(`The server has ended by itself: ${this.lastLines}`);
    const exited = once(this.process, 'exit');
    this.signal(signal);
    await exited;
  }

  private async ready(): Promise<boolean> {
    return fetch(`${this.api.url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
  }
}

/** A small random number generator with a seed, so that a failing run can be repeated. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
