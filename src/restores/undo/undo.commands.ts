// The command that asks for a plan which takes back what one cause did.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { imports } from '../../../projections/imports';
import { asAsked, newId, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { START } from '../../eventsourcing/event-store';
import { isPosition, positionBefore, positionOfInstant, TimeIndex } from '../../read/time-index';
import { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { requestPlan, restorePlan, restorePlanStream, type Requested } from '../plans/plan.decider';
import type { PlanRequested } from '../plans/plan.commands';
import type { UndoCause } from '../restore.events';
import type { UndoRequest } from './undo.bodies';

export class RequestUndo extends Command<PlanRequested> {
  constructor(
    readonly body: UndoRequest,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

interface Window {
  /** Exclusive. */
  readonly after: bigint;
  readonly upTo: bigint;
}

/** Categories of the streams that tell whether there is such a cause; of the others none does. */
const STREAMS: readonly [keyof UndoCause, string][] = [
  ['importId', 'import'],
  ['loadId', 'backupload'],
  ['restoreId', 'restore'],
  ['apiKeyId', 'apikey'],
  ['userId', 'user'],
];

@CommandHandler(RequestUndo)
export class RequestUndoHandler implements ICommandHandler<RequestUndo> {
  constructor(
    private readonly streams: Streams,
    private readonly timeIndex: TimeIndex,
    private readonly readModels: ReadModels,
  ) {}

  async execute({ body, asked }: RequestUndo): Promise<PlanRequested> {
    const planId = await newId(asked.command);
    const { position } = await this.streams.change(
      restorePlan,
      restorePlanStream(planId),
      async (plan) => requestPlan(plan, await this.requested(planId, body)),
      ...asAsked(asked),
    );
    return { planId, position };
  }

  private async requested(planId: string, { cause, from, to, modes }: UndoRequest): Promise<Requested> {
    const undo = await this.causeOf(cause);
    const head = await this.streams.store.head();
    const { after, upTo } = await this.window(undo, { from, to }, head);
    await this.mustExist(undo);
    return {
      planId,
      source: { undo, ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
      position: String(head),
      madeAt: String(head),
      ...{ after: String(after), upTo: String(upTo) },
      objects: [],
      modes,
    };
  }

  /** Restores stand in the list of imports: an id of theirs there means the restore. */
  private async causeOf(asked: UndoRequest['cause']): Promise<UndoCause> {
    const cause = named(asked);
    if (cause.importId === undefined) return cause;
    const restored = (await this.readModels.get(imports, cause.importId))?.restore;
    return restored ? { restoreId: restored.restoreId } : cause;
  }

  private async window(
    { entryId }: UndoCause,
    { from, to }: Pick<UndoRequest, 'from' | 'to'>,
    head: bigint,
  ): Promise<Window> {
    if (entryId !== undefined) {
      const position = /^\d{1,20}$/.test(entryId) ? BigInt(entryId) : undefined;
      const event = position !== undefined && (await this.streams.store.eventAt(position));
      if (!event) throw unknown('entryId');
      return { after: event.position - 1n, upTo: event.position };
    }
    // What is recorded at either instant counts.
    const after =
      from === undefined ? START : await positionBefore({ asOf: from, field: 'from' }, head, this.timeIndex);
    const upTo =
      to === undefined ? head : await positionOfInstant({ asOf: to, field: 'to' }, head, this.timeIndex);
    if (upTo < after || liesBefore(to, from))
      throw new Refusal('input-invalid', {
        message: 'to: lies before from',
        errors: [{ message: 'to: lies before from', in: 'to' }],
      });
    return { after, upTo };
  }

  private async mustExist(cause: UndoCause): Promise<void> {
    for (const [name, category] of STREAMS) {
      const id = cause[name];
      if (id !== undefined && (await this.streams.store.read(`${category}-${id}`)).events.length === 0)
        throw unknown(name);
    }
  }
}

const NUMBER = /^\d+$/;

/** Whether two instants of one kind are said the wrong way round: nothing may have been recorded between them. */
function liesBefore(to: string | undefined, from: string | undefined): boolean {
  if (to === undefined || from === undefined) return false;
  if (NUMBER.test(to) && NUMBER.test(from)) return BigInt(to) < BigInt(from);
  return !isPosition(to) && !isPosition(from) && Date.parse(to) < Date.parse(from);
}

const named = (cause: UndoRequest['cause']): UndoCause =>
  Object.fromEntries(Object.entries(cause).filter(([, id]) => id !== undefined));

const unknown = (name: keyof UndoCause): Refusal => {
  const message = `cause.${name}: there is none with this id`;
  return new Refusal('undo-cause-unknown', { message, errors: [{ message, in: `cause.${name}` }] });
};
