// The logins that the command has kept: a file in the user's folder of settings that only they read.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientSettings } from '../../config';

export interface StoredLogin {
  /** Of the server, without a slash at its end: its token is sent to no other. */
  readonly url: string;
  readonly email: string;
  readonly userId: string;
  readonly accessToken: string;
  /** ISO time. */
  readonly expiresAt: string;
  /** Tells the server at the next login that it was here before. */
  readonly deviceToken: string;
}

interface Kept {
  /** Address of the server that was logged in to last. */
  readonly last?: string;
  readonly logins: Readonly<Record<string, StoredLogin>>;
}

const folder = (): string => join(clientSettings().configHome, 'strata');
export const loginsFile = (): string => join(folder(), 'logins.json');

function kept(): Kept {
  try {
    return JSON.parse(readFileSync(loginsFile(), 'utf8')) as Kept;
  } catch {
    // None was kept yet, or what is there is no such file: the next login writes it anew.
    return { logins: {} };
  }
}

/** The login to a server, or, where none is named, the last one. */
export function storedLogin(url?: string): StoredLogin | undefined {
  const { last, logins } = kept();
  const at = url ?? last;
  return at !== undefined && Object.hasOwn(logins, at) ? logins[at] : undefined;
}

export function keepLogin(login: StoredLogin): void {
  write({ last: login.url, logins: { ...kept().logins, [login.url]: login } });
}

export function forgetLogin(url: string): void {
  const { [url]: _, ...logins } = kept().logins;
  write({ last: url, logins });
}

function write(what: Kept): void {
  mkdirSync(folder(), { recursive: true, mode: 0o700 });
  const half = `${loginsFile()}.part`;
  writeFileSync(half, `${JSON.stringify(what, undefined, 2)}\n`, { mode: 0o600 });
  // One that was left there keeps the mode that it had.
  chmodSync(half, 0o600);
  renameSync(half, loginsFile());
}
