// Threads of comments on entries of the audit log, without what was written.
import type { AuditCommentEvents } from '../../src/audit/comments/comment.events';
import { type Thread, threadAfter } from '../../src/audit/comments/comment.vocabulary';
import type { Doc } from '../../src/read/document-store';
import { padded } from '../../src/read/time-index.vocabulary';
import type { Op, Projection } from '../projection';

export interface AuditThreadDocument extends Doc, Thread {
  /** Id of the entry. */
  readonly entryId: string;
  /** Padded: when it began, in the order of the log. */
  readonly position: string;
  /** Who is mentioned in it, by id. */
  readonly mentioned: Readonly<Record<string, true>>;
}

type Event = { readonly position: bigint; readonly meta: { readonly at: string } };

const row =
  <K extends keyof AuditCommentEvents>(type: K) =>
  (data: AuditCommentEvents[K], { position, meta }: Event): Op<AuditThreadDocument> => ({
    id: data.threadId,
    change: (old) => {
      const thread = threadAfter[type](old, data, meta.at);
      if (!thread) return undefined;
      const mentions = thread.comments.flatMap((one) => one.mentions);
      return {
        ...{ entry: thread.entry, category: thread.category, record: thread.record },
        ...{ state: thread.state, comments: thread.comments },
        entryId: padded(BigInt(thread.entry)),
        position: old?.position ?? padded(position),
        mentioned: Object.fromEntries(mentions.map((userId) => [userId, true])),
      };
    },
  });

export const auditThreads: Projection<AuditThreadDocument, AuditCommentEvents> = {
  name: 'audit-threads',
  version: 1,
  indexes: [['entryId', 'position'], ['position'], ['state', 'position'], ['record.recordId']],
  on: {
    'auditcomment.written.v1': row('auditcomment.written.v1'),
    'auditcomment.mentioned.v1': row('auditcomment.mentioned.v1'),
    'auditcomment.edited.v1': row('auditcomment.edited.v1'),
    'auditcomment.deleted.v1': row('auditcomment.deleted.v1'),
    'auditcomment.resolved.v1': row('auditcomment.resolved.v1'),
    'auditcomment.reopened.v1': row('auditcomment.reopened.v1'),
    'auditcomment.withdrawn.v1': row('auditcomment.withdrawn.v1'),
  },
};
