// Takes the grants of sessions whose time is over out of the vault: they let nobody in any more.
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { sessions } from '../../projections/sessions';
import { Config } from '../config';
import { Hourly } from '../jobs/hourly';
import { DocumentStore } from '../read/document-store';
import { ReadModels } from '../read/read-models';
import { Vault } from '../vault/vault';

const PAGE = 200;
/** Id of the last session whose grant is gone, and those of all before it. */
const SWEPT = 'sessions-swept';

@Injectable()
export class SessionExpiry implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly hourly = new Hourly();
  private readonly logger = new Logger('Identity');

  constructor(
    private readonly vault: Vault,
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.ROLE.includes('worker')) return;
    this.hourly.start(
      (signal) => this.sweep(new Date(), signal),
      (error) => this.logger.error({ err: error }, 'Sweeping sessions whose time is over failed'),
    );
  }

  onModuleDestroy(): void {
    this.hourly.stop();
  }

  /** In the order in which they began; one that lasts longer than those after it holds them up until its own end. */
  async sweep(now: Date, signal: AbortSignal): Promise<void> {
    for (let last = await this.documents.getState<string>(SWEPT); ;) {
      signal.throwIfAborted();
      const filter = { id: { $gt: last ?? '' } };
      const { docs, next } = await this.readModels.find(sessions, { filter, sort: ['id'], limit: PAGE });
      const running = docs.findIndex(({ expiresAt }) => Date.parse(expiresAt) > now.getTime());
      const over = running < 0 ? docs : docs.slice(0, running);
      for (const { id } of over) await this.vault.remove('session', id);
      last = over.at(-1)?.id ?? last;
      if (over.length > 0) await this.documents.setState(SWEPT, last);
      if (running >= 0 || next === undefined) return;
    }
  }
}
