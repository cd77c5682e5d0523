// Commands that request a restore plan, and cancel one. The plan itself is made by a job.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, newId, type CommandContext } from '../../caller';
import { definitionsAt } from '../../crm/properties/definitions';
import type { FindType } from '../../crm/schemas/object-type.vocabulary';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { requireReadable } from '../../crm/properties/values/sensitivity';
import { AssociatedFilters, OF_THEN } from '../../crm/search/associated/associated-filters';
import { groupsFilter, namesIn } from '../../crm/search/search';
import { EventStore } from '../../eventsourcing/event-store';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { TimeIndex } from '../../read/time-index';
import { Refusal } from '../../refusals';
import { cancelPlan, requestPlan, restorePlan, restorePlanStream, type Requested } from './plan.decider';
import { checkProperties, type Definitions } from './plan-scope';
import { positionOf } from './plan-source';
import type { PlanRequest } from '../restore.bodies';
import type { RestoreSelection } from '../restore.events';

export interface PlanRequested {
  readonly planId: string;
  /** Position of the plan's last event. */
  readonly position: bigint;
}

export class RequestPlan extends Command<PlanRequested> {
  constructor(
    readonly body: PlanRequest,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RequestPlan)
export class RequestPlanHandler implements ICommandHandler<RequestPlan> {
  constructor(
    private readonly streams: Streams,
    private readonly eventStore: EventStore,
    private readonly readModels: ReadModels,
    private readonly timeIndex: TimeIndex,
    private readonly objectTypes: ObjectTypes,
    private readonly associated: AssociatedFilters,
  ) {}

  async execute({ body, asked }: RequestPlan): Promise<PlanRequested> {
    const planId = await newId(asked.command);
    const { position } = await this.streams.change(
      restorePlan,
      restorePlanStream(planId),
      async (plan) => requestPlan(plan, await this.requested(planId, body, asked)),
      ...asAsked(asked),
    );
    return { planId, position };
  }

  /**
   * Fixes the position to go back to and the position at which the plan is made: with the selection, they determine the
   * plan.
   */
  private async requested(
    planId: string,
    { source, objects, modes }: PlanRequest,
    { caller }: CommandContext,
  ): Promise<Requested> {
    const find = await this.objectTypes.finder();
    const selections = objects.map((object, index) => selectionOf(object, index, find));
    const types = selections.map(({ objectType }) => objectType);
    const twice = types.findIndex((objectType, index) => types.indexOf(objectType) < index);
    if (twice >= 0) throw invalid(`objects.${twice}.objectType: ${types[twice]} is named twice`);
    const madeAt = await this.eventStore.head();
    const position = await positionOf(source, madeAt, this.streams, this.timeIndex);
    const now = await this.definitions(types, madeAt);
    checkProperties(selections, await this.definitions(types, position), now);
    for (const { objectType, filterGroups } of selections) {
      if (!filterGroups) continue;
      requireReadable(caller, objectType, now(objectType), namesIn({ filterGroups }));
      const { matches } = await this.associated.placeholders(objectType, filterGroups, caller, OF_THEN);
      groupsFilter(objectType, now(objectType), filterGroups, { associated: matches });
    }
    return {
      planId,
      source,
      position: String(position),
      madeAt: String(madeAt),
      objects: selections,
      modes,
    };
  }

  private async definitions(types: readonly string[], position: bigint) {
    const byType = new Map<string, Definitions>();
    for (const type of types) {
      const found = await definitionsAt(this.readModels, this.streams, type, position);
      byType.set(type, new Map(found.map((definition) => [definition.name, definition])));
    }
    return (objectType: string): Definitions => byType.get(objectType)!;
  }
}

const invalid = (message: string) => new Refusal('input-invalid', { message });

function selectionOf(asked: PlanRequest['objects'][number], index: number, find: FindType): RestoreSelection {
  const { properties, recordIds, filterGroups } = asked;
  const objectType = find(asked.objectType)?.name;
  if (!objectType) throw invalid(`objects.${index}.objectType: there is no such object type`);
  return {
    objectType,
    properties,
    ...(recordIds && { recordIds }),
    ...(filterGroups && { filterGroups }),
  };
}

/**
 * Asks for the same plan once more, against the records as they are now: of the same position and selection, or of what
 * the same cause did.
 */
export class Replan extends Command<PlanRequested> {
  constructor(
    readonly planId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(Replan)
export class ReplanHandler implements ICommandHandler<Replan> {
  constructor(private readonly streams: Streams) {}

  async execute({ planId, asked }: Replan): Promise<PlanRequested> {
    const { state } = await this.streams.load(restorePlan, restorePlanStream(planId));
    if (state.status === 'none') throw new Refusal('restore-plan-unknown');
    const madeAt = String(await this.streams.store.head());
    const { requested } = state;
    const again: Requested = {
      ...{ ...requested, planId: await newId(asked.command), madeAt },
      position: requested.source.undo ? madeAt : requested.position,
    };
    const { position } = await this.streams.change(
      restorePlan,
      restorePlanStream(again.planId),
      (plan) => requestPlan(plan, again),
      ...asAsked(asked),
    );
    return { planId: again.planId, position };
  }
}

export class CancelPlan extends Command<bigint> {
  constructor(
    readonly planId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CancelPlan)
export class CancelPlanHandler implements ICommandHandler<CancelPlan> {
  constructor(private readonly streams: Streams) {}

  async execute({ planId, asked }: CancelPlan): Promise<bigint> {
    const { position } = await this.streams.change(
      restorePlan,
      restorePlanStream(planId),
      cancelPlan,
      ...asAsked(asked),
    );
    return position;
  }
}
