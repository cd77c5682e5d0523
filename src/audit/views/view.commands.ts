// Commands on views: save one, clone, change, reset and delete it, and choose the one to see first.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, newId, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { KnownViews } from './known-views';
import {
  auditViewsOf,
  changeView,
  chooseDefault,
  deleteView,
  nameOfCopy,
  ownView,
  resetView,
  saveView,
  viewAfter,
  viewStream,
  type Decided,
  type OwnViews,
  type ViewChanges,
} from './view.decider';
import type { SavedView } from './view.events';

/** Answers the position at which it is so. Employees of the vendor look, and leave nothing behind. */
async function changeViews(
  streams: Streams,
  ownerId: string,
  decide: (state: OwnViews) => Decided | Promise<Decided>,
  asked: CommandContext,
): Promise<bigint> {
  if (asked.caller.actor.type === 'employee')
    throw new Refusal('access-denied', { message: 'Employees of the vendor keep no views' });
  return (await streams.change(auditViewsOf, viewStream(ownerId), decide, ...asAsked(asked))).position;
}

export interface ViewWritten {
  readonly viewId: string;
  readonly position: bigint;
}

export class SaveAuditView extends Command<ViewWritten> {
  constructor(
    readonly view: SavedView,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(SaveAuditView)
export class SaveAuditViewHandler implements ICommandHandler<SaveAuditView> {
  constructor(
    private readonly streams: Streams,
    private readonly known: KnownViews,
  ) {}

  async execute({ view, asked }: SaveAuditView): Promise<ViewWritten> {
    await this.known.requireValid(view, asked.command.at);
    const ownerId = asked.caller.userId;
    const viewId = await newId(asked.command);
    const decide = (state: OwnViews) => saveView(state, { ...view, viewId, ownerId, clonedFrom: null });
    return { viewId, position: await changeViews(this.streams, ownerId, decide, asked) };
  }
}

/** The copy is the caller's, and private. */
export class CloneAuditView extends Command<ViewWritten> {
  constructor(
    readonly viewId: string,
    readonly name: string | undefined,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CloneAuditView)
export class CloneAuditViewHandler implements ICommandHandler<CloneAuditView> {
  constructor(
    private readonly streams: Streams,
    private readonly known: KnownViews,
  ) {}

  async execute({ viewId: of, name, asked }: CloneAuditView): Promise<ViewWritten> {
    const { filter, lastDays, sort, columns, ...view } = await this.known.view(of, asked.caller, {});
    const ownerId = asked.caller.userId;
    const viewId = await newId(asked.command);
    const copy = { ...{ filter, lastDays, sort, columns, viewId, ownerId, clonedFrom: of } };
    const decide = (state: OwnViews) =>
      saveView(state, { ...copy, name: name ?? nameOfCopy(state, view.name), visibility: 'private' });
    return { viewId, position: await changeViews(this.streams, ownerId, decide, asked) };
  }
}

/** `changes`: what is left out stays; `reset`: it shows again what it showed when it was saved first. */
export class ChangeAuditView extends Command<bigint> {
  constructor(
    readonly viewId: string,
    readonly changes: ViewChanges | 'reset',
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeAuditView)
export class ChangeAuditViewHandler implements ICommandHandler<ChangeAuditView> {
  constructor(
    private readonly streams: Streams,
    private readonly known: KnownViews,
  ) {}

  /** A view that is not valid any more can be reset, renamed and shared as it is. */
  async execute({ viewId, changes, asked }: ChangeAuditView): Promise<bigint> {
    const { ownerId } = await this.known.changeable(viewId, asked.caller);
    const place = { viewId, ownerId };
    const decide = async (state: OwnViews) => {
      if (changes === 'reset') return resetView(state, place);
      const events = changeView(state, place, changes);
      if (changes.filter !== undefined || changes.lastDays !== undefined)
        await this.known.requireValid(viewAfter(ownView(state, viewId), changes), asked.command.at);
      return events;
    };
    return changeViews(this.streams, ownerId, decide, asked);
  }
}

export class DeleteAuditView extends Command<bigint> {
  constructor(
    readonly viewId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DeleteAuditView)
export class DeleteAuditViewHandler implements ICommandHandler<DeleteAuditView> {
  constructor(
    private readonly streams: Streams,
    private readonly known: KnownViews,
  ) {}

  async execute({ viewId, asked }: DeleteAuditView): Promise<bigint> {
    const { ownerId } = await this.known.changeable(viewId, asked.caller);
    const decide = (state: OwnViews) => deleteView(state, { viewId, ownerId });
    return changeViews(this.streams, ownerId, decide, asked);
  }
}

/** The view that the caller sees first; null: none any more. */
export class ChooseDefaultView extends Command<bigint> {
  constructor(
    readonly viewId: string | null,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChooseDefaultView)
export class ChooseDefaultViewHandler implements ICommandHandler<ChooseDefaultView> {
  constructor(
    private readonly streams: Streams,
    private readonly known: KnownViews,
  ) {}

  async execute({ viewId, asked }: ChooseDefaultView): Promise<bigint> {
    if (viewId !== null) await this.known.view(viewId, asked.caller, {});
    const ownerId = asked.caller.userId;
    const decide = (state: OwnViews) => chooseDefault(state, ownerId, viewId);
    return changeViews(this.streams, ownerId, decide, asked);
  }
}
