// The command that withdraws the files of exports that hold an erased record.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { exportList, type ExportDocument } from '../../projections/exports';
import { records } from '../../projections/crm/records';
import { stepOf } from '../caller';
import { recordStream } from '../crm/schemas/object-types';
import type { RecordEvents } from '../crm/records/record.events';
import type { Meta } from '../eventsourcing/event';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { foldedAt, withoutValues } from '../point-in-time/record-at';
import { ReadModels } from '../read/read-models';
import { exportDecider, exportStream, withdrawExport } from './export.decider';

const PAGE = 100;

/** Withdraws all exports that hold a record which has been erased. Repeating it is harmless. */
export class WithdrawExports extends Command<void> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    /** The metadata of every event, each of which gets a command id of its own. */
    readonly meta: Meta,
    readonly signal: AbortSignal,
  ) {
    super();
  }
}

@CommandHandler(WithdrawExports)
export class WithdrawExportsHandler implements ICommandHandler<WithdrawExports> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly files: Files,
  ) {}

  async execute({ objectType, recordId, meta, signal }: WithdrawExports): Promise<void> {
    // An attempt that starts after the read model of records has applied the erasure does not hold the record.
    await this.readModels.waitFor(records, await this.streams.store.head(), signal);
    const knownFrom = await this.streams.store.head();
    await this.readModels.waitFor(exportList, knownFrom, signal);
    const history = await withoutValues(this.streams.pages<RecordEvents>(recordStream(objectType, recordId)));
    const filter = { $or: [{ file: { $ne: null } }, { status: 'RUNNING' }] };
    for await (const page of this.readModels.pages(exportList, { filter, limit: PAGE }))
      for (const found of page) {
        signal.throwIfAborted();
        if (names(found, objectType) && (await foldedAt([history], BigInt(found.position))).erased)
          await this.withdraw(found.id, knownFrom, stepOf(meta));
      }
  }

  /**
   * Appends the event before it deletes the file: after a crash in between, no export names the file, and it is swept.
   */
  private async withdraw(exportId: string, knownFrom: bigint, meta: Meta): Promise<void> {
    let path: string | undefined;
    const { events } = await this.streams.change(
      exportDecider,
      exportStream(exportId),
      (state) => {
        path = state.status === 'none' ? undefined : state.file?.path;
        return withdrawExport(state, knownFrom);
      },
      meta,
    );
    if (events.length > 0 && path !== undefined) await this.files.remove(path);
  }
}

/**
 * Whether an export may show records of the erased record's type: as its rows, or beside rows that they are associated
 * with.
 */
const names = ({ objectType, request }: ExportDocument, erased: string): boolean =>
  objectType === erased || request.associated.types.some((one) => one.objectType === erased);
