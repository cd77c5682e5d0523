// The read models of comments: threads without their texts, and how many comments an entry has.
import { auditThreads } from '../../../projections/audit/audit-threads';
import { commentedEntries } from '../../../projections/audit/commented-entries';
import type { AuditCommentEvents } from '../../../src/audit/comments/comment.events';
import { eventsOf } from '../../../src/eventsourcing/event';
import { at, by, later, projecting } from '../../support/spec';

const ev = eventsOf<AuditCommentEvents>();
const entryId = '00000000000000000017';
const place = (threadId: string, commentId: string) => ({ threadId, commentId, entry: '17' });
const written = (threadId: string, commentId: string, parentId: string | null = null) =>
  ev('auditcomment.written.v1', {
    ...{ ...place(threadId, commentId), parentId, authorId: 'ann', textId: `t-${commentId}` },
    ...{ category: 'LOGIN', record: null },
  });
const deleted = (threadId: string, commentId: string) =>
  ev('auditcomment.deleted.v1', place(threadId, commentId));
const resolved = (threadId: string) => ev('auditcomment.resolved.v1', { threadId, entry: '17' });

test('a thread has its comments, its state, and who is mentioned', () => {
  projecting(auditThreads)
    .given(
      written('1', '1'),
      ev('auditcomment.mentioned.v1', { ...place('1', '1'), userId: 'ben' }),
      by(ev('auditcomment.edited.v1', { ...place('1', '1'), textId: 'new' }), { at: later }),
      resolved('1'),
      ...[written('2', '2'), deleted('2', '2')],
    )
    .then({
      '1': {
        ...{ entry: '17', entryId, position: '00000000000000000000', category: 'LOGIN', record: null },
        ...{ state: 'resolved', mentioned: { ben: true } },
        comments: [
          {
            ...{ id: '1', parentId: null, authorId: 'ann', textId: 'new', mentions: ['ben'] },
            ...{ writtenAt: at, editedAt: later, deletedAt: null },
          },
        ],
      },
    });
});

test('who is mentioned in a deleted comment alone is mentioned no more', () => {
  const { documents } = projecting(auditThreads).given(
    written('1', '1'),
    ev('auditcomment.mentioned.v1', { ...place('1', '1'), userId: 'ben' }),
    written('1', '1-2', '1'),
    deleted('1', '1'),
  );
  expect(documents['1']).toMatchObject({ mentioned: {}, comments: [{ textId: null }, { textId: 't-1-2' }] });
});

test('an entry has as many comments as were not deleted, by thread', () => {
  projecting(commentedEntries)
    .given(
      ...[written('1', '1'), written('1', '1-2', '1'), deleted('1', '1'), resolved('1')],
      ...[written('2', '2'), written('2', '2-3', '2'), written('3', '3'), deleted('3', '3')],
    )
    .then({
      [entryId]: { threads: { '1': { comments: 1, resolved: true }, '2': { comments: 2, resolved: false } } },
    });
});

test('an entry all of whose comments are gone is counted no more', () =>
  projecting(commentedEntries)
    .given(written('1', '1'), ev('auditcomment.withdrawn.v1', { threadId: '1', entry: '17' }))
    .then({}));
