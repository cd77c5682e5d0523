// The job of an erasure: takes the record out of everything that was stored with its values before.
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { erasures, type ErasureDocument } from '../../projections/erasures';
import { WithdrawBackups } from '../backups/backup.withdrawal';
import { systemMeta } from '../caller';
import { AssociationMoves } from '../crm/associations/association.moves';
import { recordStream } from '../crm/schemas/object-types';
import { EraseRecord } from '../crm/records/record.commands';
import { Streams } from '../eventsourcing/streams';
import { WithdrawExports } from '../exports/export.withdrawal';
import { Jobs, type JobContext } from '../jobs/jobs';
import { WithdrawPlans } from '../restores/plan.withdrawal';
import { completeErasure, erasure } from './erasure.decider';

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
      pending: { completed: false },
      run: (job, context) => this.run(job, context),
    });
  }

  /** Every step may be repeated. */
  private async run(
    { objectType, recordId, position, commandId }: ErasureDocument,
    { signal }: JobContext,
  ): Promise<void> {
    const erasedAt = BigInt(position);
    const cause = { correlationId: commandId, causationId: commandId };
    const meta = () => systemMeta('erasures', cause);
    // The request may have been cut off between the record and those that were merged into it.
    await this.commands.execute(new EraseRecord(objectType, recordId, { meta: meta() }));
    await this.associations.removeAssociations({ objectType, recordId }, meta(), signal);
    const backups = await this.commands.execute(
      new WithdrawBackups(objectType, recordId, erasedAt, meta(), signal),
    );
    const plans = await this.commands.execute(
      new WithdrawPlans(objectType, recordId, erasedAt, meta(), signal),
    );
    await this.commands.execute(new WithdrawExports(objectType, recordId, meta(), signal));
    const done = { objectType, recordId, backups, plans };
    const stream = `erasure-${recordStream(objectType, recordId)}`;
    await this.streams.change(erasure, stream, (state) => completeErasure(state, done), meta());
  }
}
