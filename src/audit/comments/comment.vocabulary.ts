// What a thread of comments is after each of its events: for decisions and for the read model alike.
import type { AuditCommentEvents } from './comment.events';

export interface ThreadComment {
  readonly id: string;
  /** Null for the comment that begins the thread. */
  readonly parentId: string | null;
  readonly authorId: string;
  /** Null once it is deleted: it stays for the answers to it. */
  readonly textId: string | null;
  readonly mentions: readonly string[];
  readonly writtenAt: string;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
}

export interface Thread {
  readonly id: string;
  /** The position of the event that the entry tells of. */
  readonly entry: string;
  readonly category: string;
  readonly record: AuditCommentEvents['auditcomment.written.v1']['record'];
  readonly state: 'open' | 'resolved';
  /** In the order in which they were written; the first begins the thread. */
  readonly comments: readonly ThreadComment[];
}

/** Ids of answers begin with that of their thread. */
export const threadOf = (commentId: string): string => commentId.replace(/-.*$/s, '');
export const answerId = (threadId: string, id: string): string => `${threadId}-${id}`;

const SHOWS_NOTHING = { textId: null, mentions: [] } as const;

/** Deleted, a comment stays while there are answers to it, and no longer. */
function without(comments: readonly ThreadComment[], id: string, at: string): ThreadComment[] {
  let left = comments.map((one) => (one.id === id ? { ...one, ...SHOWS_NOTHING, deletedAt: at } : one));
  for (let before = -1; before !== left.length;) {
    before = left.length;
    const answered = new Set(left.map(({ parentId }) => parentId));
    left = left.filter(({ id: own, deletedAt }) => deletedAt === null || answered.has(own));
  }
  return left;
}

type After = {
  readonly [K in keyof AuditCommentEvents]: (
    thread: Thread | undefined,
    data: AuditCommentEvents[K],
    at: string,
  ) => Thread | undefined;
};

const changed = (
  thread: Thread | undefined,
  id: string,
  change: (comment: ThreadComment) => Partial<ThreadComment>,
): Thread | undefined =>
  thread && {
    ...thread,
    comments: thread.comments.map((one) => (one.id === id ? { ...one, ...change(one) } : one)),
  };

/** The thread after an event at an ISO time; undefined where nothing of it is left. */
export const threadAfter: After = {
  'auditcomment.written.v1': (thread, { commentId: id, parentId, authorId, textId, ...data }, writtenAt) => {
    const { threadId, entry, category, record } = data;
    const { state, comments }: Pick<Thread, 'state' | 'comments'> = thread ?? { state: 'open', comments: [] };
    const written = { ...{ id, parentId, authorId, textId, mentions: [], writtenAt } };
    return {
      ...{ id: threadId, entry, category, record, state },
      comments: [...comments, { ...written, editedAt: null, deletedAt: null }],
    };
  },
  'auditcomment.mentioned.v1': (thread, { commentId, userId }) =>
    changed(thread, commentId, ({ mentions }) => ({ mentions: [...mentions, userId] })),
  'auditcomment.edited.v1': (thread, { commentId, textId }, editedAt) =>
    changed(thread, commentId, () => ({ textId, editedAt })),
  'auditcomment.deleted.v1': (thread, { commentId }, at) => {
    const comments = without(thread?.comments ?? [], commentId, at);
    return thread && comments.length > 0 ? { ...thread, comments } : undefined;
  },
  'auditcomment.resolved.v1': (thread) => thread && { ...thread, state: 'resolved' },
  'auditcomment.reopened.v1': (thread) => thread && { ...thread, state: 'open' },
  'auditcomment.withdrawn.v1': () => undefined,
};

const ADDRESS = /(?<![^\s([{<"'])@([^\s@<>()[\]{}"',;:]{1,64}@[^\s@<>()[\]{}"',;:]{1,255})/g;

/** The e-mail addresses that a text mentions, `@ann@example.com`, each once. */
export const addressesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(ADDRESS)].map(([, address]) => address!.replace(/[.!?]+$/, '').toLowerCase())),
];
