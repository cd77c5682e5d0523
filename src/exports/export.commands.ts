// Commands on exports: request one, cancel it, download its file.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BuiltFile } from '../jobs/file-life';
import { asAsked, metaOf, newId, type Caller, type CommandContext } from '../caller';
import { Definitions } from '../crm/properties/definitions';
import { scopeNameOf } from '../crm/schemas/object-type.vocabulary';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { reachOver } from '../crm/records/reach';
import { AssociatedFilters, OF_THEN } from '../crm/search/associated/associated-filters';
import { namesIn, searchFilter, searchSort } from '../crm/search/search';
import { hiddenFrom, requireReadable } from '../crm/properties/values/sensitivity';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { requireScope } from '../identity/api-keys/scopes';
import { Refusal } from '../refusals';
import {
  cancelExport,
  downloadExport,
  exportDecider,
  exportStream,
  fileOf,
  requestExport,
  type Export,
} from './export.decider';
import type { ExportedType, ExportRequest } from './export.events';

/** The export that a request has led to. */
export interface RequestedExport {
  readonly exportId: string;
  /** Position of the export's last event. */
  readonly position: bigint;
}

export interface AskedExport extends Omit<ExportRequest, 'masked' | 'reach' | 'associated'> {
  readonly associated: Omit<ExportRequest['associated'], 'types'> & {
    /** Object types by any of their names. */
    readonly types: readonly string[];
    readonly names: boolean;
  };
}

/**
 * Requests an export of the records as they are now. Where no properties are named, all properties of the type are
 * exported.
 */
export class RequestExport extends Command<RequestedExport> {
  constructor(
    readonly name: string,
    /** The object type by any of its names. */
    readonly objectType: string,
    readonly request: AskedExport,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

export class CancelExport extends Command<{ readonly position: bigint }> {
  constructor(
    readonly exportId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** Records who downloads the file, before the first byte leaves, and answers the file to send. */
export class DownloadExport extends Command<BuiltFile> {
  constructor(
    readonly exportId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** The scope that a caller needs to export an object type, besides `crm.export`. */
export const readScope = (objectType: string): string => `crm.objects.${scopeNameOf(objectType)}.read`;

@CommandHandler(RequestExport)
export class RequestExportHandler implements ICommandHandler<RequestExport> {
  constructor(
    private readonly streams: Streams,
    private readonly definitions: Definitions,
    private readonly objectTypes: ObjectTypes,
    private readonly associated: AssociatedFilters,
  ) {}

  async execute({ name, objectType: alias, request, asked }: RequestExport): Promise<RequestedExport> {
    const { name: objectType } = await this.objectTypes.named(alias);
    requireScope(asked.caller, readScope(objectType));
    const checked = await this.checked(objectType, request, asked.caller);
    const exportId = await newId(asked.command);
    const position = String(await this.streams.store.head());
    const requested = { exportId, name, objectType, position, request: checked };
    const written = await this.streams.change(
      exportDecider,
      exportStream(exportId),
      (state) => requestExport(state, requested),
      ...asAsked(asked),
    );
    return { exportId, position: written.position };
  }

  /**
   * The request with the names of all columns. Refuses a request that no export could be made of, before anything is
   * written.
   */
  private async checked(objectType: string, asked: AskedExport, caller: Caller): Promise<ExportRequest> {
    const { current: definitions, ever } = await this.definitions.bothOf(objectType);
    const { filterGroups, sorts, query } = asked;
    requireReadable(caller, objectType, definitions, namesIn({ filterGroups, sorts }));
    const checked = await this.associated.placeholders(objectType, filterGroups, caller, OF_THEN);
    const search = { filterGroups, query: query ?? undefined };
    searchFilter(objectType, definitions, search, { associated: checked.matches });
    searchSort(objectType, definitions, sorts);
    refuseUnknown(asked.properties, definitions);
    const properties =
      asked.properties.length > 0 ? [...new Set(asked.properties)] : [...definitions.keys()].sort();
    const hidden = hiddenFrom(caller, objectType, ever);
    const { names: _, ...associated } = asked.associated;
    const types = await this.typesBeside(asked, caller);
    const all = [objectType, ...types.map((type) => type.objectType), ...checked.types];
    const reach = reachOver(caller, all, ['view']);
    return {
      ...asked,
      ...(reach && { reach }),
      properties,
      masked: properties.filter((name) => hidden.has(name)),
      associated: { ...associated, types },
    };
  }

  /**
   * The object types whose records are shown beside the exported ones. Display properties that the caller may not see
   * are left out.
   */
  private async typesBeside({ associated }: AskedExport, caller: Caller): Promise<ExportedType[]> {
    const types = new Map<string, ExportedType>();
    for (const alias of associated.types) {
      const { name: objectType, labels, displayProperty } = await this.objectTypes.named(alias);
      requireScope(caller, readScope(objectType));
      const hidden = hiddenFrom(caller, objectType, await this.definitions.everOf(objectType));
      const shown = associated.names && !hidden.has(displayProperty);
      types.set(objectType, {
        ...{ objectType, label: labels.singular },
        displayProperty: shown ? displayProperty : null,
      });
    }
    return [...types.values()];
  }
}

/** The number of unknown names that a refusal lists. */
const MOST_ERRORS = 100;

function refuseUnknown(names: readonly string[], definitions: ReadonlyMap<string, unknown>): void {
  const errors = names
    .filter((name) => !definitions.has(name))
    .map((name) => ({
      message: `There is no property named '${name}'`,
      ...{ code: 'PROPERTY_DOESNT_EXIST', in: 'objectProperties' },
      context: { propertyName: [name] },
    }));
  if (errors.length > 0)
    throw new Refusal('input-invalid', { message: errors[0]!.message, errors: errors.slice(0, MOST_ERRORS) });
}

@CommandHandler(CancelExport)
export class CancelExportHandler implements ICommandHandler<CancelExport> {
  constructor(private readonly streams: Streams) {}

  execute({ exportId, asked }: CancelExport) {
    return this.streams.change(exportDecider, exportStream(exportId), cancelExport, ...asAsked(asked));
  }
}

@CommandHandler(DownloadExport)
export class DownloadExportHandler implements ICommandHandler<DownloadExport> {
  constructor(
    private readonly streams: Streams,
    private readonly files: Files,
  ) {}

  async execute({ exportId, asked }: DownloadExport): Promise<BuiltFile> {
    const now = new Date(asked.command.at);
    const decide = async (state: Export) => {
      const events = downloadExport(state, asked.caller.userId, now);
      // Nobody has downloaded what is not there.
      await this.files.mustBeThere(fileOf(state, now));
      return events;
    };
    const { state } = await this.streams.change(exportDecider, exportStream(exportId), decide, metaOf(asked));
    return fileOf(state, now);
  }
}
