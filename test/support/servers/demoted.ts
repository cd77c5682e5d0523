// Makes an admin of the super admin of a test, who may do all but what super admins may, and a super admin again.
import { systemMeta } from '../../../src/caller';
import { eventsOf } from '../../../src/eventsourcing/event';
import { SUPER_ADMIN } from '../../../src/identity/identity.vocabulary';
import { ACCOUNT_ADMINS, accountAdmins } from '../../../src/identity/users/admin.decider';
import { changeUser, user } from '../../../src/identity/users/user.decider';
import type { AccountAdminEvents } from '../../../src/identity/users/user.events';
import { pause } from '../../../src/supervision/pause';
import type { App } from './app';

const ev = eventsOf<AccountAdminEvents>();

async function give(app: App, roleId: string): Promise<void> {
  const { streams } = app.engine;
  const { id: userId } = app.admin;
  const type = roleId === SUPER_ADMIN ? 'account.super-admin-given.v1' : 'account.super-admin-taken.v1';
  // No command takes the rights of the last one.
  await streams.change(accountAdmins, ACCOUNT_ADMINS, () => [ev(type, { userId })], systemMeta('test'));
  await streams.change(user, `user-${userId}`, (state) => changeUser(state, { roleId }), systemMeta('test'));
  // A token may be remembered for a second.
  await pause(1_100);
}

/** What everybody may while the admin is a user like others. */
export async function demoted<T>(app: App, act: () => Promise<T>): Promise<T> {
  await give(app, 'admin');
  try {
    return await act();
  } finally {
    await give(app, SUPER_ADMIN);
  }
}
