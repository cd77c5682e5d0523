// What Nest is told of single sign-on.
import { MappedRights } from './mapped-rights';
import { PasswordRule } from './password-rule';
import { Provider } from './provider';
import { ChangeSsoHandler, FinishSsoHandler } from './sso.commands';
import { GetSsoHandler } from './sso.queries';
import { SsoStates } from './sso-states';
import { SsoUsers } from './sso-users';

export const ssoProviders = [
  ...[Provider, SsoStates, SsoUsers, MappedRights, PasswordRule],
  ...[ChangeSsoHandler, FinishSsoHandler, GetSsoHandler],
];
