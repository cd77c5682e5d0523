// Commands on drills: ask for one now, give one up.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { drills } from '../../projections/drills';
import { asAsked, newId, type CommandContext } from '../caller';
import { Streams } from '../eventsourcing/streams';
import { DocumentStore } from '../read/document-store';
import { ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';
import { cancelDrill, drill, drillStream, requestDrill, type Drill } from './drill.decider';
import { DrillDraw } from './drill-draw';

export class RequestDrill extends Command<{ readonly drillId: string; readonly position: bigint }> {
  constructor(
    /** Left out: as the drill that is due next would. */
    readonly all: boolean | undefined,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** The drill that somebody asked for last, from before its request stands. */
interface Asked {
  readonly drillId: string;
  readonly at: string;
}
const LAST_ASKED = 'drill:asked';
/** Milliseconds for which a drill that is not requested yet may be on its way. */
const IN_FLIGHT_MS = 30_000;

@CommandHandler(RequestDrill)
export class RequestDrillHandler implements ICommandHandler<RequestDrill> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly documents: DocumentStore,
    private readonly draw: DrillDraw,
  ) {}

  async execute({ all, asked }: RequestDrill) {
    const drillId = await newId(asked.command);
    const stream = drillStream(drillId);
    const now = new Date(asked.command.at);
    const isRepeat = (await this.streams.load(drill, stream)).state.status !== 'none';
    if (!isRepeat) await this.takeTurn(drillId, now);
    const decide = async (state: Drill) =>
      requestDrill(state, await this.draw.request(drillId, { dueAt: null, all, now }));
    const { position } = await this.streams.change(drill, stream, decide, ...asAsked(asked));
    return { drillId, position };
  }

  /** Refuses while a drill is under way. Of several who ask at once, one has the turn. */
  private async takeTurn(drillId: string, now: Date): Promise<void> {
    const pending = await this.readModels.find(drills, { filter: { status: 'PENDING' }, limit: 1 });
    const last = await this.documents.getState<Asked>(LAST_ASKED);
    if (pending.docs.length > 0 || (last && (await this.isUnderWay(last, now))))
      throw new Refusal('drill-pending');
    if (!(await this.documents.compareAndSet<Asked>(LAST_ASKED, last, { drillId, at: now.toISOString() })))
      throw new Refusal('drill-pending');
  }

  private async isUnderWay({ drillId, at }: Asked, now: Date): Promise<boolean> {
    const { state } = await this.streams.load(drill, drillStream(drillId));
    if (state.status === 'none') return now.getTime() - Date.parse(at) < IN_FLIGHT_MS;
    return state.status === 'pending';
  }
}

export class CancelDrill extends Command<bigint> {
  constructor(
    readonly drillId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CancelDrill)
export class CancelDrillHandler implements ICommandHandler<CancelDrill> {
  constructor(private readonly streams: Streams) {}

  async execute({ drillId, asked }: CancelDrill): Promise<bigint> {
    return (await this.streams.change(drill, drillStream(drillId), cancelDrill, ...asAsked(asked))).position;
  }
}
