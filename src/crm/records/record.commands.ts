// Commands on CRM records. Imports and restores send them too, each with a command identity of its own per record.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Archiving } from './ends/record-end.decider';
import type { Values } from './record.decider';
import { RecordMerging } from './merges/record-merging';
import { RecordEnding, type RecordEnded } from './ends/record-ending';
import { RecordWriter, type RecordWritten, type WriteContext } from './record-writer';

/** Object types are plural names throughout. Refused with `properties-invalid`, `value-taken`, `record-id-taken`. */
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
 * Changes values; '' and null clear one. With `expected`, a property whose current value is not the one named there is
 * left alone and reported as drifted. Refused with `record-unknown` (archived ones too) and as CreateRecord is.
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
 * Brings an archived record back under its id. Refused with `value-taken` where another holds its unique value. A
 * command that also changes values needs another command id for that: one id is carried out once per stream. With
 * `which`, refused with `record-purged` where it was archived too long ago, and left archived where it was too lately.
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
 * Brings a purged record back under its id, with the values it is given. Refused as CreateRecord is, and with
 * `record-erased` and `record-merged`; one that is live is left alone.
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
 * Ends a live record in favour of another of its type, which takes over what it has no value for itself, and its
 * associations. Refused with `record-merged` (409) and as UpdateRecord is; which of the two is meant is in the message.
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
 * Takes an archived record out of the recycle bin for good; leaves alone what is not archived (any more), and with
 * `until` what was archived after that time (ISO).
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
 * Erases a record of any state for good, with all that were merged into it; an id that was merged stands for its
 * survivor. Whatever shows values of records leaves them out from then on. Refused with `record-unknown` where there
 * never was one.
 */
export class EraseRecord extends Command<RecordEnded> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly context: WriteContext,
    /** Only if it waits to be erased: one that has come back is left alone. */
    readonly onlyWaiting = false,
  ) {
    super();
  }
}

/**
 * The same at a time (ISO): until then it reads as erased, and the erasure can be cancelled. What waits already goes on
 * waiting until it was due.
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
 * Brings back a record that waits to be erased, exactly, with what was merged into it; `parts` names what else waits with
 * it. Refused with `erasure-carried-out`, and `value-taken` where another has a unique value of it by now.
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

@CommandHandler(CreateRecord)
export class CreateRecordHandler implements ICommandHandler<CreateRecord> {
  constructor(private readonly writer: RecordWriter) {}

  execute({ objectType, recordId, values, context }: CreateRecord): Promise<RecordWritten> {
    return this.writer.create(objectType, recordId, values, context);
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

export const recordCommandHandlers = [
  CreateRecordHandler,
  UpdateRecordHandler,
  ArchiveRecordHandler,
  UnarchiveRecordHandler,
  RecreateRecordHandler,
  MergeRecordsHandler,
  PurgeRecordHandler,
  EraseRecordHandler,
  RequestErasureHandler,
  CancelErasureHandler,
];
