// Every setting of Strata: one schema, parsed once at boot, frozen. Nothing else reads process.env.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { config as loadDotenv } from 'dotenv';
import { z } from 'zod';
import { wrongTimes } from './backups/schedules/due-times';
import { employeeKeys } from './identity/employees/employee-keys';
import { claimsMapping } from './identity/sso/claims-mapping';
import { tiers } from './tiers/features';

const DURATION_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const duration = z
  .string()
  .regex(/^\d+[smhd]$/, 'must be a number followed by s, m, h or d, such as 12h')
  .transform((text) => Number(text.slice(0, -1)) * DURATION_MS[text.slice(-1) as keyof typeof DURATION_MS]);

const SIZES = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const;

const size = z
  .string()
  .regex(/^\d+[KMGT]iB$/, 'must be a number followed by KiB, MiB, GiB or TiB, such as 10GiB')
  .transform((text) => Number(text.slice(0, -3)) * SIZES[text.slice(-3) as keyof typeof SIZES]);

/** The origin of a page as browsers send it: no path, no user, no port that goes without saying, in small letters. */
const isOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

const checkpointTarget = /^(?:file:\/\/\/\S+|https?:\/\/[^\s/]+\S*|mailto:[^\s@]+@[^\s@]+)$/;

const roles = ['api', 'projector', 'worker'] as const;
export type Role = (typeof roles)[number];

const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

export const settings = z.object({
  PORT: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(0, 'must be from 0 to 65535')
    .max(65_535, 'must be from 0 to 65535')
    .default(3000)
    .describe('port it listens on'),
  HOST: z.string().default('127.0.0.1').describe('address it listens on'),
  DATA_DIR: z
    .string()
    .default('./data')
    .transform((p) => resolve(p))
    .describe('embedded stores, files, outbox, generated master key'),
  EVENTSTORE_URL: optional(
    z.string().regex(/^(esdb|kurrentdb)(\+discover)?:\/\//, 'must start with esdb://'),
  ).describe('EventStoreDB connection string; unset = embedded'),
  MONGODB_URL: optional(
    z.string().regex(/^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/, 'must start with mongodb:// and name a database'),
  ).describe('MongoDB connection string with database name; unset = embedded'),
  MASTER_KEY: optional(
    z.string().regex(/^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$/, 'must be 32 bytes in hex or base64'),
  ).describe('seals the vault; unset = made in DATA_DIR'),
  MASTER_KEY_FILE: optional(z.string()).describe('file that holds the master key'),
  ROLE: z
    .string()
    .default('all')
    .transform((text, context): readonly Role[] => {
      if (text === 'all') return roles;
      const names = text.split(',').map((name) => name.trim());
      const wrong = names.find((name) => !(roles as readonly string[]).includes(name));
      if (wrong === undefined) return names as Role[];
      context.addIssue({ code: 'custom', message: 'must be all, or any of api, projector, worker by comma' });
      return z.NEVER;
    })
    .describe('all, or any of api, projector, worker by comma'),
  PUBLIC_URL: optional(z.url('must be a URL')).describe('base of links; default http://HOST:PORT'),
  SMTP_URL: optional(
    z
      .url('must be a URL')
      .regex(/^smtps?:\/\/[^/?#]+/, 'must start with smtp:// or smtps:// and name a server'),
  ).describe(
    'mail server, such as `smtps://user:password@mail.example.com`; unset = `.eml` files in `DATA_DIR/outbox`',
  ),
  MAIL_FROM: optional(
    z.string().regex(/^(?:[^<>@\r\n"]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, {
      error: 'must be an address, or a name and an address such as Strata <strata@example.com>',
    }),
  ).describe('sender of mails; default `strata@` the host of PUBLIC_URL'),
  BOOTSTRAP_ADMIN_EMAIL: optional(z.email('must be an e-mail address')).describe(
    'first super admin, only while there is none',
  ),
  BOOTSTRAP_ADMIN_PASSWORD: optional(z.string().min(12, 'must have at least 12 characters')).describe(
    'password of the first super admin',
  ),
  ACCOUNT_TIER: z.enum(tiers).default('ENTERPRISE').describe('tier at first start'),
  BACKUP_QUOTA: optional(
    z
      .string()
      .regex(
        /^(off|\d+\/\d+[hd])$/,
        'must be off, or how many backups in how long: 1/24h is one in 24 hours, 3/7d three in 7 days',
      ),
  ).describe('backups allowed, such as `1/24h` or `3/7d`, or `off`; unset = by tier'),
  DRILLS: z
    .preprocess(
      (value) => (value === '' ? undefined : value),
      z
        .string()
        .superRefine((cron, context) => {
          const wrong = cron === 'off' ? undefined : wrongTimes({ cron, timeZone: 'UTC' }, new Date());
          if (wrong)
            context.addIssue({ code: 'custom', message: `must be off, or cron fields: it ${wrong.message}` });
        })
        .default('30 3 * * *'),
    )
    .describe(
      'when drills are made ([backups.md](backups.md#know-that-backups-work)): five cron fields, UTC; or `off`',
    ),
  BACKUP_RECIPIENT: optional(z.string()).describe(
    'OpenPGP public key that files of backups are encrypted to, or the path of a file that holds it; unset = not encrypted',
  ),
  TRUST_PROXY: z
    .enum(['on', 'off'])
    .default('off')
    .transform((value) => value === 'on')
    .describe('take the client address from the X-Forwarded-For of the one proxy in front'),
  GEOIP_FILE: optional(
    z.string().transform((text) => text.split(',').map((file) => resolve(file.trim()))),
  ).describe('`.mmdb` files, several by comma, for regions and better countries of addresses'),
  OIDC_ISSUER: optional(z.url({ protocol: /^https?$/, error: 'must be an http or https URL' })).describe(
    'provider of single sign-on by OpenID Connect',
  ),
  OIDC_CLIENT_ID: optional(z.string()).describe('what Strata is called at that provider'),
  OIDC_CLIENT_SECRET: optional(z.string()).describe('secret of Strata at that provider'),
  OIDC_CLAIMS: optional(claimsMapping).describe(
    'role and teams by claims, JSON ([access.md](access.md#by-the-claims-of-the-provider))',
  ),
  EMPLOYEE_KEYS: optional(employeeKeys).describe(
    "public keys of the vendor's sign-in: a JWKS, or a file with one or with PEM ([below](#employee_keys)); unset = no employee of the vendor comes in",
  ),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('least level that is logged'),
  UPLOAD_QUOTA: z
    .string()
    .default('10GiB')
    .pipe(size)
    .describe('what uploads may take of the disk, all together'),
  METRICS_TOKEN: optional(z.string().min(16, 'must have at least 16 characters')).describe(
    'bearer token for /metrics; without one, only who asks on the machine itself is answered',
  ),
  CORS_ORIGINS: optional(
    z
      .string()
      .transform((text) => text.split(',').map((one) => one.trim()))
      .refine((origins) => origins.every(isOrigin), {
        error: 'must be exact origins by comma, such as https://console.example.com',
      }),
  ).describe('origins by comma whose pages may ask from a browser; unset = no other than its own'),
  ERASURE_DELAY: z
    .union([z.literal('off').transform(() => 0), duration], {
      error: 'must be off, or a number followed by s, m, h or d, such as 7d',
    })
    .prefault('off')
    .describe('how long an erasure can be cancelled before it is carried out, such as `7d`'),
  CHECKPOINT_KEY_FILE: optional(z.string().transform((file) => resolve(file))).describe(
    'private keys that sign checkpoints of the log ([integrity.md](integrity.md)); unset = `checkpoint.key` in DATA_DIR, made where it is missing',
  ),
  CHECKPOINTS_TO: optional(
    z
      .string()
      .transform((text) => text.split(',').map((one) => one.trim()))
      .refine((targets) => targets.every((target) => checkpointTarget.test(target)), {
        error: 'must be addresses by comma, each file:///PATH, https://… or mailto:NAME@HOST',
      }),
  ).describe(
    'where checkpoints are sent, out of reach of whoever can change the log: `file:///path`, `https://…` (each is posted), `mailto:…` (one a day), several by comma',
  ),
  WEBHOOKS_PRIVATE: z
    .enum(['on', 'off'])
    .default('off')
    .transform((value) => value === 'on')
    .describe('webhooks and streams of the audit log may go to private addresses'),
  SESSION_TTL: z.string().default('12h').pipe(duration).describe('how long a login lasts'),
  SESSION_IDLE: z
    .union([z.literal('off').transform(() => 0), duration], {
      error: 'must be off, or a number followed by s, m, h or d, such as 2h',
    })
    .prefault('2h')
    .describe('how long a login lasts that is not used; `off`: as long as one that is'),
});

type Settings = Readonly<z.output<typeof settings>>;
const AnySettings = class {} as new () => Settings;

/** All settings, parsed; a class, so that it is the injection token, too. */
export abstract class Config extends AnySettings {}

/** A setting is wrong, or two settings do not fit; the message names the setting and holds no value. */
export class ConfigError extends Error {}

/** The address that links in mails begin with, without a slash at the end. */
export function publicUrl({ PUBLIC_URL, HOST, PORT }: Config): string {
  const host = HOST.includes(':') ? `[${HOST}]` : HOST;
  return (PUBLIC_URL ?? `http://${host}:${PORT}`).replace(/\/$/, '');
}

export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = settings.safeParse(env);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  const config = parsed.data;
  const { EVENTSTORE_URL, MONGODB_URL } = config;
  // An embedded store beside a server would be locked by nobody: several processes could open it, each as the only one.
  if ((EVENTSTORE_URL === undefined) !== (MONGODB_URL === undefined))
    throw new ConfigError(
      EVENTSTORE_URL === undefined
        ? 'EVENTSTORE_URL: is missing, MONGODB_URL is set; log and read models are both on servers or both embedded'
        : 'MONGODB_URL: is missing, EVENTSTORE_URL is set; log and read models are both on servers or both embedded',
    );
  if (config.ROLE.length < roles.length && EVENTSTORE_URL === undefined)
    throw new ConfigError(
      'ROLE: can only be split with EVENTSTORE_URL and MONGODB_URL set: embedded stores have one process',
    );
  if (config.BOOTSTRAP_ADMIN_EMAIL && !config.BOOTSTRAP_ADMIN_PASSWORD)
    throw new ConfigError('BOOTSTRAP_ADMIN_PASSWORD: is missing, BOOTSTRAP_ADMIN_EMAIL is set');
  if (config.BOOTSTRAP_ADMIN_PASSWORD && !config.BOOTSTRAP_ADMIN_EMAIL)
    throw new ConfigError('BOOTSTRAP_ADMIN_EMAIL: is missing, BOOTSTRAP_ADMIN_PASSWORD is set');
  const ofSso = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;
  const [set] = [...ofSso, 'OIDC_CLAIMS' as const].filter((name) => config[name] !== undefined);
  const missing = ofSso.find((name) => config[name] === undefined);
  if (set && missing) throw new ConfigError(`${missing}: is missing, ${set} is set`);
  return Object.freeze(config);
}

export function loadConfig(): Config {
  loadDotenv({ quiet: true });
  return parseConfig(process.env);
}

export interface ClientSettings {
  readonly url?: string;
  readonly token?: string;
  /** The user's folder of settings, in which each program has one of its own. */
  readonly configHome: string;
}

/** Where the command finds a server, the API key by which it speaks to it, and where it keeps what it was told. */
export function clientSettings(): ClientSettings {
  loadDotenv({ quiet: true });
  const { STRATA_URL: url, STRATA_TOKEN: token, XDG_CONFIG_HOME: xdg, APPDATA: roaming } = process.env;
  const usual = (process.platform === 'win32' && roaming) || join(homedir(), '.config');
  return { ...(url && { url }), ...(token && { token }), configHome: xdg || usual };
}
