// Comments on entries of the audit log, by several people: threads, mentions, what is edited, deleted and resolved.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../../../src/supervision/pause';
import { startApp, type App } from '../../support/servers/app';
import { joinedIn, personIn, some, type Person } from '../../support/servers/people';

interface Comment {
  readonly id: string;
  readonly threadId: string;
  readonly entryId: string;
  readonly parentId?: string;
  readonly author: { readonly id: string; readonly email: string };
  readonly text: string | null;
  readonly deleted: boolean;
  readonly mentions: readonly { readonly id: string }[];
  readonly editedAt?: string;
  readonly can: { readonly edit: boolean; readonly delete: boolean };
  readonly links: { readonly self: string; readonly entry: string };
}
interface Thread {
  readonly id: string;
  readonly state: string;
  readonly comments: readonly Comment[];
}
interface Row {
  readonly id: string;
  readonly action: string;
  readonly summary: string;
  readonly comments?: { readonly total: number; readonly open: number; readonly resolved: number };
}

let app: App;
let auditor: Person;
let reader: Person;
beforeAll(async () => {
  app = await startApp();
  auditor = await personIn(app, { roleId: 'auditor' });
  const permissions = { records: { default: { view: 'all' } }, allows: ['auditRead'] };
  const { id: roleId } = await app.ok('POST', '/settings/v3/users/roles', {
    name: `Reader ${some()}`,
    permissions,
  });
  reader = await personIn(app, { roleId });
});
afterAll(() => app.close());

/** An entry of its own: the creation of a contact. */
async function anEntry(): Promise<{ id: string; contactId: string }> {
  const { id: contactId } = await app.ok('POST', '/crm/v3/objects/contacts', { properties: {} });
  const [{ id } = { id: '' }] = await rows(`targetId=${contactId}`);
  return { id, contactId };
}
const rows = async (query: string) =>
  (await app.ok<{ results: Row[] }>('GET', `/audit/v1/entries?limit=200&${query}`)).results;
const write = (entryId: string, body: object, as?: Person['as']) =>
  app.ok<Comment>('POST', `/audit/v1/entries/${entryId}/comments`, body, as);
const threads = async (path: string, as?: Person['as']) =>
  (await app.ok<{ results: Thread[] }>('GET', path, undefined, as)).results;
const ofEntry = (entryId: string, query = '') => threads(`/audit/v1/entries/${entryId}/comments${query}`);
const refused = async (method: string, path: string, body?: object, as?: Person['as']) => {
  const { status, body: error } = await app.api(method, path, body, as);
  return [status, error.subCategory ?? error.category];
};
/** A text that stands nowhere else. */
const aText = () => `Words ${some()} ${some()}`;

test('people write to each other in threads, and rows of lists count what they wrote', async () => {
  const { id, contactId } = await anEntry();
  const first = await write(id, { text: 'Who asked for this?' });
  expect(first).toMatchObject({
    ...{ threadId: first.id, entryId: id, author: { id: app.admin.id }, text: 'Who asked for this?' },
    ...{ deleted: false, mentions: [], can: { edit: true, delete: true } },
    links: { self: `${app.url}/audit/v1/comments/${first.id}`, entry: `${app.url}/audit/v1/entries/${id}` },
  });
  const answer = await write(id, { text: 'I did.', parentId: first.id }, auditor.as);
  expect(answer).toMatchObject({ threadId: first.id, parentId: first.id, author: { id: auditor.id } });
  const other = await write(id, { text: 'Another matter.' }, auditor.as);
  expect(await ofEntry(id)).toMatchObject([
    {
      id: first.id,
      state: 'open',
      comments: [{ id: first.id }, { id: answer.id, can: { edit: false, delete: true } }],
    },
    { id: other.id, comments: [{ text: 'Another matter.' }] },
  ]);
  const counts = { total: 3, open: 2, resolved: 0 };
  expect((await rows(`targetId=${contactId}`))[0]?.comments).toEqual(counts);
  expect(await app.ok('GET', `/audit/v1/entries/${id}`)).toMatchObject({ comments: counts });
  expect(await app.ok('GET', new URL(answer.links.self).pathname)).toMatchObject({
    ...{ id: answer.id, text: 'I did.', thread: { id: first.id } },
  });
  expect((await rows(`targetId=${first.id}`)).map(({ action, summary }) => `${action} ${summary}`)).toEqual([
    'CREATE Commented on an entry of the audit log',
  ]);
});

test('threads are resolved and reopened, and listed by that, of one entry and of all', async () => {
  const { id, contactId } = await anEntry();
  const [one, two] = [await write(id, { text: 'One' }), await write(id, { text: 'Two' }, auditor.as)];
  expect(await app.ok('POST', `/audit/v1/comments/${one.id}/resolve`, undefined, auditor.as)).toMatchObject({
    ...{ id: one.id, state: 'resolved' },
  });
  const idsOf = async (path: string) => (await threads(path)).map((thread) => thread.id);
  const here = `/audit/v1/entries/${id}/comments`;
  expect(await idsOf(`${here}?state=open`)).toEqual([two.id]);
  expect(await idsOf(`${here}?state=resolved`)).toEqual([one.id]);
  expect(await idsOf(`${here}?state=all`)).toEqual([one.id, two.id]);
  expect((await idsOf('/audit/v1/comments?state=open'))[0]).toBe(two.id);
  expect((await idsOf('/audit/v1/comments?state=resolved'))[0]).toBe(one.id);
  expect((await rows(`targetId=${contactId}`))[0]?.comments).toEqual({ total: 2, open: 1, resolved: 1 });
  expect(await app.ok('POST', `/audit/v1/comments/${one.id}/reopen`)).toMatchObject({ state: 'open' });
  expect(await idsOf(`${here}?state=resolved`)).toEqual([]);
  expect(await refused('GET', `${here}?state=closed`)).toEqual([400, 'VALIDATION_ERROR']);
});

test('its author edits a comment, nobody else', async () => {
  const { id } = await anEntry();
  const before = aText();
  const { id: commentId } = await write(id, { text: before }, auditor.as);
  const path = `/audit/v1/comments/${commentId}`;
  expect(await refused('PATCH', path, { text: 'Not mine' })).toEqual([403, 'FORBIDDEN']);
  const edited = await app.ok<Comment>('PATCH', path, { text: 'Better' }, auditor.as);
  expect(edited).toMatchObject({ text: 'Better', editedAt: expect.any(String) as string });
  expect(await app.ok('PATCH', path, { text: 'Better' }, auditor.as)).toEqual(edited);
  expect(JSON.stringify(await ofEntry(id))).not.toContain(before);
});

test('deleted, a comment leaves its place to the answers, and nothing of its text anywhere', async () => {
  const { id } = await anEntry();
  const text = aText();
  const first = await write(id, { text }, auditor.as);
  const answer = await write(id, { text: 'An answer', parentId: first.id });
  expect(await refused('DELETE', `/audit/v1/comments/${answer.id}`, undefined, auditor.as)).toEqual([
    403,
    'FORBIDDEN',
  ]);
  await app.ok('DELETE', `/audit/v1/comments/${first.id}`);
  expect(await ofEntry(id)).toMatchObject([
    {
      comments: [{ id: first.id, deleted: true, text: null, can: { delete: false } }, { text: 'An answer' }],
    },
  ]);
  expect(await refused('PATCH', `/audit/v1/comments/${first.id}`, { text: 'Back' }, auditor.as)).toEqual([
    ...[404, 'OBJECT_NOT_FOUND'],
  ]);
  await app.ok('DELETE', `/audit/v1/comments/${answer.id}`);
  expect(await ofEntry(id)).toEqual([]);
  expect(await refused('GET', `/audit/v1/comments/${first.id}`)).toEqual([404, 'OBJECT_NOT_FOUND']);
});

test('what is written stands in no event, no line of the log and no file but the vault', async () => {
  const { id } = await anEntry();
  const text = aText();
  const { id: commentId } = await write(id, { text });
  expect(JSON.stringify((await app.events()).map(({ data, meta }) => [data, meta]))).not.toContain(text);
  expect(app.log.join('')).not.toContain(text);
  expect((await ofEntry(id))[0]?.comments[0]?.text).toBe(text);
  const entries = async () => (await app.engine.vault.entries()).length;
  const before = await entries();
  await app.ok('DELETE', `/audit/v1/comments/${commentId}`);
  expect(await entries()).toBe(before - 1);
});

test('a repeat of a comment that was deleted since brings none of it back', async () => {
  const { id } = await anEntry();
  const headers = { 'idempotency-key': some() };
  const path = `/audit/v1/entries/${id}/comments`;
  const body = { text: aText() };
  const { id: commentId } = await app.ok<Comment>('POST', path, body, headers);
  expect((await app.ok<Comment>('POST', path, body, headers)).id).toBe(commentId);
  expect(await ofEntry(id)).toHaveLength(1);
  await app.ok('DELETE', `/audit/v1/comments/${commentId}`);
  const before = (await app.engine.vault.entries()).length;
  expect((await app.api('POST', path, body, headers)).status).toBe(404);
  expect(await ofEntry(id)).toEqual([]);
  expect((await app.engine.vault.entries()).length).toBe(before);
});

test('whoever is mentioned is told, in the app and by mail, without a word of the comment', async () => {
  const { id } = await anEntry();
  const { id: userId, email } = await joinedIn(app, { roleId: 'auditor' });
  const login = { email, password: 'a horse of another colour' };
  const { accessToken } = await app.ok<{ accessToken: string }>('POST', '/auth/v1/login', login);
  const as = { authorization: `Bearer ${accessToken}` };
  const text = `${aText()}: @${email}, what do you say?`;
  const comment = await write(id, { text });
  expect(comment.mentions).toEqual([{ id: userId, email }]);
  const link = `/audit/v1/comments/${comment.id}`;
  const told = await awaited(async () => {
    const { results } = await app.ok('GET', '/notifications/v1/notifications', undefined, as);
    return results.find(({ kind }) => kind === 'AUDIT_MENTION');
  });
  expect(told).toMatchObject({
    title: 'You were mentioned in a comment',
    link,
    about: { commentId: comment.id },
  });
  const page = `/audit?comment=${comment.id}`;
  expect(told).toMatchObject({ page });
  const mail = await awaited(async () => mails().find((one) => one.includes(page)));
  expect(mail).toContain('Subject: You were mentioned in a comment');
  expect(mail).not.toContain(text.slice(0, 12));
  expect((await threads('/audit/v1/comments?mentioned=me', as)).map((one) => one.id)).toEqual([comment.id]);
  expect(await threads('/audit/v1/comments?mentioned=me', reader.as)).toEqual([]);
});

function mails(): string[] {
  const outbox = join(app.dataDir, 'outbox');
  if (!existsSync(outbox)) return [];
  return readdirSync(outbox).map((name) =>
    readFileSync(join(outbox, name), 'utf8')
      .replace(/=\r?\n/g, '')
      .replaceAll('=3D', '='),
  );
}

async function awaited<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(50);
  }
}

test('nobody is mentioned who could not look: the text is refused, and not kept', async () => {
  const { id } = await anEntry();
  const { email } = await joinedIn(app, { roleId: 'viewer' });
  const before = (await app.engine.vault.entries()).length;
  for (const address of [email, 'nobody@example.com'])
    expect(await refused('POST', `/audit/v1/entries/${id}/comments`, { text: `@${address}` })).toEqual([
      ...[400, 'MENTION_UNKNOWN'],
    ]);
  expect((await app.engine.vault.entries()).length).toBe(before);
});

test('who may read may look; to write takes a right of its own', async () => {
  const { id } = await anEntry();
  const { id: commentId } = await write(id, { text: 'Read only' });
  expect(await threads(`/audit/v1/entries/${id}/comments`, reader.as)).toMatchObject([
    { comments: [{ text: 'Read only', can: { edit: false, delete: false } }] },
  ]);
  for (const [method, path, body] of [
    ['POST', `/audit/v1/entries/${id}/comments`, { text: 'x' }],
    ['PATCH', `/audit/v1/comments/${commentId}`, { text: 'x' }],
    ['DELETE', `/audit/v1/comments/${commentId}`, undefined],
    ['POST', `/audit/v1/comments/${commentId}/resolve`, undefined],
    ['POST', `/audit/v1/comments/${commentId}/reopen`, undefined],
  ] as const)
    expect(await refused(method, path, body, reader.as)).toEqual([403, 'MISSING_SCOPES']);
});

test.each([
  ['no text', { text: '' }],
  ['a blank text', { text: ' \n ' }],
  ['a text that is too long', { text: 'x'.repeat(10_001) }],
  ['something else', { text: 'x', colour: 'green' }],
])('%s is refused', async (_, body) => {
  const { id } = await anEntry();
  expect(await refused('POST', `/audit/v1/entries/${id}/comments`, body)).toEqual([400, 'VALIDATION_ERROR']);
});

test('an answer belongs to a comment on the same entry', async () => {
  const [here, there] = [await anEntry(), await anEntry()];
  const { id: parentId } = await write(there.id, { text: 'There' });
  for (const wrong of [parentId, '1', 'nothing'])
    expect(
      await refused('POST', `/audit/v1/entries/${here.id}/comments`, { text: 'x', parentId: wrong }),
    ).toEqual([404, 'OBJECT_NOT_FOUND']);
  expect(await refused('POST', '/audit/v1/entries/nothing/comments', { text: 'x' })).toEqual([
    ...[404, 'OBJECT_NOT_FOUND'],
  ]);
});

test('where the record is erased, what was said about it is gone', async () => {
  const { id, contactId } = await anEntry();
  await write(id, { text: aText() });
  await write((await anEntry()).id, { text: 'About somebody else' });
  const before = (await app.engine.vault.entries()).length;
  await app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: contactId });
  await awaited(async () => ((await ofEntry(id)).length === 0 ? true : undefined));
  expect((await app.engine.vault.entries()).length).toBe(before - 1);
});
