// What is told of passwords and of links by which one can be set, and the mail that brings such a link.
import { systemMeta } from '../../../src/caller';
import { parseConfig } from '../../../src/config';
import { eventsOf } from '../../../src/eventsourcing/event';
import type { UserSecrets } from '../../../src/identity/grants';
import { OneTimeLinks } from '../../../src/identity/one-time-links';
import { FirstAdmin } from '../../../src/identity/first-admin';
import { PasswordResets } from '../../../src/identity/passwords/password-resets';
import { Passwords } from '../../../src/identity/passwords/passwords';
import {
  createUser,
  requestPasswordReset,
  tellNewPassword,
  user,
} from '../../../src/identity/users/user.decider';
import type { UserEvents } from '../../../src/identity/users/user.events';
import { MailKinds } from '../../../src/mail/mail-kinds';
import { Mails } from '../../../src/mail/mails';
import { Codec } from '../../../src/eventsourcing/codec';
import { Streams } from '../../../src/eventsourcing/streams';
import { EmbeddedVault } from '../../../src/vault/stores/embedded/vault';
import { openStores, type Stores } from '../../support/read-side';
import { deciding, later } from '../../support/spec';

const ev = eventsOf<UserEvents>();
const ada = { userId: '1', email: 'ada@example.com', superAdmin: true, by: 'setup' as const };
const created = ev('user.created.v1', ada);
const changed = (changes: number, by: 'change' | 'reset') =>
  ev('user.password-changed.v1', { userId: '1', changes, by });
const requested = ev('user.password-reset-requested.v1', { userId: '1', link: 1, expiresAt: later });

describe('a new password', () => {
  const given = deciding(user);
  test('is told of once', () => {
    given(created)
      .when((s) => tellNewPassword(s, { changes: 1, by: 'change' }))
      .then(changed(1, 'change'));
    given(created, changed(1, 'change'))
      .when((s) => tellNewPassword(s, { changes: 1, by: 'change' }))
      .thenNothing();
    given(created, changed(1, 'change'))
      .when((s) => tellNewPassword(s, { changes: 2, by: 'reset' }))
      .then(changed(2, 'reset'));
  });
  test('is asked for by a link, and set by it', () => {
    given(created)
      .when((s) => requestPasswordReset(s, 1, later))
      .then(requested);
    given(created, requested)
      .when((s) => tellNewPassword(s, { changes: 1, by: 'reset' }))
      .then(changed(1, 'reset'));
  });
});

test('hashing and checking one leaves the event loop to others meanwhile', async () => {
  const passwords = new Passwords();
  /** Whether the event loop turned before some work was done: work on its own thread would not let it. */
  const turnsDuring = async <T>(work: () => Promise<T>): Promise<readonly [T, boolean]> => {
    let hasTurned = false;
    setImmediate(() => (hasTurned = true));
    return [await work(), hasTurned];
  };
  const [hash, whileHashed] = await turnsDuring(() => passwords.hash('a horse of another colour', ada.email));
  const check = () => passwords.matches(hash, 'a horse of another colour', { place: 'here', isKnown: true });
  expect([whileHashed, await turnsDuring(check)]).toEqual([true, [true, true]]);
});

test('one that anybody would guess makes no first super admin, and the start names the setting', async () => {
  const stores = await openStores();
  const vault = await EmbeddedVault.open(stores.path, Buffer.alloc(32, 1));
  const config = parseConfig({
    ...{ DATA_DIR: stores.path, BOOTSTRAP_ADMIN_EMAIL: ada.email },
    BOOTSTRAP_ADMIN_PASSWORD: 'administrator1',
  });
  const firstAdmin = new FirstAdmin(config, vault, new Streams(stores.log, new Codec()), new Passwords());
  await expect(firstAdmin.onApplicationBootstrap()).rejects.toThrow(/^BOOTSTRAP_ADMIN_PASSWORD: /);
  expect(await firstAdmin.isOpen()).toBe(true);
  await vault.close();
  await stores.close();
});

describe('the mail with a link to set a password', () => {
  let stores: Stores;
  let vault: EmbeddedVault;
  const kinds = new MailKinds();
  const compose = (link: number) => kinds.find('password-reset')!({ link: String(link) }, '1');
  let resets: PasswordResets;
  beforeAll(async () => {
    stores = await openStores();
    vault = await EmbeddedVault.open(stores.path, Buffer.alloc(32, 1));
    const streams = new Streams(stores.log, new Codec());
    resets = new PasswordResets(vault, streams, new Mails(streams), kinds);
    resets.onModuleInit();
    await streams.change(user, 'user-1', (state) => createUser(state, ada), systemMeta('test'));
    await vault.put<UserSecrets>('user', '1', { email: ada.email, passwordHash: 'some' });
  });
  afterAll(async () => {
    await vault.close();
    await stores.close();
  });

  test('is composed for the last link alone, while that counts', async () => {
    await resets.send('1', systemMeta('test'));
    const letter = await compose(1);
    const token = resets.token({ userId: '1', number: 1 });
    expect(letter!.link!.path).toBe(`/reset-password#token=${token}`);
    expect(letter!.paragraphs.join()).toContain(ada.email);
    await resets.send('1', systemMeta('test'));
    expect([await compose(1), (await compose(2))?.subject]).toEqual([undefined, letter!.subject]);
    const secrets = (await vault.get<UserSecrets>('user', '1'))!;
    await vault.put<UserSecrets>('user', '1', { ...secrets, reset: { link: 2 } });
    expect(await compose(2)).toBeUndefined();
  });

  test('holds a token that is good for no other user, number or kind of link', () => {
    const links = new OneTimeLinks(vault, 'reset');
    const token = links.token({ userId: '1', number: 2 });
    expect(links.read(token)).toEqual({ userId: '1', number: 2 });
    const forged = [token.replace('-1-', '-2-'), token.replace('-2-', '-3-'), `${token}0`, 'nonsense'];
    for (const one of forged) expect(links.read(one)).toBeUndefined();
    expect(new OneTimeLinks(vault, 'invitation').read(token)).toBeUndefined();
    const renamed = token.replace('reset', 'invitation');
    expect(new OneTimeLinks(vault, 'invitation').read(renamed)).toBeUndefined();
  });
});
