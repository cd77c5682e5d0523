// The chore that carries out erasures whose cooling-off is over. Any number of processes may do so at once: a record
// that is erased already is left alone.
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { erasures, type ErasureDocument } from '../../projections/erasures';
import { CancelErasure, EraseRecord } from '../crm/records/record.commands';
import { Streams } from '../eventsourcing/streams';
import type { Round } from '../supervision/aside';
import { Chore } from '../jobs/chore';
import { ReadModels } from '../read/read-models';
import { metaOfAsker } from './asker-meta';

const EVERY_MS = 5_000;
const PAGE = 100;

@Injectable()
export class DueErasures extends Chore {
  protected readonly part = 'chore:erasures';
  protected override readonly everyMs = EVERY_MS;

  constructor(
    private readonly commands: CommandBus,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
  ) {
    super();
  }

  async sweep({ each }: Round, now: Date): Promise<void> {
    const filter = { status: 'WAITING', dueAt: { $lte: now.toISOString() } };
    for await (const page of this.readModels.pages(erasures, { filter, sort: ['dueAt'], limit: PAGE }))
      for (const due of page) await each(due.id, () => this.carryOutOne(due));
  }

  private async carryOutOne({ objectType, recordId, of, position }: ErasureDocument): Promise<void> {
    const meta = await metaOfAsker(this.streams.store, BigInt(position));
    // A record whose erasure was just cancelled is not waiting any more.
    const context = { meta: meta() };
    const { state } = await this.commands.execute(new EraseRecord(objectType, recordId, context, true));
    // A merged record is erased with its survivor, `of`. Where the survivor has come back, so must a merged record that a
    // job let wait too late.
    if (of === null || state.status === 'erased' || state.status === 'waiting') return;
    const back = { meta: meta() };
    await this.commands.execute(new CancelErasure(objectType, recordId, [], back));
  }
}
