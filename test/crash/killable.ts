// A real server process on a data folder of its own, killed with SIGKILL and started again at will.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Api } from '../demo/api';

export const ADMIN = { email: 'crash@strata.example', password: 'crash test dummies 42' };
const MAIN = resolve(__dirname, '../../src/main.js');
const READY_WITHIN_MS = 30_000;

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

  private constructor(
    readonly dataDir: string,
    private readonly port: number,
    readonly api: Api,
  ) {}

  /** Started and signed in. */
  static async start(): Promise<KillableServer> {
    const port = await freePort();
    const dataDir = await mkdtemp(join(tmpdir(), 'strata-crash-'));
    const server = new KillableServer(dataDir, port, new Api(`http://127.0.0.1:${port}`));
    await server.run();
    server.api.token = (await server.api.post<{ accessToken: string }>('/auth/v1/login', ADMIN)).accessToken;
    return server;
  }

  async run(): Promise<void> {
    this.process = spawn(process.execPath, ['--enable-source-maps', MAIN], {
      env: {
        PATH: process.env.PATH,
        PORT: String(this.port),
        DATA_DIR: this.dataDir,
        LOG_LEVEL: 'error',
        BACKUP_QUOTA: 'off',
        BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
        BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (chunk) => (this.output += String(chunk)));
    this.process.stderr?.on('data', (chunk) => (this.output += String(chunk)));
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await this.ready())) {
      if (Date.now() > deadline || this.process.exitCode !== null)
        throw new Error(`The server did not start: ${this.output}`);
      await pause(25);
    }
  }

  async kill(): Promise<void> {
    this.kills++;
    await this.end('SIGKILL');
  }

  async killAndRestart(): Promise<void> {
    await this.kill();
    await this.run();
  }

  /** Ends it in good order; the data folder stays. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  async remove(): Promise<void> {
    if (this.process?.exitCode === null && this.process.signalCode === null) await this.end('SIGKILL');
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.process) return;
    const exited = once(this.process, 'exit');
    this.process.kill(signal);
    await exited;
  }

  private async ready(): Promise<boolean> {
    return fetch(`${this.api.url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
  }
}

/** A small generator with a seed: a failing run can be repeated. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
