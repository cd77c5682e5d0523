// Links to files act for their makers, a session or an API key: whoever opens a link may what its maker may now, is
// shown in the log as that link, and can do nothing with it once its maker has ended.
import { Injectable } from '@nestjs/common';
import type { Caller, CommandContext } from '../caller';
import { Refusal } from '../refusals';
import type { LinkPayload, SignedLinks } from '../vault/signed-links';
import { Vault } from '../vault/vault';
import { Authentication } from './sessions/authentication';
import type { Holder } from './sessions/holders';
import { RefusedAttempts } from './attempts/refused-attempts';

export interface DraftedLink {
  readonly id: string;
  /** Path and query. */
  readonly path: string;
  /** ISO time. */
  readonly expiresAt: string;
}

@Injectable()
export class FileLinks {
  constructor(
    private readonly vault: Vault,
    private readonly authentication: Authentication,
    private readonly refused: RefusedAttempts,
  ) {}

  /** A link to the file of what has the id `of`, good for `validMs`, and no longer than the token of the caller. */
  async draft(
    links: SignedLinks,
    of: string,
    { caller, command }: CommandContext,
    validMs: number,
  ): Promise<DraftedLink> {
    const by = makerOf(caller);
    const maker = await this.authentication.known(holderOf(by)!);
    if (!maker || maker.ended) throw new Refusal('token-invalid');
    const payload = { of, by, expires: Math.min(Date.parse(command.at) + validMs, maker.until) };
    const id = links.idOf(this.vault, payload);
    return {
      ...{ id, path: links.pathOf(this.vault, payload) },
      expiresAt: new Date(payload.expires).toISOString(),
    };
  }

  /**
   * The request in the name of the link that it came by; undefined where the link was not made here or its time is
   * over. Rejects with `link-maker-ended`, which leaves a trace, where the link's maker no longer counts.
   */
  async open(
    links: SignedLinks,
    payload: LinkPayload,
    signature: string,
    asked: CommandContext,
  ): Promise<CommandContext | undefined> {
    const now = Date.now();
    const holder = holderOf(payload.by);
    if (!holder || !links.isGood(this.vault, payload, signature, now)) return undefined;
    const maker = await this.authentication.known(holder);
    // The grant of a session is removed a while after its end.
    if (!maker) throw new Refusal('link-maker-ended');
    const { userId } = maker.caller;
    const key = holder.kind === 'key' ? { keyId: holder.id } : {};
    const actor = { type: 'link', id: links.idOf(this.vault, payload), userId, ...key } as const;
    const caller: Caller = { ...maker.caller, actor, client: asked.caller.client };
    if (!maker.ended && maker.until > now) return { ...asked, caller };
    const kind = maker.ended ? 'token-revoked' : 'token-expired';
    await this.refused.access(caller, { kind }, asked.correlationId);
    throw new Refusal('link-maker-ended');
  }
}

const makerOf = ({ sessionId, actor }: Caller): string =>
  sessionId === undefined ? `key-${actor.id}` : `session-${sessionId}`;

function holderOf(by: string): Holder | undefined {
  const [, kind, id] = /^(session|key)-(\d{1,16})$/.exec(by) ?? [];
  return kind === undefined || id === undefined ? undefined : { kind: kind as Holder['kind'], id };
}
