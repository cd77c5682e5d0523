// Commands of single sign-on: what the account decides of it, and a sign-in that comes back from the provider.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { asAsked, metaOf, placeOf, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import type { UserSecrets } from '../grants';
import { session, stepUp } from '../identity.decider';
import { Authentication } from '../sessions/authentication';
import { KnownCallers } from '../sessions/known-callers';
import type { SteppedUp } from '../sessions/session.commands';
import { inNameOf, SessionStart, type LoggedIn } from '../sessions/session-start';
import { ACCOUNT_ADMINS, accountAdmins } from '../users/admin.decider';
import { Provider, type SignedIn } from './provider';
import { SsoStates, type SsoState } from './sso-states';
import { SsoUsers } from './sso-users';
import { ACCOUNT_SSO, accountSso, changeSso } from './sso.decider';
import type { SsoRules } from './sso.events';

export interface ChangedSso {
  readonly rules: SsoRules;
  readonly position: bigint;
}

export class ChangeSso extends Command<ChangedSso> {
  constructor(
    readonly changes: Partial<SsoRules>,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeSso)
export class ChangeSsoHandler implements ICommandHandler<ChangeSso> {
  constructor(
    private readonly streams: Streams,
    private readonly vault: Vault,
    private readonly provider: Provider,
  ) {}

  async execute({ changes, asked }: ChangeSso): Promise<ChangedSso> {
    if (changes.required) this.provider.requireSetUp();
    const mayBeGlass = await this.withPassword(changes.breakGlass ?? [asked.caller.userId]);
    const wrong = changes.breakGlass?.find((id) => !mayBeGlass.includes(id));
    if (wrong !== undefined) {
      const message = `breakGlass: ${wrong} is no super admin with a password`;
      throw new Refusal('input-invalid', { message, errors: [{ message, in: 'breakGlass' }] });
    }
    const { state, position } = await this.streams.change(
      accountSso,
      ACCOUNT_SSO,
      (now) => {
        // Whoever requires it without naming anybody is the one who can take that back.
        const isNamed = changes.breakGlass !== undefined || now.breakGlass.length > 0;
        const own = changes.required && !isNamed ? { breakGlass: mayBeGlass } : {};
        return changeSso(now, { ...own, ...changes });
      },
      ...asAsked(asked),
    );
    return { rules: state, position };
  }

  /** Those of some users who are super admins and have a password. */
  private async withPassword(userIds: readonly string[]): Promise<readonly string[]> {
    const { state: admins } = await this.streams.load(accountAdmins, ACCOUNT_ADMINS);
    const found: string[] = [];
    for (const id of userIds.filter((id) => admins.all.has(id)))
      if ((await this.vault.get<UserSecrets>('user', id))?.passwordHash !== undefined) found.push(id);
    return found;
  }
}

export interface Returned {
  /** What the provider sent with the browser. */
  readonly sent: Record<string, string>;
  /** The secret of the browser that the sign-in began in. */
  readonly browser: string | undefined;
  readonly deviceToken: string | undefined;
}

/** `cookie`: whether the sign-in was begun for a session in a cookie. */
export type SignedInHere = LoggedIn & { readonly cookie: boolean };

/** Begins a session, or steps up the one that the sign-in was begun for. */
export class FinishSso extends Command<SignedInHere | SteppedUp> {
  constructor(
    readonly returned: Returned,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(FinishSso)
export class FinishSsoHandler implements ICommandHandler<FinishSso> {
  constructor(
    private readonly streams: Streams,
    private readonly provider: Provider,
    private readonly states: SsoStates,
    private readonly users: SsoUsers,
    private readonly callers: KnownCallers,
    private readonly sessions: SessionStart,
    private readonly authentication: Authentication,
  ) {}

  async execute({ returned, asked }: FinishSso): Promise<SignedInHere | SteppedUp> {
    this.provider.requireSetUp();
    const { state: rules } = await this.streams.load(accountSso, ACCOUNT_SSO);
    if (!rules.allowed) throw new Refusal('sso-off');
    const { sent, browser, deviceToken } = returned;
    const state = this.states.read(sent.state ?? '', browser);
    if (!state) throw new Refusal('sso-state-invalid');
    const claims = await this.provider.signedIn(state, sent);
    // Spent by whoever brings what the provider has signed, so that nobody else can fill the vault.
    if (!(await this.states.spend(state))) throw new Refusal('sso-state-invalid');
    if (state.stepsUp !== undefined) return this.stepUp(state, claims, asked);
    const { userId, secrets } = await this.users.come(claims, rules, asked);
    const device = this.callers.deviceOf(userId, deviceToken);
    await this.callers.rememberPlace(userId, placeOf(asked.caller.client));
    const begun = await this.sessions.start({ userId, secrets, device, loginType: 'SSO' }, asked);
    return { ...begun, cookie: state.cookie };
  }

  private async stepUp({ stepsUp }: SsoState, claims: SignedIn, asked: CommandContext): Promise<SteppedUp> {
    const { userId } = await this.users.known(claims, asked);
    const stream = `session-${stepsUp}`;
    const { state } = await this.streams.load(session, stream);
    if (state.status !== 'active' || state.userId !== userId) throw new Refusal('sso-refused');
    const stepUpUntil = await this.authentication.stepUp(stepsUp!);
    const meta = { ...metaOf(inNameOf(asked, userId, 'SSO')), commandId: randomUUID() };
    const { position } = await this.streams.change(session, stream, (now) => stepUp(now, 'sso'), meta);
    return { stepUpUntil, position };
  }
}
