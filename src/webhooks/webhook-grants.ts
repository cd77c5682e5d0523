// What the vault keeps of a subscription: its address, which may hold tokens, and the secrets that its requests are
// signed with.
import { randomBytes } from 'node:crypto';
import type { Vault } from '../vault/vault';

/** Kind `webhook`, id the subscription's. */
export interface WebhookGrant {
  readonly url: string;
  readonly secret: string;
  /** Id of the command that made the secret. */
  readonly by: string;
  /** Set while the secret has not been answered to anybody. */
  readonly unshown?: true;
  /** The secret before, which requests are signed with as well until an ISO time. */
  readonly previous?: { readonly secret: string; readonly until: string };
}

const KIND = 'webhook';

export const newSecret = (webhookId: string): string =>
  `strata-webhook-${webhookId}-${randomBytes(32).toString('hex')}`;

export const grantOf = (vault: Vault, webhookId: string): Promise<WebhookGrant | undefined> =>
  vault.get<WebhookGrant>(KIND, webhookId);

export const changeGrant = (
  vault: Vault,
  webhookId: string,
  decide: (grant: WebhookGrant | undefined) => WebhookGrant,
) => vault.change<WebhookGrant>(KIND, webhookId, decide) as Promise<WebhookGrant>;

/** Notes that the secret is answered now. False where another attempt has answered it, or has made another. */
export function showSecret(vault: Vault, webhookId: string, grant: WebhookGrant): Promise<boolean> {
  const { unshown: _, ...shown } = grant;
  return vault.compareAndSet<WebhookGrant>(KIND, webhookId, grant, shown);
}

export const removeGrant = (vault: Vault, webhookId: string): Promise<boolean> =>
  vault.remove(KIND, webhookId);

/** An address as it may be shown: values of its query are tokens more often than not. */
export function shownUrl(url: string): string {
  const { origin, pathname, search } = new URL(url);
  const query =
    search === ''
      ? ''
      : `?${[...new URL(url).searchParams.keys()].map((name) => `${encodeURIComponent(name)}=***`).join('&')}`;
  return `${origin}${pathname}${query}`;
}
