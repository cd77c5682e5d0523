// The command `strata` against a server: what a person does in a terminal from the first link to a restore and back.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strata } from '../../../src/command-line/strata';
import type { SessionGrant } from '../../../src/identity/grants';
import { ownLog, startApp, type App } from '../../support/servers/app';
import { UnspentCodes } from '../../support/servers/unspent-codes';

const email = `ada-${randomUUID().slice(0, 8)}@example.com`;
const password = 'correct horse battery';
const folder = mkdtempSync(join(tmpdir(), 'strata-command-'));
const logins = join(folder, 'strata', 'logins.json');
const file = (name: string) => join(folder, name);

let app: App;
/** By the server, on the terminal of whoever started it. */
let printed = '';
let codes: UnspentCodes;
beforeAll(async () => {
  process.env['XDG_CONFIG_HOME'] = folder;
  const write = jest
    .spyOn(process.stdout, 'write')
    .mockImplementation((text) => (printed += String(text)) !== '');
  app = await startApp({ ...ownLog, BOOTSTRAP_ADMIN_EMAIL: '', BOOTSTRAP_ADMIN_PASSWORD: '' });
  write.mockRestore();
});
afterAll(async () => {
  delete process.env['XDG_CONFIG_HOME'];
  await app.close();
  rmSync(folder, { recursive: true });
});

interface Done {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  /** What was asked, in order. */
  readonly asked: readonly string[];
}

/** Calls the command; each question is answered by what begins as it does, or fails. */
async function called(args: readonly string[], answers: Record<string, () => string> = {}): Promise<Done> {
  const [out, error, asked]: string[][] = [[], [], []];
  const say = {
    out: (line: string) => void out!.push(line),
    error: (line: string) => void error!.push(line),
  };
  const code = await strata(args, say, async (question) => {
    asked!.push(question);
    const found = Object.entries(answers).find(([begin]) => question.startsWith(begin));
    if (!found) throw new Error(`Nobody answers: ${question}`);
    const secret = /^Secret: (\S+)$/m.exec(out!.join('\n'))?.[1];
    if (secret) codes = new UnspentCodes(secret);
    return found[1]();
  });
  return { code, out: out!.join('\n'), error: error!.join('\n'), asked: asked! };
}

/** Calls it and demands that it is done. */
async function done(args: readonly string[], answers?: Record<string, () => string>): Promise<Done> {
  const answer = await called(args, answers);
  expect(answer).toMatchObject({ code: 0 });
  return answer;
}

const json = async <T>(args: readonly string[], answers?: Record<string, () => string>): Promise<T> =>
  JSON.parse((await done([...args, '--json'], answers)).out) as T;

const code = { 'A code': () => codes.next()! };
const stored = () => (JSON.parse(readFileSync(logins, 'utf8')) as { logins: object }).logins;

test('without a server, a login or a key it says what is missing', async () => {
  expect(await called(['whoami'])).toMatchObject({
    ...{ code: 2, error: 'STRATA_URL: is missing: where the server is' },
  });
  expect(await called(['whoami', '--url', app.url])).toMatchObject({
    code: 2,
    error: expect.stringContaining('or log in: strata login') as string,
  });
  expect(await called(['whoami', '--url', 'ftp://example.com'])).toMatchObject({ code: 2 });
});

test('the printed link makes the first super admin, who is logged in, in a file that nobody else reads', async () => {
  const link = /http:\S+set-up#token=[\w-]+/.exec(printed)![0];
  expect(await called(['setup'], { 'The link': () => app.url })).toMatchObject({ code: 2 });
  // The form of earlier versions: what is wrong with it is the token.
  const earlier = `${app.url}/auth/v1/setup?token=guessed`;
  const guessed = { 'The link': () => earlier, 'Your e-mail': () => email, 'A password': () => password };
  expect(await called(['setup'], guessed)).toMatchObject({
    error: expect.stringContaining('not the one printed last') as string,
  });
  const { out } = await done(['setup', '--url', app.url], {
    ...{ 'The link': () => link, 'Your e-mail': () => email, 'A password': () => password },
  });
  expect(out).toContain(`${email} is the first super admin`);
  expect(statSync(logins).mode & 0o777).toBe(0o600);
  expect(readFileSync(logins, 'utf8')).not.toContain(password);
  expect((await done(['whoami'])).out).toContain(`as ${email}, logged in until 2`);
  expect(await json(['whoami'])).toMatchObject({ url: app.url, email, tier: 'ENTERPRISE' });
});

test('a second factor is set up with all that is needed to keep it, and asked for at the next login', async () => {
  const { out } = await done(['second-factor'], code);
  expect(out).toMatch(/^Secret: [A-Z2-7]{32}$/m);
  expect(out).toContain('otpauth://totp/');
  expect(out.match(/^ {2}\S+$/gm)!.length).toBeGreaterThanOrEqual(8);
  const { asked } = await done(['login', '--email', email], { 'Your password': () => password, ...code });
  expect(asked).toHaveLength(2);
});

interface Contact {
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
}
const contacts = async () => {
  const { accessToken } = Object.values(stored())[0] as { accessToken: string };
  const headers = { authorization: `Bearer ${accessToken}` };
  const { results } = await app.ok<{ results: readonly Contact[] }>(
    ...(['GET', '/crm/v3/objects/contacts?properties=city,email', undefined, headers] as const),
  );
  return results;
};
const cities = async () => (await contacts()).map(({ properties }) => properties.city);

test('a file is imported, backed up, spoiled by another, brought back, and that taken back', async () => {
  writeFileSync(
    file('people.csv'),
    'Email,City,Mood\nada@example.com,London,fine\nlin@example.com,Oslo,fine\n',
  );
  const first = await done(['import', file('people.csv'), 'contacts']);
  expect(first.error).toBe('Left out: "Mood": No property of contacts is called so');
  expect(first.out).toMatch(/^Import \d+: 2 rows, 2 created, 0 updated$/m);

  const backup = await json<{ id: string }>(['backup']);
  await done(['backup', backup.id, '--out', file('backup.zip')]);
  expect(statSync(file('backup.zip')).mode & 0o777).toBe(0o600);
  expect((await done(['verify', file('backup.zip')])).out).toContain('true: ');
  expect(await called(['backup', backup.id, '--out', file('backup.zip')])).toMatchObject({
    ...{ code: 2, error: `${file('backup.zip')}: is there already` },
  });

  writeFileSync(file('wrong.csv'), 'E-mail,City\nada@example.com,Nowhere\nlin@example.com,Nowhere\n');
  expect(await called(['import', file('wrong.csv'), 'contacts', '--key-column', 'Name'])).toMatchObject({
    code: 2,
  });
  writeFileSync(file('wrong.csv'), 'Email,City\nada@example.com,Nowhere\nlin@example.com,Nowhere\n');
  await done(['import', file('wrong.csv'), 'contacts']);
  expect(await cities()).toEqual(['Nowhere', 'Nowhere']);

  const planned = await done(['plan', 'contacts', '--backup', backup.id, '--properties', 'city']);
  expect(planned.out).toContain('2 values of 2 records would change');
  expect(planned.out).toContain('city: "Nowhere" → "London"');
  const planId = /strata restore (\d+)/.exec(planned.out)![1]!;

  // What a colleague has put right since the plan was made stays.
  writeFileSync(file('right.csv'), 'Email,City\nlin@example.com,Bergen\n');
  await done(['import', file('right.csv'), 'contacts']);
  expect(await called(['restore', planId], { Plan: () => 'no' })).toMatchObject({
    ...{ code: 1, error: 'Nothing was changed' },
  });
  let tries = 0;
  const restored = await done(['restore', planId], {
    ...{ Plan: () => 'yes', 'A code': () => (tries++ === 0 ? '000000' : codes.next()!) },
  });
  expect(restored.error).toBe('It is wrong, or was used before: wait for the next one');
  expect(restored.out).toContain('1 changed, 1 left alone (changed since the plan was made)');
  expect(restored.out).toMatch(/^ {2}contacts \d+: changed since the plan was made: city$/m);
  expect(await cities()).toEqual(['London', 'Bergen']);

  const undone = await done(['undo', 'restore', /undo restore (\d+)/.exec(restored.out)![1]!]);
  expect(undone.out).toContain('1 value of 1 record would change');
  expect(await called(['undo', 'nobody', '1'])).toMatchObject({ code: 2 });
}, 240_000);

test('a file is read as people have it, and tried before it is brought in', async () => {
  const before = (await contacts()).length;
  const rows = 'E-Mail;Email;City\nx;bj\xf6rn.example.com;Oslo\nx;eva@example.com;M\xfcnchen\n';
  writeFileSync(file('german.csv'), rows, 'latin1');
  const tried = await called(['import', file('german.csv'), 'contacts', '--dry-run']);
  expect(tried).toMatchObject({ code: 1 });
  expect(tried.out).toMatch(/^Dry run \d+: 2 rows, 1 created, 0 updated\nNothing was written$/);
  expect(tried.error).toContain('Left out: "E-Mail": Another column is about email already\nrow 2: ');
  expect(tried.error).toContain('"björn.example.com"');
  expect(await contacts()).toHaveLength(before);
  const shown = await done(['import', file('german.csv'), 'contacts', '--preview']);
  expect(shown.out.split('\n')).toEqual([
    'german.csv: contacts, WINDOWS-1252, ";" between cells',
    '  "Email" → email (Email), by which records are found that are there',
    '  "City" → city (City)',
    'row 2: "x", "björn.example.com", "Oslo"',
    'row 3: "x", "eva@example.com", "München"',
  ]);
  writeFileSync(file('nothing.csv'), 'A1;B2\n1;2\n');
  for (const more of [[], ['--preview']])
    expect(await called(['import', file('nothing.csv'), 'contacts', ...more])).toMatchObject({
      ...{ code: more.length > 0 ? 1 : 2, out: expect.not.stringContaining('Import') as string },
    });
  writeFileSync(file('german.csv'), 'Email;City\neva@example.com;M\xfcnchen\n', 'latin1');
  await done(['import', file('german.csv'), 'contacts']);
  expect((await cities()).at(-1)).toBe('München');
});

test('the audit log is asked by it, and two instants are compared', async () => {
  const [{ id }] = (await contacts()) as [Contact];
  const { out } = await done(['audit', '--target', id, '--property', 'city', '--changes', '--limit', '1']);
  expect(out).toContain(`restore Data Restore - Contact of ${email}`);
  expect(out).toContain('city: "Nowhere" → "London"');
  expect(out).toContain('and more: --limit 10');
  const told = await json<{ results: readonly { action: string }[] }>([
    'audit',
    'action:CREATE',
    '--target',
    id,
  ]);
  expect(told.results.map(({ action }) => action)).toEqual(['CREATE']);
  expect(await called(['audit', '--category', 'NONE'])).toMatchObject({ code: 1 });

  const { position } = await json<{ position: string }>(['backup']);
  await done(['import', file('right.csv'), 'contacts', '--operation', 'UPSERT']);
  writeFileSync(file('last.csv'), 'Email,City\nlin@example.com,Rome\n');
  await done(['import', file('last.csv'), 'contacts']);
  const compared = await done(['compare', position, '--types', 'contacts', '--properties', 'city']);
  expect(compared.out).toContain('0 added, 0 removed, 1 row changed');
  expect(compared.out).toContain('city: "Bergen" → "Rome"');
});

test('records are exported into a file', async () => {
  const { out } = await done(['export', 'contacts', '--properties', 'email,city', '--out', file('out.csv')]);
  expect(out).toBe(`${file('out.csv')}: 3 records`);
  expect(readFileSync(file('out.csv'), 'utf8')).toContain('lin@example.com');
});

test('a session that was proved long ago is proved again where that is asked for', async () => {
  const { id } = await json<{ id: string }>(['backup']);
  const { accessToken } = Object.values(stored())[0] as { accessToken: string };
  const sessionId = accessToken.split('-')[2]!;
  const grant = (await app.engine.vault.get<SessionGrant>('session', sessionId))!;
  const steppedUpAt = new Date(Date.now() - 11 * 60_000).toISOString();
  await app.engine.vault.put<SessionGrant>('session', sessionId, { ...grant, steppedUpAt });
  const fresh = await codes.awaited();
  const { asked } = await done(['backup', id, '--out', file('later.zip')], { 'A code': () => fresh });
  expect(asked).toHaveLength(1);
}, 240_000);

test('a refusal is told in one line, and after logging out nothing is kept', async () => {
  expect(await called(['plan', 'contacts', '--backup', '1'])).toMatchObject({
    code: 1,
    error: expect.stringMatching(/^POST \/restores\/v1\/plans: 404 /) as string,
  });
  expect(await called(['plan', 'contacts'])).toMatchObject({ code: 2 });
  await done(['logout']);
  expect(stored()).toEqual({});
  expect(await called(['audit'])).toMatchObject({ code: 2 });
});
