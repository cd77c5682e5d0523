// A PostgreSQL of a bench's own, in a folder that goes with it: a peer where the machine has one.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pause } from '../../../src/supervision/pause';

const run = promisify(execFile);
const PROGRAMS = '/usr/lib/postgresql';
const MB = 1024 * 1024;
/** PostgreSQL refuses to run as root. */
const OWNER = 'postgres';

type As = { readonly uid?: number; readonly gid?: number };

async function owner(): Promise<As> {
  if (userInfo().uid !== 0) return {};
  const idOf = async (flag: string) => Number((await run('id', [flag, OWNER])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

export class Postgres {
  private constructor(
    readonly version: string,
    private readonly programs: string,
    private readonly folder: string,
    private readonly as: As,
    private readonly server: ChildProcess,
  ) {}

  /** Undefined where the machine has no PostgreSQL. Commits are durable, as by default. */
  static async start(): Promise<Postgres | undefined> {
    const versions = await readdir(PROGRAMS).catch(() => [] as string[]);
    const version = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
    if (version === undefined) return undefined;
    const programs = join(PROGRAMS, version, 'bin');
    const as = await owner();
    const folder = await mkdtemp(join(tmpdir(), 'bench-postgres-'));
    if (as.uid !== undefined) await chown(folder, as.uid, as.gid!);
    const data = join(folder, 'data');
    await run(join(programs, 'initdb'), ['-D', data, '-A', 'trust', '-E', 'UTF8', '-U', OWNER], as);
    const settings = ['shared_buffers=256MB', 'listen_addresses=', `unix_socket_directories=${folder}`];
    const flags = settings.flatMap((setting) => ['-c', setting]);
    const server = spawn(join(programs, 'postgres'), ['-D', data, ...flags], { ...as, stdio: 'ignore' });
    const postgres = new Postgres(version, programs, folder, as, server);
    for (;;) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`);
      const isUp = await postgres.sql('SELECT 1').then(
        () => true,
        () => false,
      );
      if (isUp) return postgres;
      await pause(100);
    }
  }

  /** What psql prints, without headings. */
  async sql(text: string): Promise<string> {
    const args = ['-h', this.folder, '-U', OWNER, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', text, OWNER];
    const { stdout } = await run(join(this.programs, 'psql'), args, { ...this.as, maxBuffer: MB });
    return stdout.trim();
  }

  async stop(): Promise<void> {
    if (this.server.exitCode === null) {
      const ended = once(this.server, 'exit');
      this.server.kill('SIGINT');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
