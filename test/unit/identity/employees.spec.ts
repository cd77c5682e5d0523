// Employees of the vendor without HTTP: which keys are taken, which assertions believed, and when the account lets them in.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { base64url, type JWTPayload } from 'jose';
import { employeeDepartments } from '../../../src/audit/taxonomy';
import { ConfigError, parseConfig } from '../../../src/config';
import { eventsOf } from '../../../src/eventsourcing/event';
import { Assertions } from '../../../src/identity/employees/assertions';
import {
  changeEmployeeAccess,
  employeeAccess,
  isOpen,
} from '../../../src/identity/employees/employee-access.decider';
import type { EmployeeAccessEvents } from '../../../src/identity/employees/employee-access.events';
import { rightsOfDepartment } from '../../../src/identity/employees/employee-rights';
import { SpentAssertions } from '../../../src/identity/employees/spent-assertions';
import {
  endEmployeeSession,
  endSession,
  session,
  startEmployeeSession,
} from '../../../src/identity/identity.decider';
import type { SessionEvents } from '../../../src/identity/identity.events';
import { EmbeddedVault } from '../../../src/vault/stores/embedded/vault';
import { ecPair, jwksOf, pemOf, rsaPair, Vendor } from '../../support/codes/assertions';
import { deciding } from '../../support/spec';

const dir = mkdtempSync(join(tmpdir(), 'strata-employees-'));
afterAll(() => rmSync(dir, { recursive: true }));
const fileOf = (content: string): string => {
  const path = join(dir, randomUUID());
  writeFileSync(path, content);
  return path;
};
const site = 'https://strata.example.com';
const vendor = new Vendor(site);

describe('the setting EMPLOYEE_KEYS', () => {
  const keysIn = (EMPLOYEE_KEYS: string) => parseConfig({ EMPLOYEE_KEYS }).EMPLOYEE_KEYS;
  const saidOf = (EMPLOYEE_KEYS: string): string => {
    try {
      keysIn(EMPLOYEE_KEYS);
      return '';
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as Error).message;
    }
  };

  test('takes a JWKS, or a file with one or with PEM, several keys of any kind', async () => {
    const [rsa, ec] = [rsaPair(), ecPair()];
    const jwks = await jwksOf([rsa.publicKey, { kid: 'a', alg: 'PS256', use: 'sig' }], [ec.publicKey]);
    for (const given of [jwks, `\n ${jwks}\n`, fileOf(jwks)])
      expect(keysIn(given)).toMatchObject([{ kid: 'a', algorithms: ['PS256'] }, { algorithms: ['ES256'] }]);
    const pem = keysIn(fileOf(`the keys of the vendor\n${pemOf(rsa)}\n${pemOf(ec)}`));
    expect(pem?.map(({ kid, algorithms }) => [kid, algorithms.length])).toEqual([
      [undefined, 6],
      [undefined, 1],
    ]);
    expect(keysIn('')).toBeUndefined();
  });

  test('says of what is wrong which key it is, in one line without the key', async () => {
    const [rsa, ec] = [rsaPair(), ecPair()];
    const secret = ec.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const wrong: [string, string][] = [
      ['/no/such/file', 'must be a JWKS as JSON, or the path of a file that can be read'],
      [dir, 'must be a JWKS as JSON, or the path of a file that can be read'],
      ['{"keys": 5}', 'must be a JWKS: { "keys": [ … ] }'],
      ['{"keys": [', 'must be a JWKS: { "keys": [ … ] }'],
      ['{"keys": []}', 'holds no key'],
      [fileOf('nothing'), 'holds no key'],
      ['{"keys": [{"kty":"oct","k":"c2VjcmV0"}]}', 'key 1 is a shared secret: give public keys'],
      ['{"keys": [{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}', 'key 1 cannot be read'],
      [await jwksOf([rsa.publicKey], [ec.privateKey]), 'key 2 is a private key: give its public half alone'],
      [fileOf(secret), 'key 1 is a private key: give its public half alone'],
      [await jwksOf([rsaPair(1024).publicKey]), 'key 1 is too short: RSA takes 2048 bits at least'],
      [await jwksOf([ec.publicKey, { alg: 'RS256' }]), 'key 1 has an alg that it cannot sign by'],
      [await jwksOf([ec.publicKey, { use: 'enc' }]), 'key 1 is not for signatures'],
      [
        await jwksOf([ec.publicKey, { kid: 'a' }], [rsa.publicKey, { kid: 'a' }]),
        'holds two keys of one kid',
      ],
    ];
    for (const [given, said] of wrong) expect(saidOf(given)).toBe(`EMPLOYEE_KEYS: ${said}`);
  });
});

describe('an assertion', () => {
  let assertions: Assertions;
  beforeAll(async () => {
    assertions = new Assertions(parseConfig(await vendor.settings));
  });
  const judged = async (assertion: string | Promise<string>, by = assertions) => {
    const answer = await by.judge(await assertion);
    return 'wrong' in answer ? answer.wrong : 'right';
  };
  const seconds = () => Math.floor(Date.now() / 1000);

  test('says who somebody is, in the words that the log keeps', async () => {
    const jti = randomUUID();
    const claims = {
      jti,
      name: ' Kim Lee ',
      email: 'Kim@Vendor.example',
      exp: seconds() + 60,
      iss: 'anybody',
    };
    expect(await assertions.judge(await vendor.assertion(claims))).toEqual({
      ...{ jti, name: 'Kim Lee', email: 'kim@vendor.example' },
      ...{ department: 'CUSTOMER_SUPPORT', reason: 'Ticket 4711' },
    });
    expect(await judged(vendor.assertion({ aud: [`${site}/`, 'others'] }))).toBe('right');
  });

  test('counts for five minutes at most, and for less where it says so; clocks may be a little off', async () => {
    for (const iat of [seconds() - 310, seconds() + 20])
      expect(await judged(vendor.assertion({ iat }))).toBe('right');
    expect(await judged(vendor.assertion({ exp: seconds() - 10 }))).toBe('right');
    expect(await judged(vendor.assertion({ iat: seconds() - 340 }))).toMatch(/^its iat/);
    expect(await judged(vendor.assertion({ iat: seconds() - 340, exp: seconds() + 3600 }))).toMatch(
      /^its iat/,
    );
    expect(await judged(vendor.assertion({ iat: seconds() + 60 }))).toMatch(/^its iat/);
    expect(await judged(vendor.assertion({ exp: seconds() - 60 }))).toMatch(/^its exp/);
    expect(await judged(vendor.assertion({ nbf: seconds() + 60 }))).toMatch(/^its nbf/);
    expect(await judged(vendor.assertion({ iat: undefined as never }))).toMatch(/^its iat/);
  });

  test.each([
    ['aud', { aud: 'https://other.example.com' }],
    ['aud', { aud: undefined }],
    ['jti', { jti: undefined }],
    ['jti', { jti: 'j'.repeat(201) }],
    ['name', { name: ' ' }],
    ['name', { name: 'Kim\u0000Lee' }],
    ['email', { email: 'kim' }],
    ['department', { department: 'JANITORS' }],
    ['department', { department: ['SALES'] }],
    ['reason', { reason: undefined }],
    ['reason', { reason: 'r'.repeat(501) }],
  ])('with a wrong %s is refused: %j', async (name, claims) => {
    expect(await judged(vendor.assertion(claims as JWTPayload))).toMatch(new RegExp(`^its ${name}`));
  });

  test('counts only where a key of the setting has signed it, by an algorithm of that key', async () => {
    const other = ecPair().privateKey;
    expect(await judged(vendor.assertion({}, { key: other }))).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
    expect(await judged(vendor.assertion({}, { kid: 'vendor-2' }))).toBe('no key fits its kid and alg');
    // The public key, which anybody may know, as if it were a shared secret.
    const pem = new TextEncoder().encode(pemOf(vendor.pair));
    expect(await judged(vendor.assertion({}, { alg: 'HS256', key: pem }))).toBe(
      'no key fits its kid and alg',
    );
    const rsa = rsaPair().privateKey;
    expect(await judged(vendor.assertion({}, { alg: 'RS256', key: rsa }))).toBe(
      'no key fits its kid and alg',
    );
    const part = (value: object) => base64url.encode(JSON.stringify(value));
    const [, payload, signature] = (await vendor.assertion()).split('.');
    for (const alg of ['none', 'None', '', undefined, ['ES256']])
      for (const signed of ['', signature])
        expect(await judged(`${part({ alg })}.${payload}.${signed}`)).toBe('no key fits its kid and alg');
    const forged = part(vendor.claims({ department: 'SALES' }));
    expect(await judged(`${part({ alg: 'ES256' })}.${forged}.${signature}`)).toMatch(/SIGNATURE/);
    const { keys } = JSON.parse(await jwksOf([ecPair().publicKey])) as { keys: object[] };
    const jwk = part({ alg: 'ES256', jwk: keys[0] });
    expect(await judged(`${jwk}.${payload}.${signature}`)).toMatch(/SIGNATURE/);
    for (const text of ['', 'x', '..', '{}', 'a.b.c', `${payload}.${payload}`])
      expect(await judged(text)).not.toBe('right');
  });

  test('is tried with each key that may have signed it', async () => {
    const [old, rsa] = [ecPair(), rsaPair()];
    const pems = [old, rsa, vendor.pair].map(pemOf).join('\n');
    const several = new Assertions(parseConfig({ PUBLIC_URL: site, EMPLOYEE_KEYS: fileOf(pems) }));
    expect(await judged(vendor.assertion(), several)).toBe('right');
    expect(await judged(vendor.assertion({}, { key: old.privateKey, kid: '' }), several)).toBe('right');
    for (const alg of ['RS256', 'PS512'])
      expect(await judged(vendor.assertion({}, { alg, key: rsa.privateKey }), several)).toBe('right');
    expect(await judged(vendor.assertion({}, { key: ecPair().privateKey }), several)).toMatch(/SIGNATURE/);
  });
});

describe('a use', () => {
  const now = Date.parse('2024-05-01T10:00:00.000Z');
  let vault: EmbeddedVault;
  beforeAll(async () => {
    vault = await EmbeddedVault.open(dir, Buffer.alloc(32, 1));
  });
  afterAll(() => vault.close());

  test('is one, in a race of fifty', async () => {
    const jti = randomUUID();
    const spent = await Promise.all(
      Array.from({ length: 50 }, () => new SpentAssertions(vault).spend(jti, now)),
    );
    expect(spent.filter((isFirst) => isFirst)).toHaveLength(1);
  });

  test('is remembered for an hour, and leaves nothing behind after that', async () => {
    const spent = new SpentAssertions(vault);
    expect(await spent.spend('7', now)).toBe(true);
    expect(await spent.spend('7', now + 3_599_999)).toBe(false);
    const day = 86_400_000;
    for (let n = 0; n < 200; n++) expect(await spent.spend(randomUUID(), now + n * day)).toBe(true);
    for (const place of '0123456789abcdef') {
      const kept = await vault.get<{ spent: object[] }>('employee-assertions', place);
      expect(kept?.spent ?? []).toHaveLength(kept ? 1 : 0);
    }
  });
});

describe('the account', () => {
  const given = deciding(employeeAccess);
  const changed = eventsOf<EmployeeAccessEvents>();
  const now = Date.parse('2024-05-01T10:00:00.000Z');
  const [soon, late] = ['2024-05-01T11:00:00.000Z', '2024-05-02T10:00:00.000Z'];
  const off = { allowed: false, until: null };
  const on = { allowed: true, until: null };
  const type = 'account.employee-access-changed.v1';
  const opened = changed(type, { from: off, to: on, allowance: 1 });
  const openedUntil = changed(type, { from: off, to: { allowed: true, until: soon }, allowance: 1 });

  test('lets nobody in until it says so, and then until its time is over', () => {
    expect(isOpen(given().state, now)).toBe(false);
    expect(isOpen(given(opened).state, now)).toBe(true);
    const { state } = given(openedUntil);
    expect([Date.parse(soon) - 1, Date.parse(soon)].map((time) => isOpen(state, time))).toEqual([
      true,
      false,
    ]);
  });

  test('tells of what is another, and of nothing where nothing is', () => {
    given()
      .when((state) => changeEmployeeAccess(state, on, now))
      .then(opened);
    given(opened)
      .when((state) => changeEmployeeAccess(state, on, now))
      .thenNothing();
    given()
      .when((state) => changeEmployeeAccess(state, off, now))
      .thenNothing();
  });

  test('gives access anew where it was withdrawn or over, and not where it only lasts longer', () => {
    const withdrawn = changed(type, { from: on, to: off, allowance: 1 });
    given(opened)
      .when((state) => changeEmployeeAccess(state, off, now))
      .then(withdrawn);
    given(opened, withdrawn)
      .when((state) => changeEmployeeAccess(state, on, now))
      .then(changed(type, { from: off, to: on, allowance: 2 }));
    const longer = { allowed: true, until: late };
    const from = openedUntil.data.to;
    given(openedUntil)
      .when((state) => changeEmployeeAccess(state, longer, now))
      .then(changed(type, { from, to: longer, allowance: 1 }));
    given(openedUntil)
      .when((state) => changeEmployeeAccess(state, longer, Date.parse(soon)))
      .then(changed(type, { from, to: longer, allowance: 2 }));
  });

  test('takes only an end that is to come, of what it allows', () => {
    const until = new Date(now).toISOString();
    given()
      .when((state) => changeEmployeeAccess(state, { allowed: true, until }, now))
      .thenRefused('input-invalid');
    given()
      .when((state) => changeEmployeeAccess(state, { allowed: false, until: late }, now))
      .thenRefused('input-invalid');
  });
});

describe('a session of an employee', () => {
  const given = deciding(session);
  const ev = eventsOf<SessionEvents>();
  const told = { name: 'Kim Lee', email: 'kim@vendor.example', department: 'SALES' };
  const rest = { sessionId: '1', reason: 'Ticket 4711', expiresAt: '2024-05-01T11:00:00.000Z' };
  const started = ev('session.employee-started.v1', { ...rest, ...told, employeeId: 'employee-1' });
  const ended = (reason: SessionEvents['session.employee-ended.v1']['reason']) =>
    ev('session.employee-ended.v1', { sessionId: '1', employeeId: 'employee-1', reason });

  test('begins once, and ends by its employee or by the account', () => {
    const employee = { ...told, id: 'employee-1' };
    given()
      .when((state) => startEmployeeSession(state, { ...rest, employee }))
      .then(started);
    given(started)
      .when((state) => startEmployeeSession(state, { ...rest, employee }))
      .thenNothing();
    given(started)
      .when((state) => endSession(state, 'employee-1', 'logout'))
      .then(ended('logout'));
    given(started)
      .when((state) => endSession(state, '7', 'revoked'))
      .thenRefused('session-unknown');
    given(started)
      .when((state) => endEmployeeSession(state, 'access-withdrawn'))
      .then(ended('access-withdrawn'));
    given(started, ended('logout'))
      .when((state) => endEmployeeSession(state, 'access-withdrawn'))
      .thenNothing();
  });

  test('may read in every department, change records in those that help, and never end, export or see secrets', () => {
    for (const department of employeeDepartments) {
      const { superAdmin, scopes } = rightsOfDepartment(department);
      const has = (scope: string) => scopes !== 'all' && scopes.has(scope);
      expect([superAdmin, has('crm.objects.read'), has('audit.read')]).toEqual([false, true, true]);
      const helps = ['ENGINEERING', 'SERVICES', 'CUSTOMER_SUPPORT'].includes(department);
      expect(has('crm.objects.write')).toBe(helps);
      const kept =
        /archive|erase|merge|bulk|sensitive|export|import|backups|restores|users|settings|schemas.*write|define/;
      expect([...(scopes as ReadonlySet<string>)].filter((scope) => kept.test(scope))).toEqual([]);
    }
  });
});
