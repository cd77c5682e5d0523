// Commands on how long rows of the audit log are kept, and on legal holds. Whoever is told that a row is kept, or held,
// can rely on it: a purge that does not know of that yet is stopped first.
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { users } from '../../../projections/users';
import { asAsked, metaOf, newId, type CommandContext } from '../../caller';
import { FenceRecord } from '../../crm/records/ends/record-end.commands';
import { isRecordId } from '../../crm/records/record.vocabulary';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { apart } from '../../eventsourcing/event-ids';
import type { Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { isEmployeeId } from '../../identity/identity.vocabulary';
import { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { HoldFilters } from './hold-filters';
import { closePurge, purge, purgeStream } from './purge.decider';
import {
  beginPurge,
  changePolicies,
  placeHold,
  releaseHold,
  retention,
  RETENTION_STREAM,
  type Retention,
} from './retention.decider';
import type { HoldScope } from './retention.events';

/**
 * No further row goes by a purge that does not know what there is by now. A process that died may have changed that and
 * not come to this: whoever says the same again relies on it, too.
 */
async function stopOutdated(streams: Streams, { purge: running }: Retention, meta: Meta): Promise<void> {
  if (!running?.outdated) return;
  const { purgeId } = running;
  await streams.change(
    purge,
    purgeStream(purgeId),
    (state) => closePurge(state, purgeId, false),
    apart(meta),
  );
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

  async execute({ policies, asked }: ChangeRetention): Promise<bigint> {
    const { state, position } = await this.streams.change(
      retention,
      RETENTION_STREAM,
      (now) => changePolicies(now, policies),
      ...asAsked(asked),
    );
    await stopOutdated(this.streams, state, metaOf(asked));
    return position;
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
    const { state, position } = await this.streams.change(
      retention,
      RETENTION_STREAM,
      (now) => placeHold(now, placed),
      ...asAsked(asked),
    );
    await stopOutdated(this.streams, state, metaOf(asked));
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
