// Carries out one row of an import: finds the records it is about, creates or changes them, and tells what became of
// them.
import type { CommandBus } from '@nestjs/cqrs';
import { CreateRecord, UpdateRecord } from '../../crm/records/record.commands';
import type { Viewer } from '../../crm/properties/values/sensitivity';
import type { Meta } from '../../eventsourcing/event';
import { isPassing, Refusal, type RefusalCode } from '../../refusals';
import { valueErrors } from '../rows/cell-values';
import type { FilePlan, ObjectPlan } from '../rows/import-plan';
import type { RowError, RowValues } from '../rows/import-row';
import type { ImportTrial } from './import-trial';
import type { RecordFinder } from './record-finder';
import type { RowLinks } from './row-links';
import type { LinkOutcome, Outcome, RowCommand, RowOutcome } from './row-outcome';

interface ObjectCommand {
  readonly row: RowValues;
  /** The id reserved for the record. */
  readonly ownId: string;
  readonly anotherId: () => Promise<string>;
  readonly meta: Meta;
  readonly viewer: Viewer;
  readonly trial?: ImportTrial;
}

const noLinks: LinkOutcome = { associated: 0, errors: [] };

const refusalErrors: Readonly<Partial<Record<RefusalCode, string>>> = {
  'record-unknown': 'INVALID_OBJECT_ID',
  'record-purged': 'INVALID_OBJECT_ID',
  'record-erased': 'INVALID_OBJECT_ID',
  'event-too-large': 'ROW_DATA_TOO_LARGE',
  'value-taken': 'DUPLICATE_UNIQUE_PROPERTY_VALUE',
};

export class RowImporter {
  constructor(
    private readonly commands: CommandBus,
    private readonly finder: RecordFinder,
    private readonly links: RowLinks,
  ) {}

  /** Carries out a row. What is wrong with the row is part of its outcome; rejects only where trying again may help. */
  async carryOut(plan: FilePlan, command: RowCommand): Promise<RowOutcome> {
    const { read } = command;
    const objects = await Promise.all(
      read.map(async (row, n) => {
        if (!row) return undefined;
        const part = n === 0 ? undefined : plan.objects[n]!.objectType;
        const [ownId, anotherId] = [await command.ids.at(n), () => command.ids.again(n)];
        return this.settled(plan.objects[n]!, {
          ...{ row, ownId, anotherId, viewer: command.viewer },
          meta: command.meta(part),
          ...(command.trial && { trial: command.trial }),
        });
      }),
    );
    const linked = plan.objects.length > 1;
    return { objects, links: linked ? await this.links.between(plan, command, objects) : noLinks };
  }

  private async settled(plan: ObjectPlan, command: ObjectCommand): Promise<Outcome> {
    if (command.row.errors.length > 0) return { kind: 'error', errors: command.row.errors };
    try {
      return await this.write(plan, command);
    } catch (error) {
      if (!(error instanceof Refusal) || isPassing(error.code)) throw error;
      return { kind: 'error', errors: errorsOf(plan, error) };
    }
  }

  private async write(plan: ObjectPlan, command: ObjectCommand): Promise<Outcome> {
    const { key } = command.row;
    if (!plan.key || key === undefined) return this.create(plan, command);
    if (plan.key.by === 'id') return this.update(plan, key, command);
    const { index, property } = plan.key.column;
    for (let again = false; ; again = true) {
      const named = { objectType: plan.objectType, by: property, value: key, viewer: command.viewer };
      const made = command.trial?.lastOf(named);
      const found = made === undefined ? await this.finder.find(named) : { id: made };
      if (found === 'several')
        return wrong(plan, index, severalError(property.name), `Several records have this ${property.name}`);
      if (found !== 'none' && found.id !== command.ownId) return this.update(plan, found.id, command);
      if (plan.operation === 'UPDATE')
        return wrong(plan, index, 'UPDATE_ONLY_IMPORT', `No record has this ${property.name}`);
      try {
        return await this.create(plan, command);
      } catch (error) {
        // Another writer has taken the key since it was looked for: the row is about that writer's record.
        if (again || !(error instanceof Refusal) || error.code !== 'value-taken') throw error;
      }
    }
  }

  private async create(
    plan: ObjectPlan,
    { row, ownId, anotherId, meta, viewer, trial }: ObjectCommand,
  ): Promise<Outcome> {
    const taken = trial?.taken(plan, row.values);
    if (taken)
      return wrong(
        plan,
        taken.index,
        'DUPLICATE_UNIQUE_PROPERTY_VALUE',
        `${taken.property.name} must be unique`,
      );
    const context = {
      ...{ meta, mayRepeat: true, answerUnread: true, anotherId, viewer },
      trial: trial !== undefined,
    };
    const { record, position } = await this.commands.execute(
      new CreateRecord(plan.objectType, ownId, row.values, context),
    );
    const { recordId } = record;
    if (trial) trial.learn(plan, recordId, row.values);
    else if (plan.key?.by === 'property' && !plan.key.column.property.hasUniqueValue && row.key !== undefined)
      await this.finder.learn(
        { objectType: plan.objectType, by: plan.key.column.property, value: row.key, viewer },
        recordId,
        position,
      );
    return { kind: 'created', recordId };
  }

  private async update(
    plan: ObjectPlan,
    recordId: string,
    { row, meta, viewer, trial }: ObjectCommand,
  ): Promise<Outcome> {
    if (trial?.has(plan.objectType, recordId)) return { kind: 'updated', recordId };
    const context = { meta, mayRepeat: true, viewer, trial: trial !== undefined };
    const { changed, created, record } = await this.commands.execute(
      new UpdateRecord(plan.objectType, recordId, row.values, context),
    );
    // This very row created the record before a crash, under another id than the one reserved for it.
    if (created) return { kind: 'created', recordId: record.recordId };
    return { kind: changed ? 'updated' : 'unchanged', recordId: record.recordId };
  }
}

const wrong = ({ objectType }: ObjectPlan, column: number, type: string, message: string): Outcome => ({
  kind: 'error',
  errors: [{ column, objectType, type, message }],
});

const severalError = (property: string): string =>
  property === 'domain' ? 'MULTIPLE_COMPANIES_WITH_THIS_DOMAIN' : 'DUPLICATE_ALTERNATE_ID';

function errorsOf(plan: ObjectPlan, refusal: Refusal): RowError[] {
  const { objectType } = plan;
  const named = (refusal.detail.errors ?? []).map(({ message, code, context }): RowError => {
    const property = context?.['propertyName']?.[0];
    const column = plan.columns.find((one) => one.property.name === property)?.index;
    return {
      ...(column !== undefined && { column }),
      ...(property !== undefined && { property }),
      objectType,
      type: valueErrors[code ?? ''] ?? 'FAILED_VALIDATION',
      message,
    };
  });
  if (named.length > 0) return named;
  const type = refusalErrors[refusal.code] ?? 'UNKNOWN_ERROR';
  const column = plan.key?.by === 'id' && type === 'INVALID_OBJECT_ID' ? plan.key.index : undefined;
  // The API's own message speaks of a path, which a row does not have.
  const message = refusal.code === 'record-unknown' ? 'No record has this id' : refusal.message;
  return [{ ...(column !== undefined && { column }), objectType, type, message }];
}
