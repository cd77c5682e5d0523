// Purges what has been in the bin for 90 days.
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { schemas } from '../../projections/schemas';
import { records } from '../../projections/records';
import { systemMeta } from '../caller';
import { Config } from '../config';
import { bounded } from '../crm/bounded';
import { objectTypes } from '../crm/schemas/object-types';
import { PurgeRecord } from '../crm/records/record.commands';
import { Streams } from '../eventsourcing/streams';
import { Hourly } from '../jobs/hourly';
import { ReadModels } from '../read/read-models';
import { binBegin } from './bin';

const PAGE = 250;
/** Records under way at once: each waits until all its associations are known. */
const UNDER_WAY = 128;

@Injectable()
export class BinPurge implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly hourly = new Hourly();
  private readonly logger = new Logger('RecycleBin');

  constructor(
    private readonly commands: CommandBus,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.ROLE.includes('worker')) return;
    this.hourly.start(
      (signal) => this.purge(new Date(), signal),
      (error) => this.logger.error({ err: error }, 'Purging the recycle bin failed'),
    );
  }

  onModuleDestroy(): void {
    this.hourly.stop();
  }

  async purge(now: Date, signal: AbortSignal): Promise<void> {
    const until = binBegin(now.toISOString());
    await this.readModels.waitFor(records, await this.streams.store.head(), signal);
    for await (const name of this.everyType()) await this.purgeType(name, until, signal);
  }

  /** Of archived types, too: their records are still in the bin. */
  private async *everyType(): AsyncGenerator<string> {
    for (const { name } of objectTypes) yield name;
    for await (const page of this.readModels.pages(schemas, { limit: PAGE }))
      for (const { schema } of page) yield schema.name;
  }

  private async purgeType(objectType: string, until: string, signal: AbortSignal): Promise<void> {
    const filter = { objectType, archived: true, archivedAt: { $lte: until } };
    for await (const page of this.readModels.pages(records, { filter, sort: ['archivedAt'], limit: PAGE })) {
      signal.throwIfAborted();
      await bounded(page, ({ recordId }) => this.purgeRecord(objectType, recordId, until), UNDER_WAY);
    }
  }

  /** What was brought back, or archived again, since it was found is left alone. */
  private async purgeRecord(objectType: string, id: string, until: string): Promise<void> {
    const meta = systemMeta('recycle-bin');
    const { state } = await this.commands.execute(new PurgeRecord(objectType, id, { meta }, until));
    if (state.status !== 'purged') return;
    // What was merged into it was kept for its sake.
    for (const mergedId of state.mergedIds)
      await this.commands.execute(new PurgeRecord(objectType, mergedId, { meta }));
  }
}
