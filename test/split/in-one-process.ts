// A split deployment in one process: several applications over one pair of embedded stores, each behind a line of its
// own. With its line cut, an application is as dead to the stores as a killed process.
import { Digests } from '../../src/read/filters/digests';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig, type Config, type Role } from '../../src/config';
import { openStores, type Stores } from '../../src/engine';
import { Faults } from '../../src/supervision/faults';
import { createLogger } from '../../src/http/logger';
import type { JobTimes } from '../../src/jobs/jobs';
import type { LeaseTimes } from '../../src/read/lease';
import { type Server, startServer } from '../../src/server';
import { pause } from '../../src/supervision/pause';
import type { Left } from '../crash/rebuilt';
import { Line, sharedDocuments, sharedLog, sharedVault } from '../support/servers/shared-stores';
import { ADMIN, type Deployment, type Member } from './deployment';

/** Short leases: many successions in little time, some of them on a busy machine while the holder is still alive. */
const LEASES: LeaseTimes = { beatMs: 300, lookMs: 100, deadAfterMs: 1_500 };
/** Members are killed so often that no application lives long enough to conclude that a job ended it. */
const JOBS: Partial<JobTimes> = { calmMs: 3_600_000 };

class Application implements Member {
  life = 0;
  url: string | undefined;
  readonly closing: Promise<unknown>[] = [];
  private server: Server | undefined;
  private line = new Line();
  private held: Promise<unknown> = Promise.resolve();

  constructor(
    readonly name: string,
    readonly role: Role,
    private readonly stores: Stores,
    private readonly config: Config,
    private readonly tell: (line: string) => void,
  ) {}

  async start(): Promise<void> {
    const line = new Line(() => this.held);
    this.line = line;
    const { eventStore, documents, vault } = this.stores;
    const stores = {
      eventStore: sharedLog(eventStore, line),
      documents: sharedDocuments(documents, line),
      vault: sharedVault(vault, line),
    };
    const logger = createLogger(
      { LOG_LEVEL: 'warn' },
      { write: (text: string) => this.tell(`${this.name}: ${text}`) },
    );
    const config = { ...this.config, ROLE: [this.role] };
    const times = { leaseTimes: LEASES, jobTimes: JOBS };
    const server = await startServer(config, logger, new Faults(logger), {}, { stores, ...times });
    this.server = server;
    this.url = server.url;
  }

  async replace(): Promise<void> {
    this.life++;
    this.line.cut();
    this.url = undefined;
    this.close();
    await this.start();
  }

  async stall(ms: number): Promise<void> {
    await (this.held = pause(ms));
  }

  /** Does not wait until the application has closed: a dead process is in nobody's way. */
  close(): void {
    this.closing.push(this.server?.close() ?? Promise.resolve());
    this.server = undefined;
  }
}

export class InOneProcess implements Deployment {
  readonly troubles: string[] = [];
  readonly members: Application[] = [];
  readonly deadAfterMs = LEASES.deadAfterMs;

  private constructor(
    private readonly dataDir: string,
    private readonly stores: Stores,
    private readonly config: Config,
  ) {}

  static async start(
    roles: readonly Role[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<InOneProcess> {
    const dataDir = mkdtempSync(join(tmpdir(), 'strata-split-'));
    const config = parseConfig({
      ...{ PORT: '0', DATA_DIR: dataDir, BACKUP_QUOTA: 'off' },
      ...{ BOOTSTRAP_ADMIN_EMAIL: ADMIN.email, BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password },
      ...settings,
    });
    const logger = createLogger({ LOG_LEVEL: 'silent' });
    const stores = await openStores(config, logger, new Faults(logger));
    const deployment = new InOneProcess(dataDir, stores, config);
    await Promise.all(roles.map((role) => deployment.add(role)));
    return deployment;
  }

  async add(role: Role): Promise<void> {
    const name = `${role}-${this.members.filter((member) => member.role === role).length + 1}`;
    const member = new Application(name, role, this.stores, this.config, (line) => this.troubles.push(line));
    this.members.push(member);
    await member.start();
  }

  async stop(): Promise<void> {
    for (const member of this.members) member.close();
    await Promise.all(this.members.flatMap(({ closing }) => closing));
  }

  /** What all members keep secrets in, past their lines. */
  get vault(): Stores['vault'] {
    return this.stores.vault;
  }

  async left(): Promise<Left> {
    const { eventStore: log, documents, vault } = this.stores;
    const digest = Digests.under((...of) => vault.hmac(...of)).of;
    return { log, documents, digest, close: async () => undefined };
  }

  async remove(): Promise<void> {
    await this.stop();
    const { eventStore, documents, vault } = this.stores;
    await vault.close();
    await documents.close();
    await eventStore.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
