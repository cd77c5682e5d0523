// Commands of streams of the audit log: one is made, with a secret that is answered once, changed, and deleted.
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { auditStreams } from '../../../projections/audit/audit-streams';
import { GetSubscription } from '../../account/account.queries';
import { asAsked, newId, type Caller, type CommandContext } from '../../caller';
import { Config } from '../../config';
import { requireInBounds, urlInBounds } from '../../delivery/addresses';
import { Streams } from '../../eventsourcing/streams';
import { DocumentStore } from '../../read/document-store';
import { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import { EntryFilters } from '../entry-filters';
import { entryQuery } from '../entry-filter';
import { queryOf, type AuditStreamBody } from './stream.bodies';
import {
  auditStream,
  auditStreamOf,
  changeAuditStream,
  createAuditStream,
  deleteAuditStream,
  liveAuditStream,
} from './stream.decider';
import {
  changeStreamGrant,
  destinationOf,
  newStreamSecret,
  removeStreamGrant,
  showStreamSecret,
  type StreamFilter,
  type Target,
} from './stream-grants';
import { changeStreamState, streamState } from './stream-states';
import type { StreamOwner } from './stream.events';

/** Streams of an account. */
const MOST = 20;

const MIB = 1_048_576;
const SYSLOG_BYTES = 8_192;

export type WishedStream = AuditStreamBody;

export interface CreatedStream {
  readonly id: string;
  /** Of a webhook. */
  readonly secret?: string;
  readonly position: bigint;
}

export class CreateAuditStream extends Command<CreatedStream> {
  constructor(
    readonly wished: WishedStream,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CreateAuditStream)
export class CreateAuditStreamHandler implements ICommandHandler<CreateAuditStream> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly vault: Vault,
    private readonly queries: QueryBus,
    private readonly filters: EntryFilters,
    private readonly config: Config,
  ) {}

  async execute({ wished, asked }: CreateAuditStream): Promise<CreatedStream> {
    const filter = filterOf(wished);
    const query = entryQuery.parse(queryOf(filter));
    // Refuses what names nothing there is, or what the account's tier hides.
    await this.filters.filterOf(query, await this.queries.execute(new GetSubscription()), {});
    const streamId = await newId(asked.command);
    const stream = auditStreamOf(streamId);
    const shown = new Refusal('webhook-secret-shown', { context: { id: [streamId] } });
    const isThere = (await this.streams.load(auditStream, stream)).state.status !== 'none';
    if (isThere && wished.kind === 'webhook') throw shown;
    const target = this.targetOf(streamId, wished);
    const destination = destinationOf(target);
    if (!isThere) await this.requireRoom(wished.kind, destination);
    // A grant that a crash left, or whose secret another attempt has not shown yet, gives way to this one.
    const grant = await changeStreamGrant(this.vault, streamId, (before) => {
      if (before && !before.unshown) {
        if (wished.kind === 'webhook') throw shown;
        return before;
      }
      return { target, filter, unshown: true };
    });
    const head = await this.streams.store.head();
    const after = wished.from === undefined ? head : wished.from - 1n;
    const { name, kind, format, include = [] } = wished;
    const created = {
      ...{ streamId, name, kind, format, include: [...new Set(include)], destination },
      owner: ownerOf(asked.caller),
      after: String(after > head ? head : after),
    };
    const { position } = await this.streams.change(
      auditStream,
      stream,
      (state) => createAuditStream(state, created),
      ...asAsked(asked),
    );
    const showsNow = !grant.unshown || (await showStreamSecret(this.vault, streamId, grant));
    if (!showsNow && kind === 'webhook') throw shown;
    return { id: streamId, position, ...(target.kind === 'webhook' && { secret: target.secret }) };
  }

  private async requireRoom(kind: string, destination: string): Promise<void> {
    const others = await this.readModels.find(auditStreams, { limit: MOST });
    if (others.docs.length >= MOST)
      throw new Refusal('too-many', { message: `An account has at most ${MOST} streams of the audit log` });
    // Two would turn one file over, each for itself.
    if (kind === 'file' && others.docs.some((one) => one.kind === 'file' && one.destination === destination))
      throw new Refusal('name-taken', { message: 'Another stream writes to that file' });
  }

  private targetOf(streamId: string, wished: WishedStream): Target {
    const { kind, url, headers = {}, batch = 'array', host, port, tls = {}, facility = 13 } = wished;
    const { path, maxBytes, keep = 10 } = wished;
    const privateToo = this.config.WEBHOOKS_PRIVATE;
    switch (kind) {
      case 'webhook':
        return {
          ...{ kind, url: urlInBounds(url!, 'url', privateToo), headers, batch },
          secret: newStreamSecret(streamId),
        };
      case 'syslog':
        requireInBounds(host!, 'host', privateToo);
        return {
          ...{ kind, host: host!, port: port ?? (tls ? 6514 : 601), tls, facility },
          maxBytes: maxBytes ?? SYSLOG_BYTES,
        };
      case 'file':
        return { kind, path: path!, maxBytes: maxBytes ?? 100 * MIB, keep };
    }
  }
}

const filterOf = ({ filter = {}, q }: WishedStream): StreamFilter => ({
  ...filter,
  ...(q !== undefined && { q }),
});

const ownerOf = ({ userId, actor }: Caller): StreamOwner => ({
  userId,
  keyId: actor.type === 'apiKey' ? actor.id : null,
});

/** Answers the position at which it is so. */
export class ChangeAuditStream extends Command<bigint> {
  constructor(
    readonly streamId: string,
    readonly change: { readonly paused?: boolean | undefined; readonly from?: bigint | undefined },
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeAuditStream)
export class ChangeAuditStreamHandler implements ICommandHandler<ChangeAuditStream> {
  constructor(private readonly streams: Streams) {}

  async execute({ streamId, change: { paused, from }, asked }: ChangeAuditStream): Promise<bigint> {
    const stream = auditStreamOf(streamId);
    liveAuditStream((await this.streams.load(auditStream, stream)).state);
    const head = await this.streams.store.head();
    if (from !== undefined && from > head + 1n) throw new Refusal('input-invalid', { message: BEYOND });
    const change = { paused, after: from === undefined ? undefined : from - 1n };
    const { position } = await this.streams.change(
      auditStream,
      stream,
      (state) => changeAuditStream(state, change),
      ...asAsked(asked),
    );
    return position;
  }
}

const BEYOND = 'from: lies behind the end of the log';

/** Answers the position at which it is gone. */
export class DeleteAuditStream extends Command<bigint> {
  constructor(
    readonly streamId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DeleteAuditStream)
export class DeleteAuditStreamHandler implements ICommandHandler<DeleteAuditStream> {
  constructor(
    private readonly streams: Streams,
    private readonly vault: Vault,
    private readonly documents: DocumentStore,
  ) {}

  async execute({ streamId, asked }: DeleteAuditStream): Promise<bigint> {
    const stream = auditStreamOf(streamId);
    const { position } = await this.streams.change(auditStream, stream, deleteAuditStream, ...asAsked(asked));
    await removeStreamGrant(this.vault, streamId);
    // A courier that is just writing it down finds that it is gone, and ends.
    const state = await streamState(this.documents, streamId);
    if (state) await changeStreamState(this.documents, streamId, state, undefined);
    return position;
  }
}
