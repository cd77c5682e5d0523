// What the audit log says of comments on its entries: that there is one, never what it says.
import type { Described } from '../audit-entry.vocabulary';
import { bookkeeping, made, type NoRow, sameAct, security } from '../audit-wording.vocabulary';
import type { AuditCommentEvents } from '../comments/comment.events';

type Rows = {
  readonly [K in keyof AuditCommentEvents]: ((data: AuditCommentEvents[K]) => Described) | NoRow;
};

const row =
  (action: string, summary: string) =>
  ({ threadId, commentId = threadId, entry }: { threadId: string; commentId?: string; entry: string }) =>
    security('AUDIT_LOG', action, summary, { type: 'audit-comments', id: commentId }, made({ entry }));

export const commentRows: Rows = {
  'auditcomment.written.v1': row('CREATE', 'Commented on an entry of the audit log'),
  'auditcomment.mentioned.v1': sameAct('auditcomment.written.v1'),
  'auditcomment.edited.v1': row('UPDATE', 'Edited a comment on an entry of the audit log'),
  'auditcomment.deleted.v1': row('DELETE', 'Deleted a comment on an entry of the audit log'),
  'auditcomment.resolved.v1': row('UPDATE', 'Resolved comments on an entry of the audit log'),
  'auditcomment.reopened.v1': row('UPDATE', 'Reopened comments on an entry of the audit log'),
  'auditcomment.withdrawn.v1': bookkeeping('the erasure has its row'),
};
