// What is taken from somebody in one process is taken in every other soon after: roles, teams, keys, sessions, all.
import { randomUUID } from 'node:crypto';
import type { SessionGrant } from '../../../src/identity/grants';
import { Invitations } from '../../../src/identity/users/invitations';
import { pause } from '../../../src/supervision/pause';
import { Vendor } from '../../support/codes/assertions';
import { ADMIN } from '../../split/deployment';
import { InOneProcess } from '../../split/in-one-process';

interface Answer {
  readonly status: number;
  readonly body: {
    readonly id: string;
    readonly accessToken: string;
    readonly token: string;
    readonly subCategory?: string;
    readonly results: readonly { readonly id: string }[];
  };
}

const users = '/settings/v3/users';
const deals = '/crm/v3/objects/deals';
const password = 'a horse of another colour';

/** Milliseconds that an answer, or what it waits for, may take on a busy machine. */
const SOON = 60_000;

const send = async (
  url: string,
  method: string,
  path: string,
  token: string,
  body?: object,
  key: string = randomUUID(),
) => {
  const headers = {
    'idempotency-key': key,
    ...(token && { authorization: `Bearer ${token}` }),
    ...(body && { 'content-type': 'application/json' }),
  };
  const sent = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const response = await fetch(url + path, { ...sent, signal: AbortSignal.timeout(SOON) });
  const text = await response.text();
  return {
    status: response.status,
    body: (text ? JSON.parse(text) : {}) as Answer['body'],
  } satisfies Answer;
};

/** Asks until the answer is as it should be. Rejects, with the last answer, where it does not become so. */
const until = async (
  ask: () => Promise<Answer>,
  isSo: (status: number, body: Answer['body']) => boolean,
): Promise<Answer['body']> => {
  for (const began = performance.now(); ; await pause(20)) {
    const { status, body } = await ask();
    if (isSo(status, body)) return body;
    if (performance.now() - began > SOON) throw new Error(`Still ${status} ${JSON.stringify(body)}`);
  }
};

/**
 * Like `send`, again while read models are behind. Rejects where it is refused: whoever went on would wait for a change
 * that nobody has made.
 */
const ok = async (url: string, method: string, path: string, token: string, body?: object) => {
  const key = randomUUID();
  return until(
    () => send(url, method, path, token, body, key),
    (status) => {
      if (status >= 300 && status !== 503) throw new Error(`${method} ${path}: ${status}`);
      return status < 300;
    },
  );
};

test('a change in one process counts in another', async () => {
  const deployment = await InOneProcess.start(['api', 'api', 'projector']);
  try {
    const [here, there] = deployment.members.map(({ url }) => url!);
    const logIn = async (url: string, credentials: object) =>
      (await ok(url, 'POST', '/auth/v1/login', '', credentials)).accessToken;
    const admin = await logIn(here!, ADMIN);
    const asAdmin = (method: string, path: string, body?: object) => ok(here!, method, path, admin, body);
    const join = async (email: string, more: object) => {
      const { id } = await asAdmin('POST', users, { email, sendWelcomeEmail: false, ...more });
      const token = new Invitations(deployment.vault).token({ userId: id, invitation: 1 });
      await ok(there!, 'POST', '/auth/v1/invitations/accept', '', { token, password });
      return { id, session: await logIn(there!, { email, password }) };
    };
    /** Asks the other process until it answers so: it remembers a token for a second. */
    const answers = (expected: number, token: string, path: string) =>
      until(
        () => send(there!, 'GET', path, token),
        (status) => status === expected,
      );

    const team = (await asAdmin('POST', `${users}/teams`, { name: 'North' })).id;
    const permissions = { records: { default: { view: 'team' } }, allows: [] };
    const roleId = (await asAdmin('POST', `${users}/roles`, { name: 'Lead', permissions })).id;
    const mate = await join('mate@example.com', { primaryTeamId: team });
    const lead = await join('lead@example.com', { primaryTeamId: team, roleId });
    const deal = (await asAdmin('POST', deals, { properties: { hubspot_owner_id: mate.id } })).id;
    const key = await ok(there!, 'POST', '/auth/v1/api-keys', lead.session, {
      name: 'k',
      scopes: ['crm.objects.read'],
    });

    await answers(200, lead.session, `${deals}/${deal}`);
    await asAdmin('PUT', `${users}/${mate.id}`, { primaryTeamId: '' });
    await answers(404, lead.session, `${deals}/${deal}`);

    const allowFrom = (allowedIps: readonly string[] | null) =>
      ok(here!, 'PATCH', `/auth/v1/api-keys/${key.id}`, lead.session, { allowedIps });
    await answers(200, key.token, deals);
    await allowFrom(['192.0.2.7']);
    await answers(403, key.token, deals);
    await allowFrom(null);
    await answers(200, key.token, deals);
    const nothing = { permissions: { records: {}, allows: [] } };
    await asAdmin('PUT', `${users}/roles/${roleId}`, nothing);
    await answers(403, lead.session, deals);
    await answers(403, key.token, deals);

    await asAdmin('PUT', `${users}/${lead.id}`, { roleId: 'viewer' });
    await answers(200, lead.session, deals);
    await answers(200, key.token, deals);
    await ok(here!, 'DELETE', `/auth/v1/api-keys/${key.id}`, lead.session);
    await answers(401, key.token, deals);

    await asAdmin('DELETE', `${users}/${lead.id}/sessions`);
    await answers(401, lead.session, deals);
    const again = await logIn(there!, { email: 'lead@example.com', password });
    await answers(200, again, deals);
    await asAdmin('POST', `${users}/${lead.id}/deactivate`);
    await answers(401, again, deals);
    const refused = await send(there!, 'POST', '/auth/v1/login', '', { email: 'lead@example.com', password });
    expect(refused.status).toBe(401);
  } finally {
    await deployment.remove();
  }
});

test('who proves themselves in one process has done so in another at once, whatever asks for it', async () => {
  const deployment = await InOneProcess.start(['api', 'api', 'projector']);
  try {
    const [here, there] = deployment.members.map(({ url }) => url!) as [string, string];
    const admin = (await ok(here, 'POST', '/auth/v1/login', '', ADMIN)).accessToken;
    const asAdmin = (method: string, path: string, body?: object) => ok(here, method, path, admin, body);
    const receiver = 'https://receiver.example.com/told';
    const wants = { objectTypes: ['contacts'], events: ['creation'] };
    const webhook = await asAdmin('POST', '/webhooks/v1/subscriptions', { url: receiver, ...wants });
    const backup = await asAdmin('POST', '/backups/v1/backups', {});
    const entries = `/audit/v1/entries?targetType=backups&targetId=${backup.id}`;
    const [row] = (
      await until(
        () => send(here, 'GET', entries, admin),
        (_, { results }) => results.length > 0,
      )
    ).results;
    const sessionId = admin.split('-')[2]!;
    const provedLongAgo = () =>
      deployment.vault.change<SessionGrant>('session', sessionId, (grant) => ({
        ...grant!,
        steppedUpAt: new Date(Date.now() - 3_600_000).toISOString(),
      }));

    const refused: string[] = [];
    for (const [method, path, body] of [
      ['PUT', '/settings/v1/account', { tier: 'ENTERPRISE' }],
      ['PATCH', `/webhooks/v1/subscriptions/${webhook.id}`, { url: `${receiver}/elsewhere` }],
      ['POST', '/audit/v1/alerts', { name: 'New countries', kind: 'NEW_COUNTRY', webhook: receiver }],
      ['GET', `/audit/v1/entries/${row!.id}/file`],
    ] as const) {
      const ask = () => send(there, method, path, admin, body);
      await provedLongAgo();
      await until(ask, (_, { subCategory }) => subCategory === 'STEP_UP_REQUIRED');
      await asAdmin('POST', '/auth/v1/step-up', { password: ADMIN.password });
      if ((await ask()).body.subCategory === 'STEP_UP_REQUIRED') refused.push(`${method} ${path}`);
    }
    expect(refused).toEqual([]);
  } finally {
    await deployment.remove();
  }
});

test('an employee of the vendor comes in once by an assertion, and is out in every process when access is withdrawn', async () => {
  const vendor = new Vendor('https://strata.example.com');
  const deployment = await InOneProcess.start(['api', 'api', 'projector'], await vendor.settings);
  try {
    const [here, there] = deployment.members.map(({ url }) => url!) as [string, string];
    const admin = (await ok(here, 'POST', '/auth/v1/login', '', ADMIN)).accessToken;
    const allow = (allowed: boolean, end: string | null = null) =>
      ok(here, 'PUT', '/settings/v1/employee-access', admin, { allowed, until: end });
    const bring = (url: string, assertion: string) =>
      send(url, 'POST', '/auth/v1/employee-login', '', { assertion });
    /** Milliseconds until the other process lets a token in no more. */
    const endedIn = async (token: string) => {
      const began = Date.now();
      await until(
        () => send(there, 'GET', deals, token),
        (status) => status !== 200,
      );
      return Date.now() - began;
    };

    await allow(true);
    for (let race = 0; race < 5; race++) {
      const assertion = await vendor.assertion();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) => bring(n % 2 === 0 ? here : there, assertion)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([
        200,
        ...Array.from({ length: 9 }, () => 401),
      ]);
    }
    for (const withdraw of [
      () => allow(false),
      () => allow(true, new Date(Date.now() + 300).toISOString()),
    ]) {
      await allow(true);
      const { accessToken: token } = (await bring(there, await vendor.assertion())).body;
      expect((await send(there, 'GET', deals, token)).status).toBe(200);
      await withdraw();
      expect(await endedIn(token)).toBeLessThan(2_000);
      expect((await send(here, 'GET', deals, token)).status).toBe(401);
    }
  } finally {
    await deployment.remove();
  }
});
