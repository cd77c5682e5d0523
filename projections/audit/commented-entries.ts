// How many comments an entry of the audit log has, by thread: what lists of entries show beside each.
import type { AuditCommentEvents } from '../../src/audit/comments/comment.events';
import type { Doc } from '../../src/read/document-store';
import { padded } from '../../src/read/time-index.vocabulary';
import type { Op, Projection } from '../projection';

interface Counted {
  /** Comments that have not been deleted. */
  readonly comments: number;
  readonly resolved: boolean;
}

/** Its id is that of the entry. */
export interface CommentedEntryDocument extends Doc {
  readonly threads: Readonly<Record<string, Counted>>;
}

/** A thread is gone with the last comment that has not been deleted. */
const counting =
  (change: (thread: Counted) => Counted) =>
  ({ entry, threadId }: { entry: string; threadId: string }): Op<CommentedEntryDocument> => ({
    id: padded(BigInt(entry)),
    change: (old) => {
      const { [threadId]: known = { comments: 0, resolved: false }, ...others } = old?.threads ?? {};
      const thread = change(known);
      const threads = thread.comments > 0 ? { ...others, [threadId]: thread } : others;
      return Object.keys(threads).length > 0 ? { threads } : undefined;
    },
  });

const more = (by: number) => counting((thread) => ({ ...thread, comments: thread.comments + by }));

export const commentedEntries: Projection<CommentedEntryDocument, AuditCommentEvents> = {
  name: 'commented-entries',
  version: 1,
  on: {
    'auditcomment.written.v1': more(1),
    'auditcomment.deleted.v1': more(-1),
    'auditcomment.resolved.v1': counting((thread) => ({ ...thread, resolved: true })),
    'auditcomment.reopened.v1': counting((thread) => ({ ...thread, resolved: false })),
    'auditcomment.withdrawn.v1': counting((thread) => ({ ...thread, comments: 0 })),
  },
};
