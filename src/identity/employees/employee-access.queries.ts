// The query for whether the account lets employees of the vendor in, folded from its stream: always current.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { EmployeeAccess } from './employee-access';
import { isOpen } from './employee-access.decider';
import type { EmployeeAccessRules } from './employee-access.events';

export interface EmployeeAccessView extends EmployeeAccessRules {
  /** Whether employees may come in now: it is allowed, and its time is not over. */
  readonly isOpen: boolean;
  /** Whether the operator has set up the vendor's keys. */
  readonly isSetUp: boolean;
}

export class GetEmployeeAccess extends Query<EmployeeAccessView> {}

@QueryHandler(GetEmployeeAccess)
export class GetEmployeeAccessHandler implements IQueryHandler<GetEmployeeAccess> {
  constructor(private readonly access: EmployeeAccess) {}

  async execute(): Promise<EmployeeAccessView> {
    const { allowed, until } = await this.access.now();
    const rules = { allowed, until };
    return { ...rules, isOpen: isOpen(rules, Date.now()), isSetUp: this.access.isSetUp };
  }
}
