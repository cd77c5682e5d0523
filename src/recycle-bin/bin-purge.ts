// The chore that purges records which have been in the recycle bin for 90 days.
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { schemas } from '../../projections/crm/schemas';
import { records, type RecordDocument } from '../../projections/crm/records';
import { systemMeta } from '../caller';
import { mapConcurrently } from '../crm/map-concurrently';
import { objectTypes } from '../crm/schemas/object-type.vocabulary';
import { PurgeRecord } from '../crm/records/ends/record-end.commands';
import { Streams } from '../eventsourcing/streams';
import type { Round } from '../supervision/aside';
import { Chore } from '../jobs/chore';
import { ReadModels } from '../read/read-models';
import { binBegin } from './bin';

const PAGE = 250;
/** Records under way at once: each waits until all its associations are known. */
const UNDER_WAY = 128;

@Injectable()
export class BinPurge extends Chore {
  protected readonly part = 'chore:recycle-bin';

  constructor(
    private readonly commands: CommandBus,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
  ) {
    super();
  }

  async sweep(round: Round, now: Date): Promise<void> {
    const until = binBegin(now.toISOString());
    await this.readModels.waitFor(records, await this.streams.store.head(), round.signal);
    for await (const name of this.everyType()) await this.purgeType(name, until, round);
  }

  /** Archived types are included: their records are still in the bin. */
  private async *everyType(): AsyncGenerator<string> {
    for (const { name } of objectTypes) yield name;
    for await (const page of this.readModels.pages(schemas, { limit: PAGE }))
      for (const { schema } of page) yield schema.name;
  }

  private async purgeType(objectType: string, until: string, round: Round): Promise<void> {
    const purge = ({ recordId }: RecordDocument) =>
      round.each(`${objectType}/${recordId}`, () => this.purgeRecord(objectType, recordId, until));
    const filter = { objectType, archived: true, archivedAt: { $lte: until } };
    for await (const page of this.readModels.pages(records, { filter, sort: ['archivedAt'], limit: PAGE })) {
      round.signal.throwIfAborted();
      await mapConcurrently(page, purge, UNDER_WAY);
    }
  }

  /** Purges a record, unless it was brought back or archived again since it was found. */
  private async purgeRecord(objectType: string, id: string, until: string): Promise<void> {
    const meta = systemMeta('recycle-bin');
    await this.commands.execute(new PurgeRecord(objectType, id, { meta }, until));
  }
}
