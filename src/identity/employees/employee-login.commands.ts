// The command by which an employee of the vendor signs in: an attempt is counted, then judged, and a right one begins a
// session.
import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { metaOf, newId, placeOf, type CommandContext } from '../../caller';
import { Config } from '../../config';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import { failEmployeeLogin } from '../attempts/refused-attempt.decider';
import { RefusedAttempts } from '../attempts/refused-attempts';
import { Throttle, type Attempt } from '../attempts/throttle';
import type { SessionGrant } from '../grants';
import { session, startEmployeeSession } from '../identity.decider';
import type { EmployeeLoginFailure } from '../identity.events';
import { employeeActor, employeeIdOf } from '../identity.vocabulary';
import { Authentication } from '../sessions/authentication';
import { Assertions, type Asserted } from './assertions';
import { EmployeeAccess } from './employee-access';
import { isOpen, type EmployeeAccessState } from './employee-access.decider';
import { SpentAssertions } from './spent-assertions';

/** Milliseconds that a session lasts at most. */
const LASTS_MS = 3_600_000;

export interface EmployeeLoggedIn {
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly loginType: 'EMPLOYEE';
  readonly employee: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly department: string;
  };
  readonly position: bigint;
}

export class LogInEmployee extends Command<EmployeeLoggedIn> {
  constructor(
    readonly assertion: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

type Employee = Omit<Asserted, 'jti'> & { readonly id: string };

@CommandHandler(LogInEmployee)
export class LogInEmployeeHandler implements ICommandHandler<LogInEmployee> {
  private readonly logger = new Logger('employee-login');

  constructor(
    private readonly config: Config,
    private readonly vault: Vault,
    private readonly streams: Streams,
    private readonly throttle: Throttle,
    private readonly refused: RefusedAttempts,
    private readonly authentication: Authentication,
    private readonly access: EmployeeAccess,
    private readonly assertions: Assertions,
    private readonly spent: SpentAssertions,
  ) {}

  async execute({ assertion, asked }: LogInEmployee): Promise<EmployeeLoggedIn> {
    if (!this.access.isSetUp) throw new Refusal('employee-login-not-set-up');
    const attempt = await this.attempt(asked);
    const judged = await this.assertions.judge(assertion).catch((error: unknown) => attempt.undoFor(error));
    if ('wrong' in judged) return this.refuse(judged.wrong, asked);
    const { jti, ...asserted } = judged;
    const employee = { ...asserted, id: this.idOf(asserted.email) };
    const access = await this.access.now().catch((error: unknown) => attempt.undoFor(error));
    if (!isOpen(access, Date.now())) {
      await attempt.undo();
      await this.tell('access-off', asked, employee);
      throw new Refusal('employee-access-off');
    }
    const isFirst = await this.spent.spend(jti).catch((error: unknown) => attempt.undoFor(error));
    if (!isFirst) return this.refuse('its jti was used before', asked, employee);
    await attempt.right();
    return this.start(employee, access, asked);
  }

  private async attempt(asked: CommandContext): Promise<Attempt> {
    try {
      return await this.throttle.employee(placeOf(asked.caller.client));
    } catch (error) {
      if (error instanceof Refusal) await this.tell('locked', asked);
      throw error;
    }
  }

  /** One answer for all that is wrong; which check it was stands in the log of the process, without the assertion. */
  private async refuse(wrong: string, asked: CommandContext, employee?: Employee): Promise<never> {
    this.logger.warn(`An employee's assertion was refused: ${wrong}`);
    await this.tell('wrong-assertion', asked, employee);
    throw new Refusal('employee-assertion-wrong');
  }

  /** The same at each login. Which address it is of tells only whoever has the master key. */
  private idOf(email: string): string {
    return employeeIdOf(this.vault.hmac('employee', email));
  }

  private async start(
    { reason, ...employee }: Employee,
    { until, allowance }: EmployeeAccessState,
    asked: CommandContext,
  ): Promise<EmployeeLoggedIn> {
    const { id, department } = employee;
    const sessionId = await newId(asked.command);
    const accessToken = `strata-session-${sessionId}-${randomBytes(32).toString('hex')}`;
    const now = Date.now();
    const lasts = Math.min(LASTS_MS, this.config.SESSION_TTL);
    const ends = Math.min(now + lasts, until === null ? Infinity : Date.parse(until));
    const [at, expiresAt] = [now, ends].map((time) => new Date(time).toISOString()) as [string, string];
    await this.vault.put<SessionGrant>('session', sessionId, {
      ...{ userId: id, tokenDigest: this.authentication.digest(accessToken), expiresAt },
      ...{ loginType: 'EMPLOYEE', employee: { department, allowance }, lastUsedAt: at },
    });
    const { position } = await this.streams.change(
      session,
      `session-${sessionId}`,
      (state) => startEmployeeSession(state, { sessionId, employee, reason, expiresAt }),
      metaOf(inNameOf(asked, employee)),
    );
    return { accessToken, expiresAt, loginType: 'EMPLOYEE', employee, position };
  }

  private async tell(
    reason: EmployeeLoginFailure,
    asked: CommandContext,
    employee?: Pick<Employee, 'id' | 'email' | 'department'>,
  ): Promise<void> {
    const meta = metaOf(employee ? inNameOf(asked, employee) : asked);
    const told = { stream: 'login-employees', event: failEmployeeLogin(employee, reason), meta };
    await this.refused.note(reason, employee?.id ?? 'employees', told);
  }
}

/** The request in the name of an employee: so the log tells of their login, or of a refused one. */
function inNameOf(
  asked: CommandContext,
  { id, department }: Pick<Employee, 'id' | 'department'>,
): CommandContext {
  const { client } = asked.caller;
  const actor = employeeActor(id, department);
  return { ...asked, caller: { ...asked.caller, actor, client: { ...client, loginType: 'EMPLOYEE' } } };
}
