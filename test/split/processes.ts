// A split deployment of several processes over one EventStoreDB and one MongoDB; members are killed with SIGKILL and
// held up with SIGSTOP.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '../../src/config';
import { pause } from '../../src/supervision/pause';
import { KillableServer } from '../crash/killable';
import { leftIn, type Left } from '../crash/rebuilt';
import { dropDatabase, ownDatabase } from '../support/servers/own-database';
import { ADMIN, type Deployment, type Member } from './deployment';

class Process implements Member {
  life = 0;
  url: string | undefined;

  constructor(
    readonly name: string,
    readonly role: Role,
    readonly server: KillableServer,
  ) {}

  async start(): Promise<void> {
    await this.server.run();
    this.url = this.server.api.url;
  }

  async replace(): Promise<void> {
    this.life++;
    this.url = undefined;
    await this.server.kill();
    await this.start();
  }

  async stall(ms: number): Promise<void> {
    this.server.signal('SIGSTOP');
    await pause(ms);
    this.server.signal('SIGCONT');
  }
}

export class Processes implements Deployment {
  readonly members: Process[] = [];
  readonly deadAfterMs = 12_000;

  private constructor(private readonly settings: Readonly<Record<string, string>>) {}

  static async start(
    roles: readonly Role[],
    eventStoreUrl: string,
    mongoUrl: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Processes> {
    const settings = {
      DATA_DIR: mkdtempSync(join(tmpdir(), 'strata-split-')),
      // A log of its own: all of it is compared with what was acknowledged.
      EVENTSTORE_URL: `${eventStoreUrl}#${randomUUID().slice(0, 8)}`,
      MONGODB_URL: ownDatabase(mongoUrl),
      BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
      BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
      ...more,
    };
    const deployment = new Processes(settings);
    const added = await Promise.allSettled(roles.map((role) => deployment.add(role)));
    const failed = added.find((one) => one.status === 'rejected');
    if (!failed) return deployment;
    await deployment.remove();
    throw failed.reason;
  }

  async add(role: Role): Promise<void> {
    const { settings } = this;
    const server = await KillableServer.over(settings.DATA_DIR!, { ...settings, ROLE: role });
    const name = `${role}-${this.members.filter((member) => member.role === role).length + 1}`;
    const member = new Process(name, role, server);
    this.members.push(member);
    await member.start();
  }

  get troubles(): string[] {
    return this.members.flatMap(({ name, server }) =>
      server.log.map((line) => `${name}: ${JSON.stringify(line)}\n`),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map(({ server }) => server.stop()));
  }

  left(): Promise<Left> {
    return leftIn(this.settings);
  }

  async remove(): Promise<void> {
    for (const { server } of this.members) await server.remove();
    await dropDatabase(this.settings.MONGODB_URL!);
    rmSync(this.settings.DATA_DIR!, { recursive: true, force: true });
  }
}
