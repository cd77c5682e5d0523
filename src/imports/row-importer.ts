// Carries out one row: finds the record it is about, creates or changes it, and says what became of it.
import type { CommandBus } from '@nestjs/cqrs';
import { CreateRecord, UpdateRecord } from '../crm/record.commands';
import { SEES_ALL } from '../crm/sensitivity';
import type { UniqueValues } from '../crm/unique-values';
import type { Meta } from '../eventsourcing/event';
import { Refusal, type RefusalCode } from '../refusals';
import type { FilePlan } from './import-plan';
import type { RowError, RowValues } from './import-row';

export type Outcome =
  | { readonly kind: 'created' | 'updated' | 'unchanged' }
  | { readonly kind: 'error'; readonly errors: readonly RowError[] };

export interface RowCommand {
  readonly row: RowValues;
  /** The id kept for this row: a record under it can only be the row's own. */
  readonly ownId: string;
  /** Its command id is the row's own, too: carrying the row out again finds what it did. */
  readonly meta: Meta;
}

/** HubSpot's names for what was wrong with a value. */
const valueErrors: Readonly<Record<string, string>> = {
  PROPERTY_DOESNT_EXIST: 'PROPERTY_DEFINITION_NOT_FOUND',
  INVALID_LENGTH: 'COLUMN_TOO_LARGE',
  INVALID_NUMBER: 'COULD_NOT_PARSE_NUMBER',
  INVALID_DATE: 'COULD_NOT_PARSE_DATE',
  INVALID_DATETIME: 'COULD_NOT_PARSE_DATE',
  INVALID_OPTION: 'INVALID_ENUMERATION_OPTION',
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
    private readonly uniqueValues: UniqueValues,
  ) {}

  /** Rejects only where the system fails: what is wrong with a row is its outcome. */
  async carryOut(plan: FilePlan, command: RowCommand): Promise<Outcome> {
    if (command.row.errors.length > 0) return { kind: 'error', errors: command.row.errors };
    try {
      return await this.write(plan, command);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { kind: 'error', errors: errorsOf(plan, error) };
    }
  }

  private async write(plan: FilePlan, command: RowCommand): Promise<Outcome> {
    const { key } = command.row;
    if (!plan.key || key === undefined) return this.create(plan, command);
    if (plan.key.by === 'id') return this.update(plan, key, command);
    const { property } = plan.key.column;
    for (let again = false; ; again = true) {
      const found = await this.uniqueValues.idOf(plan.objectType, key, property.name, SEES_ALL);
      if (found !== undefined && found !== command.ownId) return this.update(plan, found, command);
      if (plan.operation === 'UPDATE')
        return wrong(plan.key.column.index, 'UPDATE_ONLY_IMPORT', `No record has this ${property.name}`);
      try {
        return await this.create(plan, command);
      } catch (error) {
        // Somebody else took the key since it was looked for: then the row is about their record.
        if (again || !(error instanceof Refusal) || error.code !== 'value-taken') throw error;
      }
    }
  }

  private async create(plan: FilePlan, { row, ownId, meta }: RowCommand): Promise<Outcome> {
    const context = { meta, mayRepeat: true, answerUnread: true, viewer: SEES_ALL };
    await this.commands.execute(new CreateRecord(plan.objectType, ownId, row.values, context));
    return { kind: 'created' };
  }

  private async update(plan: FilePlan, recordId: string, { row, meta }: RowCommand): Promise<Outcome> {
    const context = { meta, mayRepeat: true, viewer: SEES_ALL };
    const { changed } = await this.commands.execute(
      new UpdateRecord(plan.objectType, recordId, row.values, context),
    );
    return { kind: changed ? 'updated' : 'unchanged' };
  }
}

const wrong = (column: number, type: string, message: string): Outcome => ({
  kind: 'error',
  errors: [{ column, type, message }],
});

function errorsOf(plan: FilePlan, refusal: Refusal): RowError[] {
  const named = (refusal.detail.errors ?? []).map(({ message, code, context }): RowError => {
    const property = context?.['propertyName']?.[0];
    const column = plan.columns.find((one) => one.property.name === property)?.index;
    return {
      ...(column !== undefined && { column }),
      ...(property !== undefined && { property }),
      type: valueErrors[code ?? ''] ?? 'FAILED_VALIDATION',
      message,
    };
  });
  if (named.length > 0) return named;
  return [{ type: refusalErrors[refusal.code] ?? 'UNKNOWN_ERROR', message: refusal.message }];
}
