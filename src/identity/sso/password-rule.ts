// Whether a password still lets a user in, where the account is signed in to by single sign-on.
import { Injectable } from '@nestjs/common';
import { Streams } from '../../eventsourcing/streams';
import { ACCOUNT_ADMINS, accountAdmins } from '../users/admin.decider';
import { Provider } from './provider';
import { ACCOUNT_SSO, accountSso, mayUsePassword } from './sso.decider';

@Injectable()
export class PasswordRule {
  constructor(
    private readonly streams: Streams,
    private readonly provider: Provider,
  ) {}

  /** Where the operator has taken the provider away, a password is the only way in. */
  async lets(userId: string): Promise<boolean> {
    if (!this.provider.isSetUp) return true;
    const { state: rules } = await this.streams.load(accountSso, ACCOUNT_SSO);
    if (!rules.required) return true;
    const { state: admins } = await this.streams.load(accountAdmins, ACCOUNT_ADMINS);
    return mayUsePassword(rules, userId, admins.all);
  }
}
