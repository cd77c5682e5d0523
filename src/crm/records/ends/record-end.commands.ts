// Commands that end a record for good, or keep it from its end. Like those on records, they are sent by jobs, too.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Meta } from '../../../eventsourcing/event';
import type { WriteContext } from '../record-writer';
import { RecordEnding, type RecordEnded } from './record-ending';

/**
 * Takes an archived record out of the recycle bin for good. Object types are given by plural name, here and in
 * all commands below. A record that is not archived (any more) is left alone, and with `until` (ISO time) also one that
 * was archived later.
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

export const recordEndCommandHandlers = [
  PurgeRecordHandler,
  EraseRecordHandler,
  RequestErasureHandler,
  CancelErasureHandler,
  FenceRecordHandler,
];
