// The command that withdraws the files of exports that hold an erased record.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { exportList, type ExportDocument } from '../../projections/exports';
import { records } from '../../projections/crm/records';
import { stepOf } from '../caller';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { withdrawFile } from '../jobs/stored-files';
import { holdersOf, type ErasedRecord } from '../point-in-time/holders';
import { ReadModels } from '../read/read-models';
import { exportFiles, withdrawExport, type Export } from './export.decider';

/** Withdraws all exports that hold a record which has been erased. Repeating it is harmless. */
export class WithdrawExports extends Command<void> {
  constructor(readonly erased: ErasedRecord) {
    super();
  }
}

const MAY_HOLD = { $or: [{ file: { $ne: null } }, { status: 'RUNNING' }] };

@CommandHandler(WithdrawExports)
export class WithdrawExportsHandler implements ICommandHandler<WithdrawExports> {
  constructor(
    readonly streams: Streams,
    readonly readModels: ReadModels,
    readonly files: Files,
  ) {}

  async execute({ erased }: WithdrawExports): Promise<void> {
    const { objectType, meta, signal } = erased;
    // An attempt that starts after the read model of records has applied the erasure does not hold the record.
    await this.readModels.waitFor(records, await this.streams.store.head(), signal);
    const knownFrom = await this.streams.store.head();
    // An export may show the record as one of its rows, or beside rows that it is associated with.
    const mayHold = ({ objectType: own, request }: ExportDocument) =>
      own === objectType || request.associated.types.some((one) => one.objectType === objectType);
    for await (const { id } of holdersOf(erased, this, exportList, MAY_HOLD, mayHold)) {
      const withdraw = (state: Export) => withdrawExport(state, knownFrom);
      await withdrawFile(exportFiles, this, id, withdraw, stepOf(meta));
    }
  }
}
