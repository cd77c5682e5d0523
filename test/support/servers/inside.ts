// The whole application without HTTP: specs and benches send commands and queries from inside, as one super admin with
// a second factor.
import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { authenticator } from 'otplib';
import { projections } from '../../../projections';
import { AppModule } from '../../../src/app.module';
import type { CommandContext } from '../../../src/caller';
import { FreshIds } from '../../../src/command-ids';
import { parseConfig } from '../../../src/config';
import { Engine } from '../../../src/engine';
import { IdentityModule } from '../../../src/identity/identity.module';

const USER = 'user-inside';
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const STEP_MS = 30_000;
/** Without an admin, a setup link would be printed. */
const ADMIN = {
  BOOTSTRAP_ADMIN_EMAIL: 'inside@example.com',
  BOOTSTRAP_ADMIN_PASSWORD: 'correct horse battery',
};

class InsideModule {}

export class Inside {
  private constructor(
    readonly app: INestApplicationContext,
    readonly engine: Engine,
    readonly commands: CommandBus,
    readonly queries: QueryBus,
  ) {}

  /** `settings` are as in the environment. */
  static async open(dataDir: string, settings: Readonly<Record<string, string>> = {}): Promise<Inside> {
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const engine = await Engine.open(
      parseConfig({ DATA_DIR: dataDir, ...ADMIN, ...settings }),
      projections,
      silent,
    );
    const root = { module: InsideModule, imports: [AppModule.of(engine), IdentityModule] };
    const app = await NestFactory.createApplicationContext(root, { logger: false });
    return new Inside(app, engine, app.get(CommandBus), app.get(QueryBus));
  }

  /** The context of a new request: a command id and ids of its own. */
  asked(): CommandContext {
    const caller = {
      actor: { type: 'user' as const, id: USER, userId: USER },
      userId: USER,
      superAdmin: true,
      scopes: 'all' as const,
      sessionId: 'session-inside',
      client: {},
    };
    const command = {
      id: randomUUID(),
      mayRepeat: false,
      at: new Date().toISOString(),
      ids: new FreshIds(this.engine.ids),
    };
    return { caller, command, correlationId: randomUUID() };
  }

  /** A code of the second factor that is valid now, whatever codes were spent before. */
  async code(): Promise<string> {
    const enrolled = { secret: SECRET, active: true, lastStep: Math.floor(Date.now() / STEP_MS) - 2 };
    await this.engine.vault.put('totp', USER, enrolled);
    return authenticator.generate(SECRET);
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

/** Runs `work` for every item, `most` at a time. */
export async function inFlight<T>(items: Iterable<T>, most: number, work: (item: T) => Promise<unknown>) {
  const iterator = items[Symbol.iterator]();
  const lane = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: most }, lane));
}
