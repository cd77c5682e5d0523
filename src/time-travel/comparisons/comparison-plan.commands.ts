// The command that makes a restore plan of what a comparison found, or of a choice of it.
import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { ComparisonDocument } from '../../../projections/time-travel/comparisons';
import type { CommandContext } from '../../caller';
import { definitionsAt } from '../../crm/properties/definitions';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { Streams } from '../../eventsourcing/streams';
import { Files } from '../../files/files';
import { linesOf } from '../../files/lines';
import type { ChangeRow } from '../../point-in-time/changes/change';
import { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { RequestPlan, type PlanRequested } from '../../restores/plans/plan.commands';
import { MOST_IDS, type RestoreBody } from './comparison.bodies';
import { GetCompared } from './comparison.queries';

type Selection = RequestPlan['body']['objects'][number];
type AskedObject = NonNullable<RestoreBody['objects']>[number];

/** Plans to bring records back to one of the two instants; refuses as a restore plan does, or where nothing is left. */
export class PlanFromComparison extends Command<PlanRequested> {
  constructor(
    readonly comparisonId: string,
    readonly body: RestoreBody,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(PlanFromComparison)
export class PlanFromComparisonHandler implements ICommandHandler<PlanFromComparison> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly objectTypes: ObjectTypes,
    private readonly files: Files,
  ) {}

  async execute({ comparisonId, body, asked }: PlanFromComparison): Promise<PlanRequested> {
    const found = await this.queries.execute(new GetCompared(comparisonId, {}));
    const chosen = await this.chosen(body);
    const ids = await this.idsOf(found.file, chosen, body);
    const objects = chosen ?? [...ids.keys()].sort().map((objectType): AskedObject => ({ objectType }));
    const asOf = found[body.direction];
    const selections: Selection[] = [];
    for (const object of objects) {
      const { objectType } = object;
      const differing = ids.get(objectType);
      const recordIds = object.recordIds ?? (differing && [...differing]);
      if (recordIds?.length === 0) continue;
      const properties = object.properties ?? (await this.propertiesOf(found, objectType, BigInt(asOf)));
      selections.push({ objectType, properties, ...(recordIds && { recordIds }) });
    }
    if (selections.length === 0) throw new Refusal('comparison-nothing-to-restore');
    const source = { asOf: BigInt(asOf) < 0n ? '0' : asOf };
    return this.commands.execute(new RequestPlan({ source, objects: selections, modes: body.modes }, asked));
  }

  /** What is chosen, each object type by its plural name; undefined where all that differs is meant. */
  private async chosen({ objects }: RestoreBody): Promise<AskedObject[] | undefined> {
    const find = await this.objectTypes.finder();
    return objects?.map((object, i) => {
      const objectType = find(object.objectType)?.name;
      const message = `objects.${i}.objectType: there is no such object type`;
      if (objectType === undefined) throw new Refusal('input-invalid', { message });
      return { ...object, objectType };
    });
  }

  /**
   * By object type: ids of the records that differ and that the modes have a use for. None for a type with more than a
   * plan takes: the plan is then about all records of the type.
   */
  private async idsOf(
    file: string,
    chosen: readonly AskedObject[] | undefined,
    { direction, modes }: RestoreBody,
  ): Promise<ReadonlyMap<string, ReadonlySet<string> | undefined>> {
    const open = chosen?.filter(({ recordIds }) => !recordIds).map(({ objectType }) => objectType);
    const ids = new Map<string, Set<string> | undefined>(open?.map((objectType) => [objectType, new Set()]));
    if (open?.length === 0) return ids;
    const absent = direction === 'from' ? 'added' : 'removed';
    for await (const line of linesOf(this.files.read(file))) {
      const row = JSON.parse(line) as ChangeRow;
      const isMeant =
        row.what === 'record'
          ? row.kind !== absent || modes.archiveCreatedSince
          : row.what === 'association' && modes.restoreAssociations;
      for (const { objectType, recordId } of isMeant ? [row, ...(row.to ? [row.to] : [])] : []) {
        if (open && !open.includes(objectType)) continue;
        if (!ids.has(objectType)) ids.set(objectType, new Set());
        const ofType = ids.get(objectType);
        ofType?.add(recordId!);
        if (ofType && ofType.size > MOST_IDS) ids.set(objectType, undefined);
      }
    }
    return ids;
  }

  /** The properties that differ, as far as they can be restored; all where none does. */
  private async propertiesOf(
    { summary, properties: asked }: ComparisonDocument,
    objectType: string,
    position: bigint,
  ): Promise<'*' | string[]> {
    const differing = Object.keys(summary?.byProperty[objectType] ?? {});
    const definedAt = async (at: bigint) => {
      const found = await definitionsAt(this.readModels, this.streams, objectType, at);
      return new Map(found.map((one) => [one.name, one]));
    };
    const [then, now] = [await definedAt(position), await definedAt(await this.streams.store.head())];
    const names = [...new Set([...differing, ...(asked ?? [])])].filter(
      (name) => then.has(name) && now.get(name)?.readOnlyValue === false,
    );
    return names.length > 0 ? names : '*';
  }
}
