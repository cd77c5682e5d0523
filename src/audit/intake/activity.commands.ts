// The command that takes in what other modules report: each activity is an event of its own, in a stream of its key, so
// that the log itself takes a key once, whoever reports it and how often.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { users } from '../../../projections/users';
import { keyIdOf, metaOf, type CommandContext } from '../../caller';
import { Definitions } from '../../crm/properties/definitions';
import { isSensitive } from '../../crm/properties/values/sensitivity';
import { mapConcurrently } from '../../crm/map-concurrently';
import { standing } from '../../crm/records/standing';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { partOf } from '../../eventsourcing/event-ids';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import type { AskedActivity, UnreadActivity } from './activity.bodies';
import { checkedActivity, withoutCustomer, type Known } from './activity-check';
import { activity, activityStream, reportActivity } from './activity.decider';
import type { ActivityEvents } from './activity.events';

/** Appends under way at once: the log commits those that come together in one step. */
const AT_ONCE = 128;

export interface Reported {
  readonly accepted: number;
  /** Their keys were reported before: what was reported first stands. */
  readonly duplicates: number;
  readonly rejected: readonly { readonly key: string; readonly error: string }[];
  /** Of each that was accepted, or had been before. */
  readonly written: readonly { readonly position: bigint }[];
}

export class ReportActivities extends Command<Reported> {
  constructor(
    readonly activities: readonly (AskedActivity | UnreadActivity)[],
    readonly asked: CommandContext,
  ) {
    super();
  }
}

type ReportedActivity = ActivityEvents['activity.reported.v1'];
type Outcome = { readonly position: bigint; readonly isNew: boolean } | { readonly problem: string };

@CommandHandler(ReportActivities)
export class ReportActivitiesHandler implements ICommandHandler<ReportActivities> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly objectTypes: ObjectTypes,
    private readonly vault: Vault,
    private readonly definitions: Definitions,
  ) {}

  async execute({ activities, asked }: ReportActivities): Promise<Reported> {
    const known = await this.knownFor(activities, asked);
    const outcomes = await mapConcurrently(
      activities,
      (one, index) => ('problem' in one ? Promise.resolve(one) : this.takeOne(one, index, known, asked)),
      AT_ONCE,
    );
    const written = outcomes.filter((one) => 'position' in one);
    const accepted = written.filter(({ isNew }) => isNew).length;
    return {
      ...{ accepted, duplicates: written.length - accepted, written },
      rejected: outcomes.flatMap((one, index) =>
        'problem' in one ? [{ key: activities[index]!.key, error: one.problem }] : [],
      ),
    };
  }

  private async knownFor(activities: ReportActivities['activities'], asked: CommandContext): Promise<Known> {
    const ids = activities.flatMap((one) => {
      if ('problem' in one) return [];
      const id = one.userId ?? (one.actor?.type === 'user' ? one.actor.id : undefined);
      return id === undefined ? [] : [id];
    });
    return {
      find: await this.objectTypes.finder(),
      users: await this.readModels.getMany(users, [...new Set(ids)]),
      now: Date.parse(asked.command.at),
      keyId: keyIdOf(asked.caller.actor),
    };
  }

  private async takeOne(
    given: AskedActivity,
    index: number,
    known: Known,
    asked: CommandContext,
  ): Promise<Outcome> {
    const checked = checkedActivity(given, known);
    if (typeof checked === 'string') return { problem: checked };
    const reported = await this.asKept(checked);
    const meta = { ...metaOf(asked), commandId: partOf(asked.command.id, 'activities', index) };
    const stream = activityStream(this.vault.hmac('activities', given.key));
    try {
      const { events, position } = await this.streams.change(
        activity,
        stream,
        (state) => reportActivity(state, reported),
        meta,
        { likelyNew: true, mayRepeat: asked.command.mayRepeat },
      );
      return { position, isNew: events.length > 0 };
    } catch (error) {
      if (error instanceof Refusal && error.code === 'event-too-large') return { problem: error.message };
      throw error;
    }
  }

  /** As it may be stored: what is reported of a record is judged by what becomes of that record's own values. */
  private async asKept(checked: ReportedActivity): Promise<ReportedActivity> {
    const { target, changes } = checked;
    if (!target.isRecord) return checked;
    const { state } = await standing(this.streams, target.type, target.id);
    if (state.status === 'erased' || state.status === 'waiting') return withoutCustomer(checked);
    if (!changes) return checked;
    const ever = await this.definitions.everOf(target.type);
    const sensitive = Object.keys(changes).filter((name) => !ever.has(name) || isSensitive(ever.get(name)));
    return sensitive.length > 0 ? { ...checked, sensitive } : checked;
  }
}
