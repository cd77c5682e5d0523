// Commands on the recycle bin: bring records back now, request a job that does, cancel one.
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, metaOf, newId, type CommandContext } from '../caller';
import { mapConcurrently } from '../crm/map-concurrently';
import { Definitions } from '../crm/properties/definitions';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { reachOver } from '../crm/records/reach';
import { AssociatedFilters } from '../crm/search/associated/associated-filters';
import { namesIn } from '../crm/search/search';
import { requireReadable } from '../crm/properties/values/sensitivity';
import { Streams } from '../eventsourcing/streams';
import { binFilter } from './bin';
import { BinRecords, type BinResult } from './bin-records';
import { binRestore, binRestoreStream, cancelBinRestore, requestBinRestore } from './bin-restore.decider';
import type { BinSelection } from './bin-restore.events';
import { WhoArchived } from './bin.queries';

export interface RestoredFromBin {
  /** Results in the order of the ids. */
  readonly results: readonly BinResult[];
  readonly written: readonly { readonly position: bigint }[];
}

/** Brings records back, each on its own: one that is refused keeps no other from coming back. */
export class RestoreFromBin extends Command<RestoredFromBin> {
  constructor(
    readonly objectType: string,
    readonly ids: readonly string[],
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RestoreFromBin)
export class RestoreFromBinHandler implements ICommandHandler<RestoreFromBin> {
  constructor(private readonly binRecords: BinRecords) {}

  async execute({ objectType, ids, asked }: RestoreFromBin): Promise<RestoredFromBin> {
    const { mayRepeat, at } = asked.command;
    const how = { meta: metaOf(asked, { type: 'RESTORE' }), mayRepeat, asOf: at, viewer: asked.caller };
    const all = await mapConcurrently([...new Set(ids)], (id) =>
      this.binRecords.bringBack(objectType, id, how),
    );
    const settled = all.filter((one) => one !== undefined);
    const results = settled.map(({ result }) => result);
    return {
      results: await this.binRecords.named(objectType, results, asked.caller),
      written: settled.flatMap(({ position }) => (position === undefined ? [] : [{ position }])),
    };
  }
}

export interface BinRestoreRequested {
  readonly restoreId: string;
  readonly position: bigint;
}

/**
 * Requests a job that brings records back. Refused like a search where the filter does not fit or names values that the
 * caller may not see, and with `user-unknown`.
 */
export class RequestBinRestore extends Command<BinRestoreRequested> {
  constructor(
    readonly objectType: string,
    readonly selection: BinSelection,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RequestBinRestore)
export class RequestBinRestoreHandler implements ICommandHandler<RequestBinRestore> {
  constructor(
    private readonly streams: Streams,
    private readonly objectTypes: ObjectTypes,
    private readonly definitions: Definitions,
    private readonly associated: AssociatedFilters,
    private readonly queries: QueryBus,
  ) {}

  async execute({ objectType, selection: asked, asked: request }: RequestBinRestore) {
    const { archivedBy } = asked;
    const associated = await this.associated.placeholders(objectType, asked.filterGroups, request.caller);
    const reach = reachOver(request.caller, [objectType, ...associated.types], ['view', 'delete']);
    const selection = {
      ...asked,
      ...(reach && { reach }),
      ...(archivedBy !== undefined && {
        archivedBy: await this.queries.execute(new WhoArchived(archivedBy)),
      }),
    };
    // The job uses the same filter: what is wrong with it is refused now.
    const type = await this.objectTypes.named(objectType);
    const definitions = await this.definitions.of(objectType);
    requireReadable(request.caller, objectType, definitions, namesIn(selection));
    binFilter(type, definitions, selection, request.command.at, associated.matches);
    const restoreId = await newId(request.command);
    const { position } = await this.streams.change(
      binRestore,
      binRestoreStream(restoreId),
      (state) => requestBinRestore(state, { restoreId, objectType, selection }),
      metaOf(request),
      { mayRepeat: request.command.mayRepeat },
    );
    return { restoreId, position };
  }
}

export class CancelBinRestore extends Command<bigint> {
  constructor(
    readonly restoreId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CancelBinRestore)
export class CancelBinRestoreHandler implements ICommandHandler<CancelBinRestore> {
  constructor(private readonly streams: Streams) {}

  async execute({ restoreId, asked }: CancelBinRestore): Promise<bigint> {
    const { position } = await this.streams.change(
      binRestore,
      binRestoreStream(restoreId),
      cancelBinRestore,
      ...asAsked(asked),
    );
    return position;
  }
}
