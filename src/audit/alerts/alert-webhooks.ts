// Where an alert tells a receiver, and what its requests are signed with: the vault keeps both.
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { Caller } from '../../caller';
import { Config } from '../../config';
import { urlInBounds } from '../../delivery/addresses';
import { RequireStepUp } from '../../identity/sessions/step-up.queries';
import { Vault } from '../../vault/vault';

export interface AlertGrant {
  readonly url: string;
  readonly secret: string;
}

const KIND = 'alert-webhook';

@Injectable()
export class AlertWebhooks {
  constructor(
    private readonly vault: Vault,
    private readonly config: Config,
    private readonly queries: QueryBus,
  ) {}

  of(alertId: string): Promise<AlertGrant | undefined> {
    return this.vault.get<AlertGrant>(KIND, alertId);
  }

  /** Refuses an address that webhooks may not go to, and a person's session that was not stepped up for it. */
  async require(given: string, caller: Caller): Promise<string> {
    await this.queries.execute(new RequireStepUp(caller));
    return urlInBounds(given, 'webhook', this.config.WEBHOOKS_PRIVATE);
  }

  /** Keeps an address, with a secret of the command: a repeat of it answers the same one. */
  async keep(alertId: string, url: string, commandId: string): Promise<string> {
    const secret = `strata-alert-${alertId}-${this.vault.hmac('alert webhook', `${alertId}/${commandId}`)}`;
    await this.vault.put<AlertGrant>(KIND, alertId, { url, secret });
    return secret;
  }

  async remove(alertId: string): Promise<void> {
    await this.vault.remove(KIND, alertId);
  }
}
