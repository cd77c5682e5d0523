// Checks what somebody wants a subscription, or the feed, to tell, and whether they may have it told.
import { Injectable } from '@nestjs/common';
import type { Caller } from '../caller';
import { Config } from '../config';
import { ownersFor } from '../crm/records/reach';
import { scopeNameOf } from '../crm/schemas/object-type.vocabulary';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { hasScope, requireScope } from '../identity/api-keys/scopes';
import { Refusal } from '../refusals';
import { urlInBounds } from '../delivery/addresses';
import type { ToldBy, WebhookWants } from './webhook.events';
import type { WebhookEventName } from './webhook.vocabulary';

export interface Wishes {
  /** By any of their names. */
  readonly objectTypes: readonly string[];
  readonly events: readonly WebhookEventName[];
  readonly properties?: readonly string[] | null | undefined;
  readonly told?: Partial<{ readonly [K in keyof ToldBy]: ToldBy[K] | undefined }> | undefined;
}

const readScope = (objectType: string): string => `crm.objects.${scopeNameOf(objectType)}.read`;

@Injectable()
export class WebhookWishes {
  constructor(
    private readonly objectTypes: ObjectTypes,
    private readonly config: Config,
  ) {}

  /** Refuses types that the caller may not read, or of which not everybody's records: all of them are told of. */
  async wants({ objectTypes, events, properties, told }: Wishes, caller: Caller): Promise<WebhookWants> {
    const names = new Set<string>();
    for (const alias of objectTypes) names.add((await this.objectTypes.named(alias)).name);
    for (const name of names) {
      requireScope(caller, readScope(name));
      if (ownersFor(caller, name, 'view') !== 'all') throw new Refusal('access-denied', { message: NOT_ALL });
    }
    return {
      objectTypes: [...names],
      events: [...new Set(events)],
      properties: properties ? [...new Set(properties)] : null,
      told: {
        restores: told?.restores ?? false,
        undos: told?.undos ?? false,
        imports: told?.imports ?? false,
      },
    };
  }

  /** The types of which a caller may read everybody's records; refuses who may read nobody's but some. */
  async readable(caller: Caller): Promise<readonly string[]> {
    const names = (await this.objectTypes.all()).map(({ name }) => name);
    const some = names.filter((name) => hasScope(caller, readScope(name)));
    const all = some.filter((name) => ownersFor(caller, name, 'view') === 'all');
    if (all.length === 0 && some.length > 0) throw new Refusal('access-denied', { message: NOT_ALL });
    return all;
  }

  /** The address as it is kept and signed; refuses one that webhooks may not go to, as far as it tells by itself. */
  url(given: string): string {
    return urlInBounds(given, 'url', this.config.WEBHOOKS_PRIVATE);
  }
}

const NOT_ALL = "Everybody's records are told of: your role does not let you view them all";
