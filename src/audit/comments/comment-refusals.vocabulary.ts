// What whoever comments on the audit log may be refused with: rows of the table of refusals.
import { invalid, notFound } from '../../supervision/refusal-row.vocabulary';

export const auditCommentRefusals = {
  'audit-comment-unknown': notFound('No such comment, or it has been deleted'),
  'audit-mention-unknown': invalid(
    'The text mentions an address that is nobody’s of the account who may read the audit log',
    'MENTION_UNKNOWN',
  ),
};
