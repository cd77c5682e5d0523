// The command that takes what was said about an erased record out of the comments on its entries.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { auditThreads } from '../../../projections/audit/audit-threads';
import { stepOf } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import type { ErasedRecord } from '../../point-in-time/holders';
import { ReadModels } from '../../read/read-models';
import { CommentTexts } from './comment-texts';
import { thread, threadStream, withdrawThread } from './comment.decider';

/** Repeating it is harmless. */
export class WithdrawComments extends Command<void> {
  constructor(readonly erased: ErasedRecord) {
    super();
  }
}

const PAGE = 100;

@CommandHandler(WithdrawComments)
export class WithdrawCommentsHandler implements ICommandHandler<WithdrawComments> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly texts: CommentTexts,
  ) {}

  async execute({ erased: { objectType, recordId, meta, signal } }: WithdrawComments): Promise<void> {
    await this.readModels.waitFor(auditThreads, await this.streams.store.head(), signal);
    const filter = { 'record.recordId': recordId, 'record.objectType': objectType };
    const about = { filter, limit: PAGE };
    for await (const page of this.readModels.pages(auditThreads, about, { asItIs: true }))
      for (const { id } of page) {
        signal.throwIfAborted();
        const stream = threadStream(id);
        await this.texts.remove([...(await this.streams.load(thread, stream)).state.texts.values()].flat());
        const { state } = await this.streams.change(thread, stream, withdrawThread, stepOf(meta));
        // Somebody may have written meanwhile.
        await this.texts.remove([...state.texts.values()].flat());
      }
  }
}
