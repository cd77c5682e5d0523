// Asks the account, and who its super admins are, for what a restore plan needs.
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetGuardrails } from '../../account/account.queries';
import { GetSuperAdmins } from '../../identity/users/user.queries';
import { Streams } from '../../eventsourcing/streams';
import { hasSecond, type Guard } from './guard';
import { restorePlan, restorePlanStream, type Asker } from './plan.decider';

@Injectable()
export class Guards {
  constructor(
    private readonly queries: QueryBus,
    private readonly streams: Streams,
  ) {}

  /** What is asked of a plan that is being made. */
  async ofPlan(planId: string): Promise<Guard> {
    const { state } = await this.streams.load(restorePlan, restorePlanStream(planId));
    if (state.status === 'none') throw new Error('A plan without its request');
    return this.of(state.asker);
  }

  async of(asker: Asker): Promise<Guard> {
    const [threshold, admins] = await Promise.all([
      this.threshold(),
      this.queries.execute(new GetSuperAdmins()),
    ]);
    return { threshold, second: hasSecond(admins, asker) };
  }

  async threshold(): Promise<Guard['threshold']> {
    return (await this.queries.execute(new GetGuardrails())).approvalThreshold;
  }
}
