// Decisions on a thread of comments: written, answered, edited, deleted, resolved and reopened.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import type { AuditCommentEvents } from './comment.events';
import { threadAfter, type Thread, type ThreadComment } from './comment.vocabulary';

export const threadStream = (threadId: string): string => `auditcomment-${threadId}`;
/** Of a thread: all of them are answered together. */
export const MOST_COMMENTS = 200;

export interface KnownThread {
  /** Undefined where there is none, or none any more. */
  readonly thread: Thread | undefined;
  /** Ids of all texts that the comments there had, by comment, of those that were edited the former ones too. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

const withText = ({ texts }: KnownThread, commentId: string, textId: string) =>
  new Map(texts).set(commentId, [...(texts.get(commentId) ?? []), textId]);

export const thread: Decider<KnownThread, AuditCommentEvents> = {
  initial: { thread: undefined, texts: new Map() },
  evolve: {
    'auditcomment.written.v1': (state, data, { meta }) => ({
      thread: threadAfter['auditcomment.written.v1'](state.thread, data, meta.at),
      texts: withText(state, data.commentId, data.textId),
    }),
    'auditcomment.mentioned.v1': (state, data, { meta }) => ({
      ...state,
      thread: threadAfter['auditcomment.mentioned.v1'](state.thread, data, meta.at),
    }),
    'auditcomment.edited.v1': (state, data, { meta }) => ({
      thread: threadAfter['auditcomment.edited.v1'](state.thread, data, meta.at),
      texts: withText(state, data.commentId, data.textId),
    }),
    'auditcomment.deleted.v1': (state, data, { meta }) => ({
      ...state,
      thread: threadAfter['auditcomment.deleted.v1'](state.thread, data, meta.at),
    }),
    'auditcomment.resolved.v1': (state, data, { meta }) => ({
      ...state,
      thread: threadAfter['auditcomment.resolved.v1'](state.thread, data, meta.at),
    }),
    'auditcomment.reopened.v1': (state, data, { meta }) => ({
      ...state,
      thread: threadAfter['auditcomment.reopened.v1'](state.thread, data, meta.at),
    }),
    'auditcomment.withdrawn.v1': (state) => ({ ...state, thread: undefined }),
  },
};

const ev = eventsOf<AuditCommentEvents>();
type Decided = readonly EventOf<AuditCommentEvents>[];

export interface Found {
  readonly thread: Thread;
  readonly comment: ThreadComment;
}

/** A comment that is there; refuses with `audit-comment-unknown`. */
export function commentIn({ thread }: KnownThread, commentId: string): Found {
  const comment = thread?.comments.find(({ id }) => id === commentId);
  if (!thread || !comment || comment.deletedAt !== null) throw new Refusal('audit-comment-unknown');
  return { thread, comment };
}

const placeOf = ({ thread, comment }: Found) => ({
  ...{ commentId: comment.id, threadId: thread.id, entry: thread.entry },
});

const told = (place: ReturnType<typeof placeOf>, userIds: readonly string[]): Decided =>
  userIds.map((userId) => ev('auditcomment.mentioned.v1', { ...place, userId }));

/** `mentions`: ids of those who are told. */
export function writeComment(
  state: KnownThread,
  written: AuditCommentEvents['auditcomment.written.v1'],
  mentions: readonly string[],
): Decided {
  const { commentId, threadId, entry, parentId } = written;
  if (state.texts.has(commentId)) return [];
  if (parentId !== null && commentIn(state, parentId).thread.entry !== entry)
    throw new Refusal('audit-comment-unknown');
  if ((state.thread?.comments.length ?? 0) >= MOST_COMMENTS)
    throw new Refusal('too-many', { message: `A thread has at most ${MOST_COMMENTS} comments` });
  return [ev('auditcomment.written.v1', written), ...told({ commentId, threadId, entry }, mentions)];
}

/** Told is who was not mentioned before. */
export function editComment(
  state: KnownThread,
  edited: { readonly commentId: string; readonly textId: string },
  by: string,
  mentions: readonly string[],
): Decided {
  const found = commentIn(state, edited.commentId);
  if (found.comment.authorId !== by)
    throw new Refusal('access-denied', { message: 'A comment is edited by whoever wrote it' });
  if (found.comment.textId === edited.textId) return [];
  const place = placeOf(found);
  return [
    ev('auditcomment.edited.v1', { ...place, textId: edited.textId }),
    ...told(
      place,
      mentions.filter((id) => !found.comment.mentions.includes(id)),
    ),
  ];
}

export function deleteComment(
  state: KnownThread,
  commentId: string,
  by: { readonly userId: string; readonly superAdmin: boolean },
): Decided {
  const found = commentIn(state, commentId);
  if (found.comment.authorId !== by.userId && !by.superAdmin)
    throw new Refusal('access-denied', {
      message: 'A comment is deleted by whoever wrote it, or a super admin',
    });
  return [ev('auditcomment.deleted.v1', placeOf(found))];
}

/** Resolves or reopens the thread of a comment. */
export function settleThread({ thread }: KnownThread, to: Thread['state']): Decided {
  if (!thread) throw new Refusal('audit-comment-unknown');
  const { id: threadId, entry, state } = thread;
  if (state === to) return [];
  return [
    ev(to === 'resolved' ? 'auditcomment.resolved.v1' : 'auditcomment.reopened.v1', { threadId, entry }),
  ];
}

export const withdrawThread = ({ thread }: KnownThread): Decided =>
  thread ? [ev('auditcomment.withdrawn.v1', { threadId: thread.id, entry: thread.entry })] : [];
