// Commands on comments: write one, edit and delete it, resolve and reopen its thread.
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { commentedEntries } from '../../../projections/audit/commented-entries';
import { GetSubscription } from '../../account/account.queries';
import { asAsked, newId, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { GetAuditEntry } from '../audit.queries';
import { requireShown } from '../entry-filters';
import { CommentTexts } from './comment-texts';
import {
  commentIn,
  deleteComment,
  editComment,
  settleThread,
  thread,
  threadStream,
  writeComment,
  type KnownThread,
} from './comment.decider';
import { answerId, type Thread, threadOf } from './comment.vocabulary';
import { Mentions } from './mentions';

/** Threads of one entry. */
const MOST_THREADS = 200;

export interface CommentWritten {
  readonly commentId: string;
  readonly position: bigint;
}

/** Refused with `audit-comment-unknown` where there is no comment to answer on that entry. */
export class WriteComment extends Command<CommentWritten> {
  constructor(
    readonly entryId: string,
    readonly text: string,
    readonly parentId: string | undefined,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(WriteComment)
export class WriteCommentHandler implements ICommandHandler<WriteComment> {
  constructor(
    private readonly streams: Streams,
    private readonly queries: QueryBus,
    private readonly readModels: ReadModels,
    private readonly texts: CommentTexts,
    private readonly mentions: Mentions,
  ) {}

  async execute({ entryId, text, parentId, asked }: WriteComment): Promise<CommentWritten> {
    const entry = await this.queries.execute(new GetAuditEntry(entryId, asked.caller, {}));
    const authorId = asked.caller.userId;
    const told = await this.mentions.in(text, authorId);
    if (parentId === undefined) await this.requireRoom(entry.id);
    const id = await newId(asked.command);
    const threadId = parentId === undefined ? id : threadOf(parentId);
    const commentId = parentId === undefined ? id : answerId(threadId, id);
    const ofRecord = entry.eventType.startsWith('record.') && entry.target;
    const written = {
      ...{ commentId, threadId, entry: entry.position, parentId: parentId ?? null, authorId },
      ...{ textId: asked.command.id, category: entry.category },
      record: ofRecord ? { objectType: ofRecord.type, recordId: ofRecord.id } : null,
    };
    const decide = (state: KnownThread) => writeComment(state, written, told);
    const stream = threadStream(threadId);
    const { state } = await this.streams.load(thread, stream);
    // A repeat writes no text that has been deleted since.
    if (decide(state).length > 0) await this.texts.put(written.textId, text);
    const change = this.streams.change(thread, stream, decide, ...asAsked(asked));
    const { position } = await this.texts.unlessRefused(written.textId, change);
    return { commentId, position };
  }

  private async requireRoom(entryId: string): Promise<void> {
    const { threads = {} } = (await this.readModels.get(commentedEntries, entryId, {})) ?? {};
    if (Object.keys(threads).length >= MOST_THREADS)
      throw new Refusal('too-many', { message: `An entry has at most ${MOST_THREADS} threads of comments` });
  }
}

/** Finds the thread of a comment, and lets through whom the account's tier shows the entry. */
export class CommentThreads {
  constructor(
    private readonly streams: Streams,
    private readonly queries: QueryBus,
  ) {}

  async of(commentId: string): Promise<KnownThread> {
    const { state } = await this.streams.load(thread, threadStream(threadOf(commentId)));
    if (!state.thread) throw new Refusal('audit-comment-unknown');
    requireShown([state.thread.category], await this.queries.execute(new GetSubscription()));
    return state;
  }
}

/** Answers the position at which it is so. */
export class EditComment extends Command<bigint> {
  constructor(
    readonly commentId: string,
    readonly text: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(EditComment)
export class EditCommentHandler implements ICommandHandler<EditComment> {
  constructor(
    private readonly streams: Streams,
    private readonly threads: CommentThreads,
    private readonly texts: CommentTexts,
    private readonly mentions: Mentions,
  ) {}

  async execute({ commentId, text, asked }: EditComment): Promise<bigint> {
    const { userId } = asked.caller;
    const stream = threadStream(threadOf(commentId));
    const told = await this.mentions.in(text, userId);
    const edited = { commentId, textId: asked.command.id };
    const decide = (state: KnownThread) => editComment(state, edited, userId, told);
    const before = await this.threads.of(commentId);
    decide(before);
    const { textId } = commentIn(before, commentId).comment;
    if (textId !== null && (await this.texts.text(textId)) === text)
      return (await this.streams.load(thread, stream)).position;
    // A repeat writes no text that has been deleted since.
    if (!textsOf(before, commentId).includes(edited.textId)) await this.texts.put(edited.textId, text);
    const change = this.streams.change(thread, stream, decide, ...asAsked(asked));
    const { position } = await this.texts.unlessRefused(edited.textId, change);
    await this.texts.remove(formerTexts((await this.streams.load(thread, stream)).state, commentId));
    return position;
  }
}

const textsOf = ({ texts }: KnownThread, commentId: string) => texts.get(commentId) ?? [];

/** Ids of the texts of a comment that are not the one it has now. */
function formerTexts(known: KnownThread, commentId: string): string[] {
  const textId = known.thread?.comments.find(({ id }) => id === commentId)?.textId;
  return textsOf(known, commentId).filter((id) => id !== textId);
}

/** Answers the position at which it is so. */
export class DeleteComment extends Command<bigint> {
  constructor(
    readonly commentId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DeleteComment)
export class DeleteCommentHandler implements ICommandHandler<DeleteComment> {
  constructor(
    private readonly streams: Streams,
    private readonly threads: CommentThreads,
    private readonly texts: CommentTexts,
  ) {}

  async execute({ commentId, asked }: DeleteComment): Promise<bigint> {
    const decide = (known: KnownThread) => deleteComment(known, commentId, asked.caller);
    const before = await this.threads.of(commentId);
    decide(before);
    // Before the log tells of it: a crash in between leaves a comment without text, which can be deleted again.
    await this.texts.remove(textsOf(before, commentId));
    const stream = threadStream(threadOf(commentId));
    const { position } = await this.streams.change(thread, stream, decide, ...asAsked(asked));
    // It may have been edited meanwhile.
    await this.texts.remove(textsOf((await this.streams.load(thread, stream)).state, commentId));
    return position;
  }
}

/** Answers the position at which it is so. */
export class SettleThread extends Command<bigint> {
  constructor(
    readonly commentId: string,
    readonly to: Thread['state'],
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(SettleThread)
export class SettleThreadHandler implements ICommandHandler<SettleThread> {
  constructor(
    private readonly streams: Streams,
    private readonly threads: CommentThreads,
  ) {}

  async execute({ commentId, to, asked }: SettleThread): Promise<bigint> {
    commentIn(await this.threads.of(commentId), commentId);
    const { position } = await this.streams.change(
      thread,
      threadStream(threadOf(commentId)),
      (state) => settleThread(state, to),
      ...asAsked(asked),
    );
    return position;
  }
}
