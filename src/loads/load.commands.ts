// Commands on loads: request a load, cancel one.
import { isDeepStrictEqual } from 'node:util';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, type CommandContext } from '../caller';
import { Streams, type Changed } from '../eventsourcing/streams';
import { Refusal } from '../refusals';
import {
  cancelLoad,
  loadDecider,
  loadStream,
  requestLoad,
  type Load,
  type RequestedLoad,
} from './load.decider';
import type { LoadEvents } from './load.events';

type LoadChanged = Changed<Load, LoadEvents>;

export class RequestLoad extends Command<LoadChanged> {
  constructor(
    readonly requested: RequestedLoad,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** Refused with `load-unknown`, `load-ended`. */
export class CancelLoad extends Command<LoadChanged> {
  constructor(
    readonly loadId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RequestLoad)
export class RequestLoadHandler implements ICommandHandler<RequestLoad> {
  constructor(private readonly streams: Streams) {}

  async execute({ requested, asked }: RequestLoad): Promise<LoadChanged> {
    const decide = (state: Load) => requestLoad(state, requested);
    const stream = loadStream(requested.loadId);
    const changed = await this.streams.change(loadDecider, stream, decide, ...asAsked(asked));
    const [event] = changed.events;
    // The key's request hash leaves out a multipart body, so the body is compared here.
    if (event?.type === 'backupload.requested.v1' && !isDeepStrictEqual(sent(event.data), sent(requested)))
      throw new Refusal('idempotency-key-reused');
    return changed;
  }
}

const sent = ({ options, file: { sha256 } }: RequestedLoad) => ({ options, sha256 });

@CommandHandler(CancelLoad)
export class CancelLoadHandler implements ICommandHandler<CancelLoad> {
  constructor(private readonly streams: Streams) {}

  execute({ loadId, asked }: CancelLoad): Promise<LoadChanged> {
    return this.streams.change(loadDecider, loadStream(loadId), cancelLoad, ...asAsked(asked));
  }
}
