// Carries out one row: finds the records it is about, creates or changes them, and says what became of them.
import type { CommandBus } from '@nestjs/cqrs';
import { CreateRecord, UpdateRecord } from '../crm/records/record.commands';
import { SEES_ALL } from '../crm/properties/sensitivity';
import type { Meta } from '../eventsourcing/event';
import { Refusal, type RefusalCode } from '../refusals';
import type { FilePlan, ObjectPlan } from './import-plan';
import type { ReadValues, RowError, RowValues } from './import-row';
import type { RecordFinder } from './record-finder';
import type { RowLinks } from './row-links';

export type Outcome =
  | { readonly kind: 'created' | 'updated' | 'unchanged'; readonly recordId: string }
  | { readonly kind: 'error'; readonly errors: readonly RowError[] };

/** What became of a row. */
export interface RowOutcome {
  /** Of each record of the plan, by its place there; undefined where the row says nothing of it. */
  readonly objects: readonly (Outcome | undefined)[];
  readonly links: LinkOutcome;
}

export interface LinkOutcome {
  /** Pairs that are associated now and were not before. */
  readonly associated: number;
  readonly errors: readonly RowError[];
}

export interface RowCommand {
  readonly read: ReadValues;
  readonly cells: readonly string[];
  /** The id kept for a record of this row, by its place in the plan: a record under it can only be the row's own. */
  ownId(object: number): string;
  /** Its command ids are the row's own, too, one a part: carrying the row out again finds what it did. */
  meta(part?: string): Meta;
}

interface ObjectCommand {
  readonly row: RowValues;
  readonly ownId: string;
  readonly meta: Meta;
}

const noLinks: LinkOutcome = { associated: 0, errors: [] };

/** HubSpot's names for what was wrong with a value. */
const valueErrors: Readonly<Record<string, string>> = {
  PROPERTY_DOESNT_EXIST: 'PROPERTY_DEFINITION_NOT_FOUND',
  REQUIRED_PROPERTY: 'MISSING_REQUIRED_PROPERTY',
  INVALID_LENGTH: 'COLUMN_TOO_LARGE',
  INVALID_NUMBER: 'COULD_NOT_PARSE_NUMBER',
  INVALID_DATE: 'COULD_NOT_PARSE_DATE',
  INVALID_DATETIME: 'COULD_NOT_PARSE_DATE',
  INVALID_OPTION: 'INVALID_ENUMERATION_OPTION',
  INVALID_OWNER: 'COULD_NOT_FIND_OWNER',
  INVALID_EMAIL: 'INVALID_EMAIL',
  VALUE_TAKEN: 'DUPLICATE_UNIQUE_PROPERTY_VALUE',
};
const refusalErrors: Readonly<Partial<Record<RefusalCode, string>>> = {
  'record-unknown': 'INVALID_OBJECT_ID',
  'event-too-large': 'ROW_DATA_TOO_LARGE',
  'value-taken': 'DUPLICATE_UNIQUE_PROPERTY_VALUE',
};

export class RowImporter {
  constructor(
    private readonly commands: CommandBus,
    private readonly finder: RecordFinder,
    private readonly links: RowLinks,
  ) {}

  /** Rejects only where the system fails: what is wrong with a row is its outcome. */
  async carryOut(plan: FilePlan, command: RowCommand): Promise<RowOutcome> {
    const { read } = command;
    const objects = await Promise.all(
      read.map(async (row, n) => {
        if (!row) return undefined;
        const part = n === 0 ? undefined : plan.objects[n]!.objectType;
        return this.settled(plan.objects[n]!, { row, ownId: command.ownId(n), meta: command.meta(part) });
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
      if (!(error instanceof Refusal)) throw error;
      return { kind: 'error', errors: errorsOf(plan, error) };
    }
  }

  private async write(plan: ObjectPlan, command: ObjectCommand): Promise<Outcome> {
    const { key } = command.row;
    if (!plan.key || key === undefined) return this.create(plan, command);
    if (plan.key.by === 'id') return this.update(plan, key, command);
    const { index, property } = plan.key.column;
    for (let again = false; ; again = true) {
      const found = await this.finder.find(plan.objectType, property, key);
      if (found === 'several')
        return wrong(plan, index, severalError(property.name), `Several records have this ${property.name}`);
      if (found !== 'none' && found.id !== command.ownId) return this.update(plan, found.id, command);
      if (plan.operation === 'UPDATE')
        return wrong(plan, index, 'UPDATE_ONLY_IMPORT', `No record has this ${property.name}`);
      try {
        return await this.create(plan, command);
      } catch (error) {
        // Somebody else took the key since it was looked for: then the row is about their record.
        if (again || !(error instanceof Refusal) || error.code !== 'value-taken') throw error;
      }
    }
  }

  private async create(plan: ObjectPlan, { row, ownId, meta }: ObjectCommand): Promise<Outcome> {
    const context = { meta, mayRepeat: true, answerUnread: true, viewer: SEES_ALL };
    const { position } = await this.commands.execute(
      new CreateRecord(plan.objectType, ownId, row.values, context),
    );
    if (plan.key?.by === 'property' && !plan.key.column.property.hasUniqueValue && row.key !== undefined)
      await this.finder.learn(plan.objectType, plan.key.column.property, row.key, ownId, position);
    return { kind: 'created', recordId: ownId };
  }

  private async update(plan: ObjectPlan, recordId: string, { row, meta }: ObjectCommand): Promise<Outcome> {
    const context = { meta, mayRepeat: true, viewer: SEES_ALL };
    const { changed, record } = await this.commands.execute(
      new UpdateRecord(plan.objectType, recordId, row.values, context),
    );
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
  return [{ objectType, type: refusalErrors[refusal.code] ?? 'UNKNOWN_ERROR', message: refusal.message }];
}
