// Commands on how long rows of the audit log are kept, and on legal holds. Whoever is told that a row is kept, or held,
// can rely on it: a purge that does not know of that yet is stopped first.
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { users } from '../../../projections/users';
import { asAsked, metaOf, newId, type CommandContext } from '../../caller';
import { FenceRecord } from '../../crm/records/ends/record-end.commands';
import { isRecordId } from '../../crm/records/record.vocabulary';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { apart } from '../../eventsourcing/event-ids';
import type { EventOf } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { isEmployeeId } from '../../identity/identity.vocabulary';
import { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { HoldFilters } from './hold-filters';
import { closePurge, purge, purgeStream, type Purge } from './purge.decider';
import {
  beginPurge,
  changePolicies,
  placeHold,
  releaseHold,
  retention,
  RETENTION_STREAM,
  type Retention,
} from './retention.decider';
import type { HoldScope, RetentionEvents } from './retention.events';

/**
 * Changes what purges go by; answers the position from which on it is so. A purge that is running knows nothing of the
 * change, and is closed before it: behind it, no row goes that it would have kept.
 */
async function changeRules(
  streams: Streams,
  decide: (state: Retention) => EventOf<RetentionEvents>[],
  asked: CommandContext,
): Promise<bigint> {
  for (let closed: string | undefined; ;) {
    let running: string | undefined;
    const { position } = await streams.change(
      retention,
      RETENTION_STREAM,
      (state) => {
        const decided = decide(state);
        const purgeId = decided.length > 0 ? state.purge?.purgeId : undefined;
        running = purgeId === closed ? undefined : purgeId;
        return running === undefined ? decided : [];
      },
      ...asAsked(asked),
    );
    if (running === undefined) return position;
    const purgeId = (closed = running);
    const close = (state: Purge) => closePurge(state, purgeId, false);
    await streams.change(purge, purgeStream(purgeId), close, apart(metaOf(asked)));
  }
}

/** Days by category; all others are kept for good. Answers the position from which on it holds. */
export class ChangeRetention extends Command<bigint> {
  constructor(
    readonly policies: Retention['policies'],
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeRetention)
export class ChangeRetentionHandler implements ICommandHandler<ChangeRetention> {
  constructor(private readonly streams: Streams) {}

  execute({ policies, asked }: ChangeRetention): Promise<bigint> {
    return changeRules(this.streams, (state) => changePolicies(state, policies), asked);
  }
}

export interface NewHold {
  readonly name: string;
  readonly reason: string;
  readonly scope: HoldScope;
}

export class PlaceHold extends Command<{ readonly holdId: string; readonly position: bigint }> {
  constructor(
    readonly hold: NewHold,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(PlaceHold)
export class PlaceHoldHandler implements ICommandHandler<PlaceHold> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly objectTypes: ObjectTypes,
    private readonly filters: HoldFilters,
    private readonly commands: CommandBus,
  ) {}

  async execute({ hold, asked }: PlaceHold) {
    const scope = await this.checked(hold.scope);
    const holdId = await newId(asked.command);
    const placed = { holdId, name: hold.name, reason: hold.reason, scope };
    const position = await changeRules(this.streams, (state) => placeHold(state, placed), asked);
    // An erasure that was decided before the hold was placed is either there by now, or decided again and refused.
    if ('target' in scope && (await this.isRecord(scope.target)))
      await this.commands.execute(new FenceRecord(scope.target.type, scope.target.id, metaOf(asked)));
    return { holdId, position };
  }

  /** As it is kept; refuses what can cover nothing. */
  private async checked(scope: HoldScope): Promise<HoldScope> {
    const wrong = (field: string, message: string) =>
      new Refusal('input-invalid', { message: `${field}: ${message}`, errors: [{ message, in: field }] });
    if ('target' in scope) {
      const type = await this.objectTypes.find(scope.target.type);
      return { target: { type: type?.name ?? scope.target.type, id: scope.target.id } };
    }
    if ('userId' in scope) {
      const { userId } = scope;
      const isKnown = isEmployeeId(userId) || (await this.readModels.get(users, userId)) !== undefined;
      if (!isKnown) throw wrong('userId', 'there is no such user');
    }
    await this.filters.filterOf(scope);
    return scope;
  }

  private async isRecord({ type, id }: { readonly type: string; readonly id: string }): Promise<boolean> {
    return isRecordId(id) && (await this.objectTypes.find(type)) !== undefined;
  }
}

/** Refused with `hold-unknown`. Answers the position from which on it is released. */
export class ReleaseHold extends Command<bigint> {
  constructor(
    readonly holdId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ReleaseHold)
export class ReleaseHoldHandler implements ICommandHandler<ReleaseHold> {
  constructor(private readonly streams: Streams) {}

  async execute({ holdId, asked }: ReleaseHold): Promise<bigint> {
    const decide = (state: Retention) => releaseHold(state, holdId);
    return (await this.streams.change(retention, RETENTION_STREAM, decide, ...asAsked(asked))).position;
  }
}

/** Begins a purge now, or answers the one that is running. Refused with `retention-unlimited`. */
export class BeginPurge extends Command<{ readonly purgeId: string; readonly position: bigint }> {
  constructor(readonly asked: CommandContext) {
    super();
  }
}

@CommandHandler(BeginPurge)
export class BeginPurgeHandler implements ICommandHandler<BeginPurge> {
  constructor(private readonly streams: Streams) {}

  async execute({ asked }: BeginPurge) {
    const purgeId = await newId(asked.command);
    const { state, position } = await this.streams.change(
      retention,
      RETENTION_STREAM,
      (now) => beginPurge(now, purgeId, asked.command.at),
      ...asAsked(asked),
    );
    return { purgeId: state.purge?.purgeId ?? purgeId, position };
  }
}
