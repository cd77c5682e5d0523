// Commands on CRM records. Imports and restores send them too, each with a command identity of its own for every
// record.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Meta } from '../../eventsourcing/event';
import type { Archiving } from './ends/record-end.decider';
import type { Values } from './record.decider';
import { RecordMerging } from './merges/record-merging';
import { RecordEnding, type RecordEnded } from './ends/record-ending';
import { RecordWriter, type RecordWritten, type WriteContext } from './record-writer';

/**
 * Creates a record. Object types are given by plural name, here and in all commands below. Refused with
 * `properties-invalid`, `value-taken`, `record-id-taken`.
 */
export class CreateRecord extends Command<RecordWritten> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly values: Values,
    readonly context: WriteContext,
  ) {
    super();
  }
}

/**
 * Brings in a record from elsewhere with all its values as they are, automatic ones too; they must fit their properties.
 * Where its id is taken it gets another that the context gives. Refused with `value-taken`, `record-id-taken`,
 * `record-erased`, `record-too-large`.
 */
export class LoadRecord extends Command<RecordWritten> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly values: Values,
    readonly context: WriteContext,
  ) {
    super();
  }
}

/**
 * Changes values; '' and null clear one. With `expected`, a property whose current value is not the one in `expected`
 * is left alone and reported as drifted. Refused with `record-unknown` (also for an archived record) and as
 * CreateRecord is.
 */
export class UpdateRecord extends Command<RecordWritten> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly values: Values,
    readonly context: WriteContext,
    readonly expected?: Values,
  ) {
    super();
  }
}

export class ArchiveRecord extends Command<RecordWritten> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly context: WriteContext,
  ) {
    super();
  }
}

/**
 * Brings an archived record back under its id. Refused with `value-taken` where another record holds its unique value.
 * To change values as well, send another command with its own id: a stream carries out one id only once. With `which`,
 * a record archived too long ago is refused with `record-purged`, and one archived too recently stays archived.
 */
export class UnarchiveRecord extends Command<RecordWritten> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly context: WriteContext,
    readonly which?: Archiving,
  ) {
    super();
  }
}

/**
 * Brings a purged record back under its id, with the values given. Refused as CreateRecord is, and with `record-erased`
 * and `record-merged`. A live record is left alone.
 */
export class RecreateRecord extends Command<RecordWritten> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly values: Values,
    readonly context: WriteContext,
  ) {
    super();
  }
}

/**
 * Ends a live record in favour of the survivor, another record of its type, which takes over its associations and the
 * values that the survivor lacks. Refused with `record-merged` and as UpdateRecord is; the message says which of the
 * two records is meant.
 */
export class MergeRecords extends Command<RecordWritten> {
  constructor(
    readonly objectType: string,
    readonly survivorId: string,
    readonly mergedId: string,
    readonly context: WriteContext,
  ) {
    super();
  }
}

/**
 * Takes an archived record out of the recycle bin for good. A record that is not archived (any more) is left alone, and
 * with `until` (ISO time) also one that was archived later.
 */
export class PurgeRecord extends Command<RecordEnded> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly context: WriteContext,
    readonly until?: string,
  ) {
    super();
  }
}

/**
 * Erases a record of any state for good, with all records that were merged into it. The id of a merged record stands
 * for its survivor. From then on, nothing that shows records shows their values. Refused with `record-unknown` where
 * there never was a record of this id.
 */
export class EraseRecord extends Command<RecordEnded> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly context: WriteContext,
    /** True to leave a record alone that does not wait to be erased, for example because it has come back. */
    readonly onlyWaiting = false,
  ) {
    super();
  }
}

/**
 * Requests an erasure at a time (ISO): until then the record reads as erased, and the erasure can be cancelled. A
 * record that waits already keeps its due time.
 */
export class RequestErasure extends Command<RecordEnded> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly dueAt: string,
    readonly context: WriteContext,
  ) {
    super();
  }
}

/**
 * Brings back a record that waits to be erased, exactly as it was, with the records that were merged into it; `parts`
 * names further ones that wait with it. Refused with `erasure-carried-out`, and with `value-taken` where another record
 * has one of its unique values by now.
 */
export class CancelErasure extends Command<RecordEnded> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly parts: readonly string[],
    readonly context: WriteContext,
  ) {
    super();
  }
}

/** Has all that was decided on a record before, and is not appended yet, decided anew. */
export class FenceRecord extends Command<void> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    /** Of the command for which it is done; the fence has a command of its own. */
    readonly meta: Meta,
  ) {
    super();
  }
}

@CommandHandler(CreateRecord)
export class CreateRecordHandler implements ICommandHandler<CreateRecord> {
  constructor(private readonly writer: RecordWriter) {}

  execute({ objectType, recordId, values, context }: CreateRecord): Promise<RecordWritten> {
    return this.writer.create(objectType, recordId, values, context);
  }
}

@CommandHandler(LoadRecord)
export class LoadRecordHandler implements ICommandHandler<LoadRecord> {
  constructor(private readonly writer: RecordWriter) {}

  execute({ objectType, recordId, values, context }: LoadRecord): Promise<RecordWritten> {
    return this.writer.load(objectType, recordId, values, context);
  }
}

@CommandHandler(UpdateRecord)
export class UpdateRecordHandler implements ICommandHandler<UpdateRecord> {
  constructor(private readonly writer: RecordWriter) {}

  execute({ objectType, recordId, values, context, expected }: UpdateRecord): Promise<RecordWritten> {
    return this.writer.update(objectType, recordId, values, context, expected);
  }
}

@CommandHandler(ArchiveRecord)
export class ArchiveRecordHandler implements ICommandHandler<ArchiveRecord> {
  constructor(private readonly writer: RecordWriter) {}

  execute({ objectType, recordId, context }: ArchiveRecord): Promise<RecordWritten> {
    return this.writer.archive(objectType, recordId, context);
  }
}

@CommandHandler(UnarchiveRecord)
export class UnarchiveRecordHandler implements ICommandHandler<UnarchiveRecord> {
  constructor(private readonly writer: RecordWriter) {}

  execute({ objectType, recordId, context, which }: UnarchiveRecord): Promise<RecordWritten> {
    return this.writer.unarchive(objectType, recordId, context, which);
  }
}

@CommandHandler(RecreateRecord)
export class RecreateRecordHandler implements ICommandHandler<RecreateRecord> {
  constructor(private readonly writer: RecordWriter) {}

  execute({ objectType, recordId, values, context }: RecreateRecord): Promise<RecordWritten> {
    return this.writer.recreate(objectType, recordId, values, context);
  }
}

@CommandHandler(MergeRecords)
export class MergeRecordsHandler implements ICommandHandler<MergeRecords> {
  constructor(private readonly merging: RecordMerging) {}

  execute({ objectType, survivorId, mergedId, context }: MergeRecords): Promise<RecordWritten> {
    return this.merging.merge(objectType, survivorId, mergedId, context);
  }
}

@CommandHandler(PurgeRecord)
export class PurgeRecordHandler implements ICommandHandler<PurgeRecord> {
  constructor(private readonly ending: RecordEnding) {}

  execute({ objectType, recordId, context, until }: PurgeRecord): Promise<RecordEnded> {
    return this.ending.purge(objectType, recordId, context, until);
  }
}

@CommandHandler(EraseRecord)
export class EraseRecordHandler implements ICommandHandler<EraseRecord> {
  constructor(private readonly ending: RecordEnding) {}

  execute({ objectType, recordId, context, onlyWaiting }: EraseRecord): Promise<RecordEnded> {
    return this.ending.erase(objectType, recordId, context, onlyWaiting);
  }
}

@CommandHandler(RequestErasure)
export class RequestErasureHandler implements ICommandHandler<RequestErasure> {
  constructor(private readonly ending: RecordEnding) {}

  execute({ objectType, recordId, dueAt, context }: RequestErasure): Promise<RecordEnded> {
    return this.ending.requestErasure(objectType, recordId, dueAt, context);
  }
}

@CommandHandler(CancelErasure)
export class CancelErasureHandler implements ICommandHandler<CancelErasure> {
  constructor(private readonly ending: RecordEnding) {}

  execute({ objectType, recordId, parts, context }: CancelErasure): Promise<RecordEnded> {
    return this.ending.cancelErasure(objectType, recordId, parts, context);
  }
}

@CommandHandler(FenceRecord)
export class FenceRecordHandler implements ICommandHandler<FenceRecord> {
  constructor(private readonly ending: RecordEnding) {}

  execute({ objectType, recordId, meta }: FenceRecord): Promise<void> {
    return this.ending.fence(objectType, recordId, meta);
  }
}

export const recordCommandHandlers = [
  CreateRecordHandler,
  LoadRecordHandler,
  UpdateRecordHandler,
  ArchiveRecordHandler,
  UnarchiveRecordHandler,
  RecreateRecordHandler,
  MergeRecordsHandler,
  PurgeRecordHandler,
  EraseRecordHandler,
  RequestErasureHandler,
  CancelErasureHandler,
  FenceRecordHandler,
];
