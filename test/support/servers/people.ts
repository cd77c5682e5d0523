// People with a role and teams of their own, for e2e specs: invited, joined and logged in.
import { randomUUID } from 'node:crypto';
import { Invitations } from '../../../src/identity/users/invitations';
import type { App } from './app';

export type Level = 'none' | 'own' | 'team' | 'all';
export interface Rights {
  readonly view: Level;
  readonly edit: Level;
  readonly delete: Level;
}
export type As = Readonly<Record<'authorization', string>>;
export interface Person {
  readonly id: string;
  readonly as: As;
}

const users = '/settings/v3/users';
export const password = 'a horse of another colour';
export const some = () => randomUUID().slice(0, 8);

/** Who was invited, without a mail, and has accepted. `body` as for an invitation. */
export async function joinedIn(
  app: App,
  body: object,
  own = password,
): Promise<{ id: string; email: string }> {
  const asked = { email: `user-${some()}@example.com`, sendWelcomeEmail: false, ...body };
  const { id } = await app.ok('POST', users, asked);
  const token = new Invitations(app.engine.vault).token({ userId: id, invitation: 1 });
  await app.ok('POST', '/auth/v1/invitations/accept', { token, password: own });
  return { id, email: asked.email };
}

/** `body` as for an invitation. */
export async function personIn(app: App, body: object): Promise<Person> {
  const { id, email } = await joinedIn(app, body);
  const { accessToken } = await app.ok<{ accessToken: string }>('POST', '/auth/v1/login', {
    email,
    password,
  });
  return { id, as: { authorization: `Bearer ${accessToken}` } };
}

export const teamIn = async (app: App): Promise<string> =>
  (await app.ok('POST', `${users}/teams`, { name: `Team ${some()}` })).id;

/** A role with all rights on records, but for those on deals. */
export async function roleIn(
  app: App,
  deals: Rights,
  allows: readonly string[] = ['export', 'merge', 'bulkDelete', 'auditRead'],
): Promise<string> {
  const permissions = {
    records: { default: { view: 'all', edit: 'all', delete: 'all' }, deals },
    allows,
  };
  return (await app.ok('POST', `${users}/roles`, { name: `Role ${some()}`, permissions })).id;
}
