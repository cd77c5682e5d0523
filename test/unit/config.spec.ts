// Settings: what is understood, and what is said of a wrong one.
import { resolve } from 'node:path';
import { ConfigError, parseConfig } from '../../src/config';

const stores = { EVENTSTORE_URL: 'esdb://localhost:2113', MONGODB_URL: 'mongodb://localhost/strata' };

describe('settings', () => {
  test('all have defaults: a fresh machine needs none', () => {
    expect(parseConfig({})).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      DATA_DIR: resolve('./data'),
      ROLE: ['api', 'projector', 'worker'],
      ACCOUNT_TIER: 'ENTERPRISE',
      TRUST_PROXY: false,
      LOG_LEVEL: 'info',
      SESSION_TTL: 12 * 3_600_000,
      UPLOAD_QUOTA: 10 * 1024 ** 3,
    });
    expect(parseConfig({ EVENTSTORE_URL: '', MASTER_KEY: '' })).toMatchObject({ PORT: 3000 });
  });

  test('cannot be changed once they are read', () => {
    expect(Object.isFrozen(parseConfig({}))).toBe(true);
  });

  test.each([
    ['PORT', { PORT: 'http' }],
    ['PORT', { PORT: '70000' }],
    ...[
      '*',
      'null',
      'https://a.test/',
      'https://a.test, b.test',
      'https://A.test',
      'ftp://a.test',
      'https://a.test:443',
    ].map((wrong): [string, Record<string, string>] => ['CORS_ORIGINS', { CORS_ORIGINS: wrong }]),
    ['EVENTSTORE_URL', { EVENTSTORE_URL: 'http://localhost' }],
    ['MONGODB_URL', { MONGODB_URL: 'mongodb://localhost' }],
    ['MASTER_KEY', { MASTER_KEY: 'too short a secret' }],
    ['ROLE', { ROLE: 'api,writer' }],
    ['ROLE', { ROLE: 'api' }],
    ['MONGODB_URL', { EVENTSTORE_URL: stores.EVENTSTORE_URL }],
    ['EVENTSTORE_URL', { MONGODB_URL: stores.MONGODB_URL }],
    ['MONGODB_URL', { ROLE: 'worker', EVENTSTORE_URL: stores.EVENTSTORE_URL }],
    ['PUBLIC_URL', { PUBLIC_URL: 'somewhere' }],
    ['SMTP_URL', { SMTP_URL: 'mail.example.com' }],
    ['SMTP_URL', { SMTP_URL: 'https://mail.example.com' }],
    ['MAIL_FROM', { MAIL_FROM: 'the CRM' }],
    ['MAIL_FROM', { MAIL_FROM: 'a@example.com\r\nBcc: all@example.com' }],
    ['BOOTSTRAP_ADMIN_EMAIL', { BOOTSTRAP_ADMIN_EMAIL: 'admin' }],
    ['BOOTSTRAP_ADMIN_PASSWORD', { BOOTSTRAP_ADMIN_EMAIL: 'a@example.com' }],
    ['BOOTSTRAP_ADMIN_EMAIL', { BOOTSTRAP_ADMIN_PASSWORD: 'long enough, but whose?' }],
    [
      'BOOTSTRAP_ADMIN_PASSWORD',
      { BOOTSTRAP_ADMIN_EMAIL: 'a@example.com', BOOTSTRAP_ADMIN_PASSWORD: 'hunter2' },
    ],
    ['ACCOUNT_TIER', { ACCOUNT_TIER: 'GOLD' }],
    ['BACKUP_QUOTA', { BACKUP_QUOTA: 'many' }],
    ['TRUST_PROXY', { TRUST_PROXY: 'yes' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
    ['SESSION_TTL', { SESSION_TTL: '12' }],
    ['METRICS_TOKEN', { METRICS_TOKEN: 'short' }],
    ['UPLOAD_QUOTA', { UPLOAD_QUOTA: '10GB' }],
    ['OIDC_ISSUER', { OIDC_ISSUER: 'login.example.com' }],
    ['OIDC_CLIENT_ID', { OIDC_ISSUER: 'https://login.example.com' }],
    ['OIDC_ISSUER', { OIDC_CLAIMS: '{}' }],
    ['OIDC_CLAIMS', { OIDC_CLAIMS: 'groups' }],
    ['OIDC_CLAIMS', { OIDC_CLAIMS: '{"roles":[{"claim":"groups"}]}' }],
  ])(
    'a wrong %s is told in one line that names it and holds no value',
    (name, env: Record<string, string>) => {
      const parse = () => parseConfig(env);
      expect(parse).toThrow(ConfigError);
      expect(parse).toThrow(new RegExp(`^${name}: [^\\n]+$`));
      const value = env[name];
      if (value && value.length > 5) expect(parse).not.toThrow(value);
    },
  );

  test('a role can be split where the stores are shared', () => {
    expect(parseConfig({ ...stores, ROLE: 'api, projector' }).ROLE).toEqual(['api', 'projector']);
  });

  test('sizes are read in powers of 1024', () => {
    const quota = (UPLOAD_QUOTA: string) => parseConfig({ UPLOAD_QUOTA }).UPLOAD_QUOTA;
    expect([quota('5KiB'), quota('2MiB'), quota('1TiB')]).toEqual([5_120, 2_097_152, 1_099_511_627_776]);
  });

  test('durations are read in seconds, minutes, hours and days', () => {
    const ttl = (SESSION_TTL: string) => parseConfig({ SESSION_TTL }).SESSION_TTL;
    expect([ttl('30s'), ttl('5m'), ttl('2h'), ttl('1d')]).toEqual([30_000, 300_000, 7_200_000, 86_400_000]);
  });
});
