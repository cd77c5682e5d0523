// Commands on CRM records. Imports and restores send them too, each with a command identity of its own for every
// record.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Archiving } from './ends/record-end.decider';
import type { Values } from './record.decider';
import { RecordMerging } from './merges/record-merging';
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

export const recordCommandHandlers = [
  CreateRecordHandler,
  LoadRecordHandler,
  UpdateRecordHandler,
  ArchiveRecordHandler,
  UnarchiveRecordHandler,
  RecreateRecordHandler,
  MergeRecordsHandler,
];
