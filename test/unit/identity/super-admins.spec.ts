// Who is a super admin, and what a user may do, where several change a user at once.
import { Codec } from '../../../src/eventsourcing/codec';
import { Streams } from '../../../src/eventsourcing/streams';
import { RightsOfUsers } from '../../../src/identity/roles/rights';
import { ACCOUNT_ADMINS, accountAdmins, giveSuperAdmin } from '../../../src/identity/users/admin.decider';
import { SuperAdmins } from '../../../src/identity/users/super-admins';
import * as decide from '../../../src/identity/users/user.decider';
import { user, type User } from '../../../src/identity/users/user.decider';
import type { EventOf } from '../../../src/eventsourcing/event';
import type { UserEvents } from '../../../src/identity/users/user.events';
import type { ReadModels } from '../../../src/read/read-models';
import { systemMeta } from '../../../src/caller';
import { openStores, type Stores } from '../../support/read-side';
import { later } from '../../support/spec';

const lin = {
  ...{ userId: '3', email: 'lin@example.com', names: { firstName: 'Lin', lastName: 'Yu' } },
  ...{ teams: { primaryTeamId: null, secondaryTeamIds: [] }, expiresAt: later },
};

let stores: Stores;
let streams: Streams;
beforeEach(async () => {
  stores = await openStores();
  streams = new Streams(stores.log, new Codec());
  await changeAdmins('1');
});
afterEach(() => stores.close());

const changeAdmins = (userId: string) =>
  streams.change(accountAdmins, ACCOUNT_ADMINS, (s) => giveSuperAdmin(s, userId), systemMeta('test'));
const change = (decided: (state: User) => EventOf<UserEvents>[]) =>
  streams.change(user, 'user-3', decided, systemMeta('test'));
const joined = async (roleId: string) => {
  await change((s) => decide.inviteUser(s, { ...lin, roleId }));
  await change(decide.join);
};
const admins = async () => [...(await streams.load(accountAdmins, ACCOUNT_ADMINS)).state.all].sort();

/** Does something just before the next append to the stream of super admins. */
function beforeNextAppend(work: () => Promise<unknown>): void {
  const append = stores.log.append.bind(stores.log);
  let waits = true;
  stores.log.append = async (...asked) => {
    if (waits && asked[0] === ACCOUNT_ADMINS) {
      waits = false;
      await work();
    }
    return append(...asked);
  };
}

test('whoever joins while their role is taken from them is no super admin', async () => {
  await joined('super-admin');
  beforeNextAppend(() => change((s) => decide.changeUser(s, { roleId: 'viewer' })));
  await new SuperAdmins(streams).follow('3', systemMeta('test'));
  expect(await admins()).toEqual(['1']);
});

test('of two who give and take the role at once, the last one counts', async () => {
  await joined('viewer');
  await changeAdmins('3');
  beforeNextAppend(() => change((s) => decide.changeUser(s, { roleId: 'super-admin' })));
  await new SuperAdmins(streams).follow('3', systemMeta('test'));
  expect(await admins()).toEqual(['1', '3']);
});

test('a user who is not active by the log may do nothing, whatever their role', async () => {
  await joined('viewer');
  const rights = new RightsOfUsers(streams, {} as ReadModels);
  const mayRead = async () => {
    const { scopes } = await rights.of('3');
    return scopes !== 'all' && scopes.has('crm.objects.contacts.read');
  };
  expect(await mayRead()).toBe(true);
  await change(decide.deactivateUser);
  expect(await mayRead()).toBe(false);
});
