// Events of a thread of comments on an entry of the audit log. Stream: `auditcomment-<threadId>`. What somebody wrote
// lies in the vault alone, under the id of the text: there it can be forgotten.
import type { LogPosition } from '../../eventsourcing/event';

interface OfThread {
  threadId: string;
  /** The position of the event that the entry tells of. */
  entry: LogPosition;
}

interface OfComment extends OfThread {
  commentId: string;
}

export type AuditCommentEvents = {
  'auditcomment.written.v1': OfComment & {
    /** The comment that it answers; null where it begins the thread. */
    parentId: string | null;
    authorId: string;
    textId: string;
    /** Of the entry: what its category's tier shows. */
    category: string;
    /** The record that the entry tells of: where it is erased, so is what was said about it. */
    record: { readonly objectType: string; readonly recordId: string } | null;
  };
  'auditcomment.mentioned.v1': OfComment & { userId: string };
  'auditcomment.edited.v1': OfComment & { textId: string };
  'auditcomment.deleted.v1': OfComment;
  'auditcomment.resolved.v1': OfThread;
  'auditcomment.reopened.v1': OfThread;
  /** The record that the entry tells of has been erased: nothing of the thread is left. */
  'auditcomment.withdrawn.v1': OfThread;
};
