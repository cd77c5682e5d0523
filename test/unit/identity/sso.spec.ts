// Single sign-on without a provider: what claims give, what the account decides, and states that count once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventsOf } from '../../../src/eventsourcing/event';
import { claimsMapping, mapClaims, type ClaimsMapping } from '../../../src/identity/sso/claims-mapping';
import { accountSso, changeSso, mayUsePassword } from '../../../src/identity/sso/sso.decider';
import type { SsoEvents } from '../../../src/identity/sso/sso.events';
import { SsoStates } from '../../../src/identity/sso/sso-states';
import { EmbeddedVault } from '../../../src/vault/stores/embedded/vault';
import { deciding } from '../../support/spec';

const groups = (value: string, gives: object) => ({ claim: 'groups', value, ...gives });
const mapping = {
  roles: [groups('bosses', { role: 'super-admin' }), groups('sellers', { role: 'sales' })],
  teams: [groups('north', { team: 'North' }), groups('sellers', { team: 'Sellers' })],
} as ClaimsMapping;

describe('claims', () => {
  test.each([
    [{ groups: ['sellers', 'bosses'] }, 'super-admin', ['Sellers']],
    [{ groups: ['north', 'sellers'] }, 'sales', ['North', 'Sellers']],
    [{ groups: 'sellers' }, 'sales', ['Sellers']],
    [{ groups: 'sellers,bosses' }, null, []],
    [{ groups: { bosses: true } }, null, []],
    [{ roles: ['bosses'] }, null, []],
    [{}, null, []],
  ])('%j give the role %s and the teams %j', (claims, role, teams) => {
    expect(mapClaims(mapping, claims)).toEqual({ role, teams });
  });

  test('give what is left for all others, and say nothing of what the mapping does not speak of', () => {
    expect(mapClaims({ otherwise: 'viewer' }, {})).toEqual({ role: 'viewer' });
    expect(mapClaims({}, { groups: ['bosses'] })).toEqual({});
  });

  test('are mapped by JSON; what is wrong with it is told by its place', () => {
    const text = JSON.stringify(mapping);
    expect(claimsMapping.parse(text)).toEqual(mapping);
    expect(() => claimsMapping.parse('{"roles":[{"claim":"groups","value":"x"}]}')).toThrow('roles.0.role');
    expect(() => claimsMapping.parse('groups')).toThrow('must be JSON');
  });
});

describe('the account', () => {
  const given = deciding(accountSso);
  const changed = eventsOf<SsoEvents>();
  const required = changed('account.sso-changed.v1', {
    from: { required: false, breakGlass: [] },
    to: { required: true, breakGlass: ['1'] },
  });

  test('tells of what is another, and of nothing where nothing is', () => {
    given()
      .when((now) => changeSso(now, { required: true, breakGlass: ['1'], allowed: true }))
      .then(required);
    given(required)
      .when((now) => changeSso(now, { required: true }))
      .thenNothing();
  });

  test('requires it only while it is allowed, with somebody to break the glass', () => {
    given()
      .when((now) => changeSso(now, { required: true }))
      .thenRefused('break-glass-missing');
    given(required)
      .when((now) => changeSso(now, { breakGlass: [] }))
      .thenRefused('break-glass-missing');
    given(required)
      .when((now) => changeSso(now, { allowed: false }))
      .thenRefused('sso-not-allowed');
  });

  test('is never shut from the inside', () => {
    const { state } = given(required);
    const lets = (userId: string, admins: string[]) => mayUsePassword(state, userId, new Set(admins));
    expect(['1', '2', '3'].map((id) => lets(id, ['1', '2']))).toEqual([true, false, false]);
    expect(['1', '2', '3'].map((id) => lets(id, ['2']))).toEqual([false, true, false]);
    expect(mayUsePassword(given().state, '3', new Set())).toBe(true);
  });
});

describe('a state', () => {
  const dir = mkdtempSync(join(tmpdir(), 'strata-sso-'));
  const browser = 'b'.repeat(64);
  const now = Date.parse('2024-05-01T10:00:00.000Z');
  let vault: EmbeddedVault;
  beforeAll(async () => {
    vault = await EmbeddedVault.open(dir, Buffer.alloc(32, 1));
  });
  afterAll(async () => {
    await vault.close();
    rmSync(dir, { recursive: true });
  });

  test('is known to any process for ten minutes, in its browser, with what it was begun for', () => {
    const begun = new SsoStates(vault).begin(browser, { anew: true, cookie: true, stepsUp: '42' }, now);
    const states = new SsoStates(vault);
    expect(states.read(begun.token, browser, now + 599_999)).toEqual(begun);
    expect(begun).toMatchObject({ anew: true, cookie: true, stepsUp: '42' });
    expect(states.read(begun.token, browser, now + 600_000)).toBeUndefined();
    expect(states.read(begun.token, 'c'.repeat(64), now)).toBeUndefined();
    expect(states.read(begun.token, undefined, now)).toBeUndefined();
    expect(states.read(begun.token.replace('-42-', '-43-'), browser, now)).toBeUndefined();
    expect(begun.token).not.toContain(begun.verifier);
    expect(begun.token).not.toContain(begun.nonce);
  });

  test('counts once, in fifty races of two', async () => {
    for (let race = 0; race < 50; race++) {
      const state = new SsoStates(vault).begin(browser, { anew: false, cookie: false }, now + race * 7_000);
      const spent = await Promise.all(
        [new SsoStates(vault), new SsoStates(vault)].map((one) => one.spend(state)),
      );
      expect(spent.sort()).toEqual([false, true]);
    }
  });

  test('leaves no more in the vault than one list for each minute', async () => {
    const states = new SsoStates(vault);
    const state = states.begin(browser, { anew: false, cookie: false }, now);
    expect(await states.spend(state)).toBe(true);
    const place = String(Math.floor(state.until / 60_000) % 32);
    const later = states.begin(browser, { anew: false, cookie: false }, now + 32 * 60_000);
    expect(await states.spend(later)).toBe(true);
    expect(await vault.get<object>('sso-states', place)).toMatchObject({ digests: [expect.any(String)] });
  });
});
