// Logs in to a server with a password, and a code where a second factor is active, and keeps the login.
import type { Ask, Say } from '../command';
import { Refused, ServerClient } from './server-client';
import { keepLogin, loginsFile, storedLogin } from './stored-logins';

interface LoggedIn {
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly deviceToken: string;
  readonly user: { readonly id: string; readonly email: string };
}

interface Person {
  readonly email: string;
  readonly password: string;
}

export async function logIn(url: string, person: Person, say: Say, ask: Ask): Promise<void> {
  const known = storedLogin(url);
  const device = known?.email === person.email ? { deviceToken: known.deviceToken } : {};
  const server = ServerClient.as(url);
  const path = '/auth/v1/login';
  let answer: LoggedIn;
  try {
    answer = await server.post<LoggedIn>(path, { ...person, ...device });
  } catch (error) {
    if (!(error instanceof Refused && error.subCategory === 'TOTP_REQUIRED')) throw error;
    const proof = await askForCode(ask);
    answer = await server.post<LoggedIn>(path, { ...person, ...device, ...proof });
  }
  const { accessToken, expiresAt, deviceToken, user } = answer;
  keepLogin({ url, email: user.email, userId: user.id, accessToken, expiresAt, deviceToken });
  say.out(`Logged in to ${url} as ${user.email} until ${expiresAt}; kept in ${loginsFile()}`);
}

/** A code of the second factor, or a recovery code where the device is lost. */
export async function askForCode(ask: Ask): Promise<{ totp: string } | { recoveryCode: string }> {
  const code = await ask('A code of your second factor (or a recovery code): ', { hidden: true });
  return /^\d{6}$/.test(code) ? { totp: code } : { recoveryCode: code };
}
