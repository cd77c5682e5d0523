// The chore that carries out erasures whose cooling-off is over. Any number of processes may do so at once: a record
// that is erased already is left alone.
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { erasures, type ErasureDocument } from '../../projections/erasures';
import { CancelErasure, EraseRecord } from '../crm/records/ends/record-end.commands';
import type { Meta } from '../eventsourcing/event';
import { partOf } from '../eventsourcing/event-ids';
import { Streams } from '../eventsourcing/streams';
import { Refusal } from '../refusals';
import { erasure, erasureStream, holdErasure } from './erasure.decider';
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

  private async carryOutOne(due: ErasureDocument): Promise<void> {
    const { objectType, recordId, of, position } = due;
    const meta = await metaOfAsker(this.streams.store, BigInt(position));
    // A record whose erasure was just cancelled is not waiting any more.
    const erase = new EraseRecord(objectType, recordId, { meta: meta() }, true);
    const ended = await this.commands
      .execute(erase)
      .catch((error: unknown) => this.heldBy(due, error, meta()));
    if (!ended) return;
    const { state } = ended;
    // A merged record is erased with its survivor, `of`. Where the survivor has come back, so must a merged record that a
    // job let wait too late.
    if (of === null || state.status === 'erased' || state.status === 'waiting') return;
    const back = { meta: meta() };
    await this.commands.execute(new CancelErasure(objectType, recordId, [], back));
  }

  /** A legal hold lets an erasure wait until it is released. That is told once of each request. */
  private async heldBy(
    { objectType, recordId, dueAt, commandId, heldBy }: ErasureDocument,
    error: unknown,
    meta: Meta,
  ): Promise<undefined> {
    if (!(error instanceof Refusal) || error.code !== 'legal-hold') throw error;
    if (heldBy) return;
    const held = { objectType, recordId, dueAt: dueAt!, holds: error.detail.context?.holdId ?? [] };
    await this.streams.change(
      erasure,
      erasureStream(objectType, recordId),
      (state) => holdErasure(state, held),
      { ...meta, commandId: partOf(commandId, 'held') },
      { mayRepeat: true },
    );
  }
}
