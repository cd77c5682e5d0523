// The command that takes an erasure up again after it was given up: somebody asks once more to erase the record.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { stepOf } from '../caller';
import type { Meta } from '../eventsourcing/event';
import { Streams } from '../eventsourcing/streams';
import { erasure, erasureStream, reopenErasure } from './erasure.decider';

/** Does nothing where the erasure was not given up. */
export class ReopenErasure extends Command<void> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    /** Metadata of the request; the event gets a command id of its own. */
    readonly meta: Meta,
  ) {
    super();
  }
}

@CommandHandler(ReopenErasure)
export class ReopenErasureHandler implements ICommandHandler<ReopenErasure> {
  constructor(private readonly streams: Streams) {}

  async execute({ objectType, recordId, meta }: ReopenErasure): Promise<void> {
    const reopen = { objectType, recordId };
    await this.streams.change(
      erasure,
      erasureStream(objectType, recordId),
      (state) => reopenErasure(state, reopen),
      stepOf(meta),
    );
  }
}
