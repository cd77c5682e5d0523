// Threads of comments: written, answered, edited, deleted, resolved and reopened.
import {
  commentIn,
  deleteComment,
  editComment,
  MOST_COMMENTS,
  settleThread,
  thread,
  withdrawThread,
  writeComment,
} from '../../../../src/audit/comments/comment.decider';
import type { AuditCommentEvents } from '../../../../src/audit/comments/comment.events';
import { addressesIn, answerId, threadOf } from '../../../../src/audit/comments/comment.vocabulary';
import { eventsOf } from '../../../../src/eventsourcing/event';
import { deciding, refusalOf } from '../../../support/spec';

const ev = eventsOf<AuditCommentEvents>();
const given = deciding(thread);
const ofThread = { threadId: '1', entry: '17' };
const place = (commentId: string) => ({ ...ofThread, commentId });
const data = (commentId: string, parentId: string | null = null, authorId = 'ann') => ({
  ...{ ...place(commentId), parentId, authorId, textId: `text of ${commentId}` },
  ...{ category: 'LOGIN', record: null },
});
const written = (...of: Parameters<typeof data>) => ev('auditcomment.written.v1', data(...of));
const deleted = (id: string) => ev('auditcomment.deleted.v1', place(id));
const first = written('1');
const answer = written('1-2', '1', 'ben');
const ann = { userId: 'ann', superAdmin: false };
const ben = { userId: 'ben', superAdmin: false };
const ids = (...scenes: Parameters<typeof given>) =>
  given(...scenes).state.thread?.comments.map(({ id }) => id);

test('a comment is written once, and tells each whom it mentions', () => {
  given()
    .when((s) => writeComment(s, data('1'), ['ben', 'cleo']))
    .then(
      first,
      ev('auditcomment.mentioned.v1', { ...place('1'), userId: 'ben' }),
      ev('auditcomment.mentioned.v1', { ...place('1'), userId: 'cleo' }),
    );
  given(first)
    .when((s) => writeComment(s, data('1'), ['ben']))
    .thenNothing();
  given(first, deleted('1'))
    .when((s) => writeComment(s, data('1'), []))
    .thenNothing();
});

test('an answer needs a comment that is there, on the same entry', () => {
  given(first)
    .when((s) => writeComment(s, data('1-2', '1', 'ben'), []))
    .then(answer);
  given(first)
    .when((s) => writeComment(s, data('1-2', '1-9'), []))
    .thenRefused('audit-comment-unknown');
  given(first, answer, deleted('1'))
    .when((s) => writeComment(s, data('1-3', '1'), []))
    .thenRefused('audit-comment-unknown');
  given(first)
    .when((s) => writeComment(s, { ...data('1-2', '1'), entry: '18' }, []))
    .thenRefused('audit-comment-unknown');
});

test('a thread has a bounded number of comments', () => {
  const answers = Array.from({ length: MOST_COMMENTS - 1 }, (_, n) => written(`1-${n + 2}`, '1'));
  given(first, ...answers)
    .when((s) => writeComment(s, data('1-900', '1'), []))
    .thenRefused('too-many');
});

test('its author edits it, and whoever is newly mentioned is told', () => {
  const mentioned = ev('auditcomment.mentioned.v1', { ...place('1'), userId: 'ben' });
  const edited = { commentId: '1', textId: 'new' };
  given(first, mentioned)
    .when((s) => editComment(s, edited, 'ann', ['ben', 'cleo']))
    .then(
      ev('auditcomment.edited.v1', { ...place('1'), textId: 'new' }),
      ev('auditcomment.mentioned.v1', { ...place('1'), userId: 'cleo' }),
    );
  given(first, ev('auditcomment.edited.v1', { ...place('1'), textId: 'new' }))
    .when((s) => editComment(s, edited, 'ann', []))
    .thenNothing();
  given(first)
    .when((s) => editComment(s, edited, 'ben', []))
    .thenRefused('access-denied');
});

test('its author deletes it, or a super admin does', () => {
  given(first)
    .when((s) => deleteComment(s, '1', ann))
    .then(deleted('1'));
  given(first)
    .when((s) => deleteComment(s, '1', { ...ben, superAdmin: true }))
    .then(deleted('1'));
  given(first)
    .when((s) => deleteComment(s, '1', ben))
    .thenRefused('access-denied');
  given(first, deleted('1'))
    .when((s) => deleteComment(s, '1', ann))
    .thenRefused('audit-comment-unknown');
});

test('deleted, it stays without text while there are answers to it, and goes with the last of them', () => {
  const { state } = given(first, answer, deleted('1'));
  expect(state.thread?.comments[0]).toMatchObject({
    id: '1',
    textId: null,
    deletedAt: expect.any(String) as string,
  });
  expect(refusalOf(() => commentIn(state, '1'))).toBe('audit-comment-unknown');
  expect(ids(first, answer, deleted('1-2'))).toEqual(['1']);
  expect(ids(first, answer, written('1-3', '1-2'), deleted('1-2'))).toEqual(['1', '1-2', '1-3']);
  expect(ids(first, answer, written('1-3', '1-2'), deleted('1-2'), deleted('1-3'))).toEqual(['1']);
  expect(ids(first, answer, deleted('1'), deleted('1-2'))).toBeUndefined();
});

test('all ids of texts stay known, so that each of them can be removed', () => {
  const edited = ev('auditcomment.edited.v1', { ...place('1'), textId: 'new' });
  expect(given(first, edited, deleted('1')).state.texts.get('1')).toEqual(['text of 1', 'new']);
});

test('a thread is resolved and reopened, and an answer leaves it as it is', () => {
  const resolved = ev('auditcomment.resolved.v1', ofThread);
  given(first)
    .when((s) => settleThread(s, 'resolved'))
    .then(resolved);
  given(first, resolved)
    .when((s) => settleThread(s, 'resolved'))
    .thenNothing();
  given(first, resolved, answer)
    .when((s) => settleThread(s, 'open'))
    .then(ev('auditcomment.reopened.v1', ofThread));
  given(first, deleted('1'))
    .when((s) => settleThread(s, 'open'))
    .thenRefused('audit-comment-unknown');
});

test('where the record is erased, nothing of the thread is left', () => {
  const withdrawn = ev('auditcomment.withdrawn.v1', ofThread);
  given(first, answer)
    .when((s) => withdrawThread(s))
    .then(withdrawn);
  given(first, withdrawn)
    .when((s) => withdrawThread(s))
    .thenNothing();
});

test.each([
  ['@ann@example.com, please look', ['ann@example.com']],
  ['seen by @Ann@Example.com.', ['ann@example.com']],
  ['(@a@b.example and @c@d.example!) @a@b.example', ['a@b.example', 'c@d.example']],
  ['write to ann@example.com, or x@ann@example.com', []],
  ['@everybody @ann', []],
])('%j mentions %j', (text, addresses) => expect(addressesIn(text)).toEqual(addresses));

test('an answer names its thread', () => {
  expect([threadOf('17'), threadOf(answerId('17', '18'))]).toEqual(['17', '17']);
});
