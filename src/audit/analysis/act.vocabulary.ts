// What a row of the audit log says of an act: what was done, by whom, when and from where, and whether people did it.
import type { Actor, Client, Meta } from '../../eventsourcing/event';
import { OPERATOR, SSO } from '../../identity/identity.vocabulary';
import type { AuditActor, Described } from '../audit-entry.vocabulary';

export interface Act extends Pick<Described, 'category' | 'subCategory' | 'action'> {
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly actor: AuditActor;
  /** True where no person did it, though Strata may have done it for one: such rows are left out unless asked for. */
  readonly nonUser: boolean;
  readonly client: Client;
}

export function actOf({ meta }: { readonly meta: Meta }, described: Described): Act {
  const { category, subCategory, action, reported } = described;
  const actor = described.actor ? namedIn(described.actor, described) : actorOf(meta.actor);
  return {
    ...{ occurredAt: Date.parse(reported?.occurredAt ?? meta.at), category, subCategory, action, actor },
    // A login attempt counts as a person's act, whether the person is known or not, and so does work on the stores
    // themselves, and what a person's sign-in gives them.
    nonUser:
      (actor.type === 'system' || actor.userId === undefined) &&
      category !== 'LOGIN' &&
      ![OPERATOR, SSO].includes(actor.id) &&
      !reported?.isShown,
    client: reported?.client ?? meta.client ?? {},
  };
}

/** A name that may be a customer's stays in the log. */
function namedIn(actor: AuditActor, { inLog }: Described): AuditActor {
  const { name: _, ...nameless } = actor;
  return inLog === 'values and names' ? nameless : actor;
}

/**
 * The actor with the user and the API key that acted, even where the actor is one of them: rows of a user or a key are
 * all found by one path.
 */
const actorOf = (actor: Actor): AuditActor => ({
  ...actor,
  ...(actor.type === 'user' && actor.userId === undefined && { userId: actor.id }),
  ...(actor.type === 'apiKey' && { keyId: actor.id }),
});
