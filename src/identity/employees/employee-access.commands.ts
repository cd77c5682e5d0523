// The command by which the account lets employees of the vendor in, or does not any more.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, metaOf, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Authentication } from '../sessions/authentication';
import { TokensEnd } from '../sessions/tokens-end';
import { ACCOUNT_EMPLOYEES, changeEmployeeAccess, employeeAccess, isOpen } from './employee-access.decider';
import type { EmployeeAccessRules } from './employee-access.events';

/** Resolves with the position. */
export class ChangeEmployeeAccess extends Command<bigint> {
  constructor(
    readonly to: EmployeeAccessRules,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeEmployeeAccess)
export class ChangeEmployeeAccessHandler implements ICommandHandler<ChangeEmployeeAccess> {
  constructor(
    private readonly streams: Streams,
    private readonly authentication: Authentication,
    private readonly tokens: TokensEnd,
  ) {}

  /** From the event on no session of an employee counts, in any process; that each has ended is told after it. */
  async execute({ to, asked }: ChangeEmployeeAccess): Promise<bigint> {
    const { state, position } = await this.streams.change(
      employeeAccess,
      ACCOUNT_EMPLOYEES,
      (now) => changeEmployeeAccess(now, to, Date.now()),
      ...asAsked(asked),
    );
    this.authentication.forget();
    if (!isOpen(state, Date.now())) await this.tokens.sessionsOfEmployees(metaOf(asked));
    return position;
  }
}
