// Brings single records back from the recycle bin under their ids, or tells why not.
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { records } from '../../projections/crm/records';
import { recordDocumentId } from '../crm/records/record.vocabulary';
import { reaches } from '../crm/records/reach';
import { Definitions } from '../crm/properties/definitions';
import { scopeNameOf } from '../crm/schemas/object-type.vocabulary';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { UnarchiveRecord } from '../crm/records/record.commands';
import { hiddenFrom, type Viewer } from '../crm/properties/values/sensitivity';
import { hasScope } from '../identity/api-keys/scopes';
import type { Meta } from '../eventsourcing/event';
import { ReadModels } from '../read/read-models';
import { Refusal, type RefusalCode } from '../refusals';
import { binBegin } from './bin';
import type { BinOutcomes } from './bin-restore.events';

export interface BinReason {
  readonly code: RefusalCode;
  readonly message: string;
  /**
   * `propertyName` and `existingObjectId` where another record holds a unique value; `intoObjectId` for a merged
   * record.
   */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

export interface BinResult {
  readonly id: string;
  readonly outcome: keyof BinOutcomes;
  /** Why the record was refused; absent for other outcomes. */
  readonly reason?: BinReason;
}

/**
 * The result for a record, with the position of the event that brought it back, or of its last event where it was back
 * already.
 */
export interface Settled {
  readonly result: BinResult;
  readonly position?: bigint;
}

export interface BringBack {
  /** The metadata of the command, whose id brings the record back only once. */
  readonly meta: Meta;
  readonly mayRepeat: boolean;
  /** ISO time: a record that had left the bin by then is refused. */
  readonly asOf: string;
  /** Whoever brings the record back: their role must reach over it. */
  readonly viewer: Viewer;
  /** A record that was archived after this position is left alone. */
  readonly upTo?: bigint;
}

@Injectable()
export class BinRecords {
  constructor(
    private readonly commands: CommandBus,
    private readonly readModels: ReadModels,
    private readonly objectTypes: ObjectTypes,
    private readonly definitions: Definitions,
  ) {}

  /** Brings a record back; undefined where it was left alone. Rejects only where the system fails. */
  async bringBack(
    objectType: string,
    id: string,
    { meta, mayRepeat, asOf, upTo, viewer }: BringBack,
  ): Promise<Settled | undefined> {
    const archived = { after: binBegin(asOf), ...(upTo !== undefined && { upTo }) };
    try {
      // Verbatim: the id of a merged record must not stand for its survivor here.
      const context = { meta, mayRepeat, verbatim: true, viewer };
      const command = new UnarchiveRecord(objectType, id, context, archived);
      const { changed, record, position } = await this.commands.execute(command);
      if (record.status === 'archived') return undefined;
      return { result: { id, outcome: changed ? 'restored' : 'live' }, position };
    } catch (error) {
      if (error instanceof Refusal) return { result: { id, outcome: 'refused', reason: reasonOf(error) } };
      throw error;
    }
  }

  /**
   * Adds the names of the records whose unique values prevented others from coming back, as far as the viewer may see
   * them.
   */
  async named(objectType: string, results: readonly BinResult[], viewer: Viewer): Promise<BinResult[]> {
    const ids = results.flatMap((result) => inTheWay(result) ?? []);
    const display = (await this.objectTypes.find(objectType))?.displayProperty;
    const mayRead = hasScope(viewer, `crm.objects.${scopeNameOf(objectType)}.read`);
    if (ids.length === 0 || display === undefined || !mayRead) return [...results];
    if (hiddenFrom(viewer, objectType, await this.definitions.everOf(objectType)).has(display))
      return [...results];
    const documents = await this.readModels.getMany(
      records,
      ids.map((id) => recordDocumentId(objectType, id)),
    );
    return results.map((result) => {
      const holder = inTheWay(result);
      const values = holder && documents.get(recordDocumentId(objectType, holder))?.values;
      const name = values && reaches(viewer, objectType, 'view', values) ? values[display] : undefined;
      if (name === undefined || !result.reason) return result;
      const context = { ...result.reason.context, existingObjectName: [name] };
      return { ...result, reason: { ...result.reason, context } };
    });
  }
}

const inTheWay = ({ reason }: BinResult): string | undefined => reason?.context?.['existingObjectId']?.[0];

function reasonOf({ code, message, detail }: Refusal): BinReason {
  const contexts = [...(detail.errors ?? []).map(({ context }) => context), detail.context];
  const context = Object.assign({}, ...contexts) as NonNullable<BinReason['context']>;
  return { code, message, ...(Object.keys(context).length > 0 && { context }) };
}
