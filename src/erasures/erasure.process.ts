// The job of an erasure: takes an erased record out of everything that was stored with its values before.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { erasures, type ErasureDocument } from '../../projections/erasures';
import { WithdrawComments } from '../audit/comments/comment.withdrawal';
import { WithdrawAuditExports } from '../audit/exports/audit-export.withdrawal';
import { WithdrawBackups } from '../backups/backup.withdrawal';
import { AssociationMoves } from '../crm/associations/association-moves';
import { EraseRecord } from '../crm/records/ends/record-end.commands';
import { Streams } from '../eventsourcing/streams';
import { WithdrawExports } from '../exports/export.withdrawal';
import { Jobs, type JobContext } from '../jobs/jobs';
import { WithdrawPlans } from '../restores/plans/plan.withdrawal';
import { WithdrawComparisons } from '../time-travel/comparisons/comparison.withdrawal';
import { metaOfAsker } from './asker-meta';
import { completeErasure, erasure, erasureStream, failErasure } from './erasure.decider';

@Injectable()
export class ErasureProcess implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly streams: Streams,
    private readonly commands: CommandBus,
    private readonly associations: AssociationMoves,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'erasures',
      projection: erasures,
      pending: { status: 'RUNNING' },
      since: 'requestedAt',
      run: (job, context) => this.run(job, context),
      fail: (job, reason) => this.fail(job, reason),
    });
  }

  /** Every step may be repeated. */
  private async run(
    { objectType, recordId, position }: ErasureDocument,
    { signal }: JobContext,
  ): Promise<void> {
    const erasedAt = BigInt(position);
    const meta = await metaOfAsker(this.streams.store, erasedAt);
    // The command may have been cut off after it erased the record, before it erased those merged into the record.
    await this.commands.execute(new EraseRecord(objectType, recordId, { meta: meta() }));
    await this.associations.removeAssociations({ objectType, recordId }, meta(), signal);
    const erased = { objectType, recordId, erasedAt, meta: meta(), signal };
    const backups = await this.commands.execute(new WithdrawBackups(erased));
    const plans = await this.commands.execute(new WithdrawPlans(erased));
    await this.commands.execute(new WithdrawExports(erased));
    await this.commands.execute(new WithdrawAuditExports(erased));
    await this.commands.execute(new WithdrawComparisons(erased));
    await this.commands.execute(new WithdrawComments(erased));
    const done = { objectType, recordId, backups, plans };
    const stream = erasureStream(objectType, recordId);
    await this.streams.change(erasure, stream, (state) => completeErasure(state, done), meta());
  }

  private async fail({ objectType, recordId, position }: ErasureDocument, reason: string): Promise<void> {
    const meta = await metaOfAsker(this.streams.store, BigInt(position));
    const failed = { objectType, recordId, reason };
    const stream = erasureStream(objectType, recordId);
    await this.streams.change(erasure, stream, (state) => failErasure(state, failed), meta());
  }
}
