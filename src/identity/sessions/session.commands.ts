// Commands of running sessions: proving again who is in a session, and ending it. The vault is changed before the log.
import { randomUUID } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, metaOf, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { Authentication } from './authentication';
import { endSession, session, stepUp } from '../identity.decider';
import type { StepUpBy } from '../identity.events';
import { SecondFactor, type Proof } from '../second-factors/second-factor';
import { TokensEnd } from './tokens-end';
import { SessionProofs } from './session-proofs';

export class EndSession extends Command<bigint> {
  constructor(
    readonly sessionId: string,
    readonly reason: 'logout' | 'revoked',
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(EndSession)
export class EndSessionHandler implements ICommandHandler<EndSession> {
  constructor(
    private readonly streams: Streams,
    private readonly authentication: Authentication,
  ) {}

  async execute({ sessionId, reason, asked }: EndSession): Promise<bigint> {
    const stream = `session-${sessionId}`;
    const { state } = await this.streams.load(session, stream);
    // Super admins let employees of the vendor in, and out.
    const isOfEmployee = state.status !== 'none' && state.isOfEmployee && asked.caller.superAdmin;
    const userId = isOfEmployee ? state.userId : asked.caller.userId;
    endSession(state, userId, reason);
    await this.authentication.end('session', sessionId);
    const end = await this.streams.change(
      session,
      stream,
      (state) => endSession(state, userId, reason),
      ...asAsked(asked),
    );
    return end.position;
  }
}

/** Ends all sessions of whoever asks; `others`: but for the one that asks. */
export class EndSessions extends Command<void> {
  constructor(
    readonly others: boolean,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(EndSessions)
export class EndSessionsHandler implements ICommandHandler<EndSessions> {
  constructor(private readonly tokens: TokensEnd) {}

  async execute({ others, asked }: EndSessions): Promise<void> {
    const { userId, sessionId } = asked.caller;
    await this.tokens.sessionsOf(userId, metaOf(asked), others ? sessionId : undefined);
  }
}

export interface SteppedUp {
  readonly stepUpUntil: string;
  readonly position: bigint;
}

export class StepUp extends Command<SteppedUp> {
  constructor(
    readonly proof: Proof | { readonly password: string },
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(StepUp)
export class StepUpHandler implements ICommandHandler<StepUp> {
  constructor(
    private readonly streams: Streams,
    private readonly authentication: Authentication,
    private readonly secondFactor: SecondFactor,
    private readonly proofs: SessionProofs,
  ) {}

  async execute({ proof, asked }: StepUp): Promise<SteppedUp> {
    const { userId, sessionId } = asked.caller;
    if (sessionId === undefined) throw new Refusal('access-denied');
    const by = await this.prove(proof, asked, userId);
    const stepUpUntil = await this.authentication.stepUp(sessionId);
    // A repeat under one Idempotency-Key has proved again who calls, and gets an event of its own.
    const meta = { ...metaOf(asked), commandId: randomUUID() };
    const changed = await this.streams.change(
      session,
      `session-${sessionId}`,
      (state) => stepUp(state, by),
      meta,
    );
    return { stepUpUntil, position: changed.position };
  }

  /** Where a second factor is active the password alone proves nothing: whoever stole the session may know it. */
  private async prove(
    proof: Proof | { readonly password: string },
    asked: CommandContext,
    userId: string,
  ): Promise<StepUpBy> {
    if (!('password' in proof)) {
      await this.proofs.code(asked, proof);
      return 'totp' in proof ? 'totp' : 'recovery-code';
    }
    if (asked.caller.client.loginType === 'SSO') throw new Refusal('sso-steps-up');
    if (await this.secondFactor.isActive(userId)) throw new Refusal('totp-required');
    await this.proofs.password(asked, proof.password);
    return 'password';
  }
}
